from collections.abc import Iterator

import pytest

from maplegrid.territory.queries import forget_tower
from tests.territory.towers import NOW, TinyTower, tiny_tower


@pytest.fixture
def tiny(db: None) -> Iterator[TinyTower]:
    """The tiny tower, gone again after the test; nothing of it stays in the process's memory."""
    yield tiny_tower()
    forget_tower()


@pytest.fixture
def clock(held_clock):
    """It is NOW, everywhere."""
    held_clock(NOW)
    return held_clock
