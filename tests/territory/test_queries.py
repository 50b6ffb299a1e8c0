import pytest

from tests.territory.towers import tiny_tower

pytestmark = pytest.mark.django_db


def test_the_tiny_tower_has_eight_grids_and_a_cast():
    tower = tiny_tower()
    assert len(tower.grids) == 8
    assert tower.actor(tower.chief04).areas == (tower.sub_grid04.path,)
