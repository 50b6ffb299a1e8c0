"""Once its case is erased, nothing that was said to the secretary is anywhere."""

from datetime import timedelta

import pytest

from maplegrid.cases.actions.erasing import Erasure, Ground, erase_case
from maplegrid.cases.models import Case
from maplegrid.rules.lifecycle import Status
from maplegrid.rules.retention import What
from maplegrid.secretary.models import Audience
from tests.cases.test_retention import where
from tests.cast import NOON
from tests.secretary.letters import PHONE
from tests.secretary.test_meeting import met, promise

pytestmark = pytest.mark.django_db


def test_minutes_promises_and_words_go_with_the_case(run_jobs, settings, tmp_path):
    settings.HOME = tmp_path
    audience = met(promise(words="饭店付清工资一万二"))
    assert len(where("一万二")) >= 3
    assert not [column for column in where("一万二") if column.startswith("audit_")]
    Case.objects.filter(pk=audience.case_id).update(status=Status.CLOSED, closed_at=NOON)
    later = NOON + timedelta(days=1200)
    assert isinstance(
        erase_case(case_id=audience.case_id, what=What.WORDS, ground=Ground("events", "x"), now=later),
        Erasure,
    )
    run_jobs()
    for words in ("一万二", "饭店老板", "老板承认欠薪", PHONE):
        assert where(words) == []
    kept = Audience.objects.get(pk=audience.pk)
    assert (kept.received_at, kept.level) == (audience.received_at, audience.level)
