"""An embedded database in a temporary folder, durable as in earnest, with the demo district at a given scale."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True)
class World:
    """What the measurements share: the moment they happen at, and how long building and loading took."""

    now: datetime
    scale: float
    build_s: float
    load_s: float


@contextmanager
def world(scale: float) -> Iterator[World]:
    """Everything is removed at the end."""
    from maplegrid.kit.database import EmbeddedDatabase

    home = Path(tempfile.mkdtemp(prefix="maplegrid-bench-"))
    home.chmod(0o755)
    database = EmbeddedDatabase(home)
    try:
        os.environ |= {"MAPLEGRID_HOME": str(home), "DATABASE_URL": database.start()}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maplegrid.config.settings")
        yield _filled(scale)
    finally:
        database.stop()
        shutil.rmtree(home)


def _filled(scale: float) -> World:
    import django

    django.setup()
    from maplegrid.cli.migrate import prepare_database
    from maplegrid.kit.moment import now
    from maplegrid.simulate.load import load_demo
    from maplegrid.simulate.plan import DistrictPlan

    prepare_database()
    plan, marks = DistrictPlan(scale=scale, now=now()), {}
    begin = time.perf_counter()
    load_demo(plan, password="benchmark", progress=lambda part: marks.setdefault(part, time.perf_counter()))
    end = time.perf_counter()
    loaded_from = marks.get("写入辖区", begin)
    return World(plan.now, scale, loaded_from - begin, end - loaded_from)
