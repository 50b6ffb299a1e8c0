"""One test run, one database: DATABASE_URL if given, else an embedded server of its own."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maplegrid.config.settings")


def _own_database() -> None:
    """Before Django reads its settings: a home of our own and, unless one is given, a server in it."""
    home = Path(tempfile.mkdtemp(prefix="maplegrid-test-"))
    os.environ["MAPLEGRID_HOME"] = str(home)
    if os.environ.get("DATABASE_URL"):
        return
    from maplegrid.kit.database import EmbeddedDatabase

    home.chmod(0o755)
    database = EmbeddedDatabase(home, durable=False)
    os.environ["DATABASE_URL"] = database.start()
    import atexit

    atexit.register(database.stop)


if not os.environ.get("PYTEST_XDIST_WORKER"):
    _own_database()


@pytest.fixture
def run_jobs() -> Callable[[], int]:
    """Run what was deferred in this test's transaction, in order, until nothing is left."""
    from tests.builders import run_deferred_jobs

    return run_deferred_jobs
