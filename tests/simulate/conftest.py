"""One small district and its history for all tests of this folder; the whole one is built once when asked for."""

import pytest

from maplegrid.simulate.district import District, build_district
from maplegrid.simulate.history import History, build_history
from maplegrid.simulate.plan import DistrictPlan


@pytest.fixture(scope="session")
def small() -> District:
    return build_district(DistrictPlan(scale=0.02))


@pytest.fixture(scope="session")
def small_history(small: District) -> History:
    return build_history(small, small.plan)


@pytest.fixture(scope="session")
def whole() -> District:
    return build_district(DistrictPlan())


@pytest.fixture(scope="session")
def whole_history(whole: District) -> History:
    return build_history(whole, whole.plan)
