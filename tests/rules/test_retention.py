"""How long things are kept, and what stands against erasing them."""

from datetime import UTC, datetime, timedelta

import pytest

from maplegrid.rules.lifecycle import ENDED, OPEN, Status
from maplegrid.rules.retention import What, retention_rules, why_kept

NOON = datetime(2026, 3, 4, 4, tzinfo=UTC)


def test_every_way_a_case_ends_has_a_limit_for_its_words_and_its_photos():
    for what in What:
        covered = [status for rule in retention_rules() if rule.what is what for status in rule.statuses]
        assert sorted(covered) == sorted(set(covered)), "one rule for each"
        assert set(covered) == set(ENDED)


def test_photos_never_outlive_the_words():
    words = {status: r.days for r in retention_rules() if r.what is What.WORDS for status in r.statuses}
    photos = {status: r.days for r in retention_rules() if r.what is What.PHOTOS for status in r.statuses}
    assert all(photos[status] <= words[status] for status in ENDED)


def test_a_limit_runs_from_the_end_of_the_case():
    rule = next(rule for rule in retention_rules() if rule.code == "events")
    assert rule.ended_before(NOON) == NOON - timedelta(days=1095)


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("preserved", [True, False])
@pytest.mark.parametrize("disputed", [True, False])
def test_nothing_open_ordered_or_preserved_is_erased(status: Status, preserved: bool, disputed: bool):
    refusal = why_kept(status, preserved=preserved, disputed=disputed)
    assert (refusal is None) == (status not in OPEN and not preserved and not disputed)
