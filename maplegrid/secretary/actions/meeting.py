"""The meeting itself: what was said, what was promised, what did not happen, and asking for a mediation."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from maplegrid.cases.actions import clocks
from maplegrid.cases.actions.change import Doer, Refused
from maplegrid.cases.actions.holds import place_hold, release_hold
from maplegrid.kit.events import emit
from maplegrid.kit.moment import CHINA
from maplegrid.rules.access import Actor
from maplegrid.rules.lifecycle import Action
from maplegrid.rules.secretary.life import Deed, Stage
from maplegrid.rules.vocabulary import N_, Refusal
from maplegrid.secretary.actions.booking import end_meeting, hold_first_free, meeting_ahead
from maplegrid.secretary.actions.doing import ask_the_rules, held, keep
from maplegrid.secretary.actions.receipts import meet_offer
from maplegrid.secretary.actions.telling import doer_of, note, tell_one
from maplegrid.secretary.models import Audience, Commitment, Meeting
from maplegrid.secretary.queries.scope import barred_from

PROMISE, MEDIATION = "promise", "mediation"
NO_WORDS = Refusal("no_words", N_("请写一句说明"))
TOO_EARLY = Refusal("too_early", N_("还没有到见面的时间"))


@dataclass(frozen=True)
class Promise:
    """What somebody promises to do, and by which day."""

    words: str
    due_on: date
    owner_id: int


def record_meeting(
    *, audience_id: int, attended: str, minutes: str, promises: list[Promise], actor: Actor, now: datetime
) -> Audience:
    """Who was there, what was said, what was promised: on the day itself. Raises Refused."""
    with transaction.atomic():
        audience = held(audience_id)
        ask_the_rules(Deed.RECORD, actor, audience)
        if not (attended and minutes):
            raise Refused(Refusal("no_record", N_("请写谁在场、谈了什么")))
        meeting = _begun(audience, now)
        meeting.attended, meeting.minutes, meeting.recorded_by_id = attended[:200], minutes, actor.person_id
        meeting.save(update_fields=["attended", "minutes", "recorded_by"])
        meet_offer(audience, now)
        clocks.meet(case=audience.case, action=Action.CONTACT, at=now, by=f"person:{actor.person_id}")
        end_meeting(meeting, Meeting.State.MET, now)
        keep(audience, stage=Stage.MET)
        doer = doer_of(actor)
        note(
            audience,
            "record",
            doer,
            now,
            text=minutes,
            public=N_("和您见了面"),
            detail={"attended": attended[:200]},
        )
        for promise in promises:
            _promise(audience, promise, doer, now)
    return audience


def _begun(audience: Audience, now: datetime) -> Meeting:
    meeting = meeting_ahead(audience)
    assert meeting is not None
    if now < meeting.starts_at:
        raise Refused(TOO_EARLY)
    return meeting


def miss_meeting(*, audience_id: int, reason: str, actor: Actor, now: datetime) -> Audience:
    """They did not meet: another slot is held at once. Raises Refused."""
    with transaction.atomic():
        audience = held(audience_id)
        ask_the_rules(Deed.MISS, actor, audience)
        if not reason:
            raise Refused(NO_WORDS)
        meeting = _begun(audience, now)
        end_meeting(meeting, Meeting.State.MISSED, now)
        keep(audience, stage=Stage.WAITING)
        note(audience, "miss", doer_of(actor), now, text=reason, public=N_("这次没有见成，再给您留一个时间"))
        hold_first_free(audience, doer_of(actor), now)
    return audience


def add_promise(*, audience_id: int, promise: Promise, actor: Actor, now: datetime) -> Audience:
    """One more thing promised. Raises Refused."""
    with transaction.atomic():
        audience = held(audience_id)
        ask_the_rules(Deed.PROMISE, actor, audience)
        _promise(audience, promise, doer_of(actor), now)
    return audience


def _promise(audience: Audience, promise: Promise, doer: Doer, now: datetime) -> None:
    """Held by the case until it is done. Never given to somebody the letter must not reach."""
    if not promise.words:
        raise Refused(NO_WORDS)
    if promise.due_on < now.astimezone(CHINA).date():
        raise Refused(Refusal("past", N_("日子已经过去了，请写今天或以后的")))
    if promise.owner_id in barred_from(audience):
        raise Refused(Refusal("barred_owner", N_("他要回避，不能交给他办")))
    made = Commitment.objects.create(
        audience=audience,
        words=promise.words[:300],
        due_on=promise.due_on,
        owner_id=promise.owner_id,
        made_at=now,
    )
    place_hold(
        case_id=audience.case_id,
        kind=PROMISE,
        key=str(made.pk),
        reason=N_("答应的事还没有办到"),
        actor=doer.reference,
        now=now,
    )
    day = f"{promise.due_on:%Y-%m-%d}"
    words = {"words": made.words, "day": day}
    note(audience, "promise", doer, now, public=N_("答应您：{words}（{day} 前）"), words=words)
    if promise.owner_id != doer.person_id:
        tell_one(audience, "promise", promise.owner_id, str(made.pk), now)


def keep_promise(*, commitment_id: int, words: str, actor: Actor, now: datetime) -> Commitment:
    """Done, in whose name it was promised or by the host; said how. Raises Refused."""
    with transaction.atomic():
        made = Commitment.objects.select_for_update(of=("self",)).get(pk=commitment_id)
        audience = held(made.audience_id)
        if made.owner_id not in actor.person_ids and audience.host_id not in actor.person_ids:
            raise Refused(Refusal("not_owner", N_("这件事由答应的人或接访的人来记")))
        if made.done_at:
            raise Refused(Refusal("done", N_("已经记过了")))
        if not words:
            raise Refused(NO_WORDS)
        made.done_at, made.done_words, made.done_by_id = now, words[:500], actor.person_id
        made.save(update_fields=["done_at", "done_words", "done_by"])
        doer = doer_of(actor)
        if not made.follow_up:
            release_hold(
                case_id=audience.case_id, kind=PROMISE, key=str(made.pk), actor=doer.reference, now=now
            )
        public = N_("回访了您") if made.follow_up else N_("答应的事办到了：{words}")
        note(audience, "kept", doer, now, text=words, public=public, words={"words": made.words})
    return made


def ask_mediation(*, audience_id: int, reason: str, actor: Actor, now: datetime) -> Audience:
    """The matter goes to mediation beside: an event for whoever mediates, and a hold until there is an outcome."""
    with transaction.atomic():
        audience = held(audience_id)
        ask_the_rules(Deed.REFER, actor, audience)
        if not reason:
            raise Refused(NO_WORDS)
        doer = doer_of(actor)
        place_hold(
            case_id=audience.case_id,
            kind=MEDIATION,
            key=f"audience{audience.pk}",
            reason=N_("调解还没有结果"),
            actor=doer.reference,
            now=now,
        )
        note(
            audience,
            "refer",
            doer,
            now,
            text=reason,
            public=N_("建议调解；双方都同意才开始，不影响您走别的渠道"),
        )
        emit(
            "referral.requested",
            case_id=audience.case_id,
            kind=MEDIATION,
            by=doer.reference,
            reason=reason[:500],
            hold=f"audience{audience.pk}",
        )
    return audience


def settle_mediation(*, audience_id: int, outcome: str, actor: Actor, now: datetime) -> Audience:
    """What the mediation came to, written down by the host where no mediation desk has done so. Raises Refused."""
    with transaction.atomic():
        audience = held(audience_id)
        ask_the_rules(Deed.SETTLE, actor, audience)
        if not outcome:
            raise Refused(NO_WORDS)
        doer = doer_of(actor)
        if not release_hold(
            case_id=audience.case_id,
            kind=MEDIATION,
            key=f"audience{audience.pk}",
            actor=doer.reference,
            now=now,
        ):
            raise Refused(Refusal("no_mediation", N_("没有在等的调解")))
        note(audience, "settle", doer, now, text=outcome, public=N_("调解有了结果"))
    return audience
