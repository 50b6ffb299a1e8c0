"""Fixtures for all: the small demo district, deferred jobs, a clock that is held. The database is `tests/plugin.py`'s."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The small district, once."""
    with django_db_blocker.unblock():
        load_small_district()


def load_small_district() -> None:
    """The demo district at a fiftieth, with every place the stories name and no history."""
    from maplegrid.simulate.load import load_demo
    from maplegrid.simulate.plan import DistrictPlan
    from tests.cast import NOON, PASSWORD

    load_demo(DistrictPlan(scale=0.02, now=NOON), password=PASSWORD, history=False)


@pytest.fixture
def district(transactional_db: None) -> Iterator[None]:
    """For tests that really commit: the tables were emptied, so the district is loaded anew."""
    from maplegrid.audit.models import Chain
    from maplegrid.territory.models import Unit
    from maplegrid.territory.queries import forget_tower

    if not Unit.objects.exists():
        if not Chain.objects.exists():
            Chain.objects.bulk_create([Chain(pk=number) for number in range(1, 65)])
        load_small_district()
    forget_tower()
    yield
    forget_tower()


@pytest.fixture
def run_jobs() -> Callable[[], int]:
    """Run what was deferred in this test's transaction, in order, until nothing is left."""
    from tests.builders import run_deferred_jobs

    return run_deferred_jobs


@pytest.fixture
def held_clock() -> Iterator[Callable[[Any], None]]:
    """Set what time it is for everything that asks `kit.moment.now`."""
    path = Path(os.environ["MAPLEGRID_TEST_CLOCK"])
    yield lambda at: path.write_text(at.isoformat(), encoding="ascii") and None
    path.unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def _fresh_cache(request: pytest.FixtureRequest) -> None:
    """Throttles of one test do not hold another up."""
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        from django.core.cache import caches

        for cache in caches.all(initialized_only=False):
            cache.clear()
