"""The meeting, what was promised, mediation asked for, the answer with all its parts, follow-up, closing, rating."""

import json
from datetime import date

import pytest
from django.db import connection

from maplegrid.audit.queries import verify
from maplegrid.cases.actions import resident
from maplegrid.cases.models import CaseSubject, Hold
from maplegrid.rules.secretary.answers import Answer as Parts
from maplegrid.rules.secretary.life import Stage
from maplegrid.secretary.actions.answering import close_audience, write_answer
from maplegrid.secretary.actions.booking import agree, meeting_ahead
from maplegrid.secretary.actions.meeting import (
    Promise,
    add_promise,
    ask_mediation,
    keep_promise,
    miss_meeting,
    record_meeting,
    settle_mediation,
)
from maplegrid.secretary.models import Audience
from tests.cast import actor, person
from tests.secretary.letters import PARTS, THREE, TWO, at, letter, levelled, refused

pytestmark = pytest.mark.django_db
HOST = "gm.secretary"
DUE = date(2026, 11, 30)


def agreed() -> Audience:
    return agree(audience_id=levelled(letter(), THREE).pk, companion="", now=at(10))


def met(*promises: Promise) -> Audience:
    audience = agreed()
    return record_meeting(
        audience_id=audience.pk, attended="来信人、饭店老板", minutes="老板承认欠薪", promises=list(promises),
        actor=actor(HOST), now=at(180),
    )  # fmt: skip


def promise(owner: str = HOST, due: date = DUE, words: str = "饭店付清工资") -> Promise:
    return Promise(words, due, person(owner).pk)


def open_holds(audience: Audience) -> set[str]:
    return set(Hold.objects.filter(case_id=audience.case_id, released_at=None).values_list("kind", flat=True))


def test_the_record_says_who_was_there_and_what_was_promised_by_which_day():
    audience = met(promise())
    meeting = audience.meetings.get()
    assert (audience.stage, meeting.state, meeting.minutes) == (Stage.MET, "met", "老板承认欠薪")
    assert audience.commitments.get().due_on == DUE
    assert open_holds(audience) == {"secretary", "promise"}
    public = [
        s.public_text for s in audience.case.steps.filter(action__startswith="audience_").order_by("id")
    ]
    assert "和您见了面" in public


def test_a_record_needs_words_and_its_time_and_its_host():
    audience = agreed()
    record = {"audience_id": audience.pk, "promises": [], "attended": "都在", "minutes": "谈了"}
    assert refused(record_meeting, **record, actor=actor(HOST), now=at(60)) == "too_early"
    assert refused(record_meeting, **{**record, "minutes": ""}, actor=actor(HOST), now=at(180)) == "no_record"
    assert refused(record_meeting, **record, actor=actor("gongming.deputy"), now=at(180)) == "not_their_turn"
    past = Promise("付清", date(2026, 11, 22), person(HOST).pk)
    assert refused(record_meeting, **{**record, "promises": [past]}, actor=actor(HOST), now=at(180)) == "past"
    assert meeting_ahead(audience).state == "agreed"


def test_a_promise_is_not_given_to_whom_the_letter_is_about():
    audience = met()
    CaseSubject.objects.create(case=audience.case, person=person("gm.desk1"), words="反映的就是他")
    assert refused(
        add_promise, audience_id=audience.pk, promise=promise("gm.desk1"), actor=actor(HOST), now=at(200)
    ) == "barred_owner"  # fmt: skip


def test_a_meeting_that_was_not_is_offered_again():
    audience = agreed()
    before = meeting_ahead(audience)
    done = miss_meeting(audience_id=audience.pk, reason="来信人没有来", actor=actor(HOST), now=at(200))
    before.refresh_from_db()
    assert (before.state, done.stage) == ("missed", Stage.OFFERED)
    assert meeting_ahead(done).starts_at > at(200)


def test_an_answer_without_a_part_is_refused_and_one_with_all_is_told():
    audience = met()
    answer = {"audience_id": audience.pk, "actor": actor(HOST), "now": at(240)}
    assert refused(write_answer, **answer, parts=Parts(**{**vars(PARTS), "remedy": ""})) == "parts"
    done = write_answer(**answer, parts=PARTS)
    assert (done.stage, done.answer.basis) == (Stage.ANSWERED, "劳动法第五十条")
    done.case.refresh_from_db()
    assert done.case.told_at == at(240)
    follow_up = done.commitments.get(follow_up=True)
    assert (follow_up.due_on, follow_up.owner.username) == (date(2026, 11, 30), HOST)
    assert open_holds(done) == set()
    assert refused(write_answer, **answer, parts=PARTS) == "no_deed"


def test_nothing_closes_while_a_promise_or_a_mediation_is_open_and_then_the_writer_rates_it():
    audience = met(promise())
    ask_mediation(audience_id=audience.pk, reason="双方愿意谈", actor=actor(HOST), now=at(190))
    write_answer(audience_id=audience.pk, parts=PARTS, actor=actor(HOST), now=at(240))
    close = {"audience_id": audience.pk, "actor": actor(HOST)}
    assert refused(close_audience, **close, now=at(250)) == "held"
    audience.case.refresh_from_db()
    assert audience.case.status == "handling"
    paid = audience.commitments.get(follow_up=False)
    stranger = {"commitment_id": paid.pk, "words": "付了", "actor": actor("tj.secretary"), "now": at(300)}
    assert refused(keep_promise, **stranger) == "not_owner"
    keep_promise(commitment_id=paid.pk, words="当面付清一万二", actor=actor(HOST), now=at(300))
    assert refused(close_audience, **close, now=at(310)) == "held"
    settle_mediation(audience_id=audience.pk, outcome="双方签了协议", actor=actor(HOST), now=at(320))
    done = close_audience(**close, now=at(330))
    audience.case.refresh_from_db()
    assert (done.stage, audience.case.status) == (Stage.ENDED, "closed")
    follow_up = audience.commitments.get(follow_up=True)
    keep_promise(commitment_id=follow_up.pk, words="打了电话，说解决了", actor=actor(HOST), now=at(390))
    assert not audience.commitments.filter(done_at=None).exists()
    resident.rate(appeal_id=audience.appeal_id, solved=True, satisfied=5, words="", now=at(400))
    assert verify().fault is None


def test_asking_for_a_mediation_tells_whoever_mediates_and_holds_the_case(monkeypatch):
    from maplegrid.config.wiring import EVENTS
    from maplegrid.kit.events import wire

    wire({**EVENTS, "referral.requested": ("tests.secretary.letters.on_referral_requested",)})
    try:
        audience = met()
        ask_mediation(audience_id=audience.pk, reason="双方愿意谈", actor=actor(HOST), now=at(190))
    finally:
        wire(EVENTS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE args::text LIKE '%on_referral_requested%'")
        (args,) = cursor.fetchone()
    facts = (json.loads(args) if isinstance(args, str) else args)["facts"]
    assert (facts["case_id"], facts["kind"], facts["hold"]) == (
        audience.case_id,
        "mediation",
        f"audience{audience.pk}",
    )
    assert open_holds(audience) >= {"mediation"}


def test_a_letter_answered_in_writing_closes_without_a_meeting():
    audience = levelled(letter("建议门口多放几张长椅", wish="written"), THREE)
    write_answer(audience_id=audience.pk, parts=PARTS, actor=actor(HOST), now=at(60))
    done = close_audience(audience_id=audience.pk, actor=actor(HOST), now=at(70))
    done.case.refresh_from_db()
    assert done.case.status == "closed"


def test_the_street_deputy_closes_what_he_met():
    audience = levelled(letter(wish="written"), TWO)
    write_answer(audience_id=audience.pk, parts=PARTS, actor=actor("gongming.deputy"), now=at(60))
    assert (
        close_audience(audience_id=audience.pk, actor=actor("gongming.deputy"), now=at(70)).stage
        == Stage.ENDED
    )
