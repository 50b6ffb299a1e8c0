"""Whom an identity is here."""

import pytest

from maplegrid.rules import identity as rule
from maplegrid.rules.identity import Candidate, person_for

HERE, GONE, HELD = Candidate(1, True), Candidate(2, False), Candidate(3, True, linked=True)


@pytest.mark.parametrize(
    ("linked", "claim", "matches", "mail", "found"),
    [
        (None, "a", (HERE,), False, HERE),
        (None, "a", (), False, rule.UNKNOWN),
        (None, "a", (), True, rule.MAIL_ONLY),
        (None, "", (), True, rule.NO_CLAIM),
        (None, "a", (GONE,), False, rule.INACTIVE),
        (None, "a", (HELD,), False, rule.TAKEN),
        (None, "a", (HERE, GONE), False, rule.AMBIGUOUS),
        (HELD, "a", (HERE,), False, HELD),
        (HELD, "", (), False, HELD),
        (GONE, "a", (HERE,), False, rule.INACTIVE),
    ],
)
def test_a_link_decides_alone_and_without_one_exactly_one_free_active_person_must_match(
    linked, claim, matches, mail, found
):
    assert person_for(linked=linked, claim=claim, matches=matches, mail_matches=mail) == found
