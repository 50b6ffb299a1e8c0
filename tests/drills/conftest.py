"""One small installation for all drills, as an operator starts it."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree

import pytest

from tests.cli.running import Running


@pytest.fixture(scope="session")
def site() -> Iterator[Running]:
    home = Path(tempfile.mkdtemp(prefix="maplegrid-drill-"))
    home.chmod(0o755)
    running = Running(home)
    try:
        yield running.until_ready()
    finally:
        running.stop()
        rmtree(home, ignore_errors=True)
