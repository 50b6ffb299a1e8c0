"""The answer in writing, with all its parts; the follow-up that comes after it; and closing."""

from datetime import datetime, timedelta

from django.db import transaction

from maplegrid.cases.actions.change import Refused
from maplegrid.cases.actions.holds import release_hold
from maplegrid.cases.actions.steps import Wish, take_step
from maplegrid.kit.moment import CHINA
from maplegrid.rules.access import Actor
from maplegrid.rules.lifecycle import Action, Status
from maplegrid.rules.secretary.answers import Answer as Parts
from maplegrid.rules.secretary.answers import why_not_answer
from maplegrid.rules.secretary.life import Deed, Stage
from maplegrid.rules.vocabulary import N_
from maplegrid.secretary.actions.asking import HOLD
from maplegrid.secretary.actions.doing import ask_the_rules, held, keep
from maplegrid.secretary.actions.telling import doer_of, note
from maplegrid.secretary.models import Answer, Audience, Commitment

FOLLOW_UP = timedelta(days=7)


def write_answer(*, audience_id: int, parts: Parts, actor: Actor, now: datetime) -> Audience:
    """Kept as written, told to the writer, and followed up a week later. Raises Refused, naming what is missing."""
    with transaction.atomic():
        audience = held(audience_id)
        ask_the_rules(Deed.ANSWER, actor, audience)
        refusal = why_not_answer(parts)
        if refusal:
            raise Refused(refusal)
        assert audience.host_id is not None
        Answer.objects.create(audience=audience, **vars(parts), written_at=now, written_by_id=actor.person_id)
        doer = doer_of(actor)
        release_hold(case_id=audience.case_id, kind=HOLD, key=str(audience.pk), actor=doer.reference, now=now)
        keep(audience, stage=Stage.ANSWERED)
        note(audience, "answer", doer, now, text=parts.decided, public=N_("书面答复了您"))
        take_step(
            case_id=audience.case_id,
            action=Action.TELL_RESIDENT,
            actor=actor,
            now=now,
            wish=Wish(public_text=parts.decided[:500]),
        )
        Commitment.objects.create(
            audience=audience,
            words=N_("回访：问问解决了没有"),
            due_on=(now + FOLLOW_UP).astimezone(CHINA).date(),
            owner_id=audience.host_id,
            follow_up=True,
            made_at=now,
        )
    return audience


def close_audience(*, audience_id: int, actor: Actor, now: datetime) -> Audience:
    """The case is reported done, checked and closed by the host; whatever still holds it refuses. Raises Refused."""
    with transaction.atomic():
        audience = held(audience_id)
        ask_the_rules(Deed.CLOSE, actor, audience)
        decided = audience.answer.decided
        if audience.case.status == Status.HANDLING:
            done = Wish(text=decided)
            take_step(case_id=audience.case_id, action=Action.REPORT_RESULT, actor=actor, now=now, wish=done)
        closing = Wish(public_text=decided[:500])
        take_step(case_id=audience.case_id, action=Action.CLOSE, actor=actor, now=now, wish=closing)
        keep(audience, stage=Stage.ENDED, ended_at=now)
    return audience
