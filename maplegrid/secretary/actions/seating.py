"""Level and host: confirmed by a named person, chosen by the ladder, replaced when somebody must not be there."""

from datetime import datetime

from django.db import transaction

from maplegrid.accounts.queries import stand_ins
from maplegrid.cases.actions.change import PLAIN, RESIDENT, SYSTEM, Change, Doer, Refused
from maplegrid.cases.actions.leaves import give_case_to, keep_from
from maplegrid.cases.models import Case
from maplegrid.rules.access import Actor
from maplegrid.rules.lifecycle import ENDED
from maplegrid.rules.secretary.hosts import Choice, choose_host, ladder_from
from maplegrid.rules.secretary.level import LEVEL_NAMES, MeetingLevel
from maplegrid.rules.secretary.life import Deed, Stage
from maplegrid.rules.vocabulary import N_, ROLE_NAMES, Refusal, Role
from maplegrid.secretary.actions.booking import drop_meeting, hold_first_free
from maplegrid.secretary.actions.doing import ask_the_rules, held, keep
from maplegrid.secretary.actions.receipts import stop_clock
from maplegrid.secretary.actions.telling import doer_of, note, tell_one, tell_writer
from maplegrid.secretary.models import Audience, Conflict
from maplegrid.secretary.queries.scope import barred_from
from maplegrid.secretary.queries.tables import hosts_in_force, named_by_district
from maplegrid.territory.models import Unit
from maplegrid.territory.queries import host_seats, tower, who_answers

NAMED = N_("区里指定的人")


def set_level(
    *,
    audience_id: int,
    level: MeetingLevel,
    written: bool,
    unit_id: int | None,
    actor: Actor,
    now: datetime,
) -> Audience:
    """A named person confirms the level (or another one), and whether a written answer is enough.

    At once the ladder finds the host, and a slot is held and offered. Raises Refused.
    """
    with transaction.atomic():
        audience = held(audience_id)
        ask_the_rules(Deed.SET_LEVEL, actor, audience)
        if unit_id is not None:
            audience.unit = _unit_or_refuse(unit_id)
        keep(
            audience,
            level=level,
            written=written,
            unit_id=audience.unit.pk,
            level_by_id=actor.person_id,
            level_at=now,
        )
        agreed = level == audience.proposed_level
        words = {"level": LEVEL_NAMES[level]}
        note(
            audience,
            "set_level",
            doer_of(actor),
            now,
            text=LEVEL_NAMES[level],
            detail={"level": int(level), "proposed": audience.proposed_level, "as_proposed": agreed, **words},
        )
        seat_host(audience, doer_of(actor), now)
    return audience


def _unit_or_refuse(unit_id: int) -> Unit:
    unit = tower().by_id.get(unit_id)
    if unit is None or unit.level not in ("district", "street", "community"):
        raise Refused(Refusal("no_unit", N_("请选街道或社区")))
    return unit


def seat_host(audience: Audience, doer: Doer, now: datetime) -> None:
    """Find the host by the ladder, give them the case, and arrange the meeting or the writing."""
    choice = choice_for(audience, now)
    drop_meeting(audience, doer, now)
    audience.host_id = None
    keep(audience, host_id=choice.person_id, host_role=choice.role or "", stage=Stage.WAITING)
    audience = _reread_host(audience)
    _give(audience, choice, doer, now)
    if choice.person_id is None:
        tell_one(audience, "no_host", audience.case.accountable_id, str(audience.version), now)
    else:
        tell_one(audience, "hosted", choice.person_id, str(audience.version), now)
    if audience.written:
        _ask_to_write(audience, doer, now)
    elif choice.person_id is None or not hold_first_free(audience, doer, now):
        tell_writer(audience, "waiting", str(audience.version), now)


def _reread_host(audience: Audience) -> Audience:
    audience.refresh_from_db(fields=["host"])
    return audience


def choice_for(audience: Audience, now: datetime) -> Choice:
    """Who the ladder says, with everybody the letter must not reach left out."""
    assert audience.level is not None
    role = hosts_in_force()[MeetingLevel(audience.level)]
    seats = host_seats(audience.unit_id, ladder_from(role), audience.case.category.l1_code, now)
    absent = {person for person, deputy in stand_ins(now).items() if deputy is None}
    here = {rank: [person for person in people if person not in absent] for rank, people in seats.items()}
    return choose_host(role, here, named_by_district(), barred_from(audience))


def _give(audience: Audience, choice: Choice, doer: Doer, now: datetime) -> None:
    """The case goes where the host sits; with nobody to meet, to the district's command desk."""
    who = ROLE_NAMES[choice.role] if choice.role else NAMED
    told = N_("由{who}接访") if not audience.written else N_("由{who}书面答复")
    if choice.person_id is None:
        who, told = "", N_("正在请区里指定接访的人")
    change = Change(
        {},
        public_text=told,
        words={"who": who} if who else PLAIN,
        detail={"audience": audience.pk, "recused": len(choice.recused)},
    )
    give_case_to(
        case=audience.case,
        person_id=choice.person_id,
        unit_id=_unit_of(audience, choice),
        step="audience_host",
        doer=doer,
        now=now,
        change=change,
    )


def _unit_of(audience: Audience, choice: Choice) -> int:
    known = tower()
    if choice.role is None:
        return known.root.pk
    level = "community" if choice.role is Role.COMMUNITY_SECRETARY else "street"
    return known.ancestor_id(audience.unit_id, level) or known.root.pk


def _ask_to_write(audience: Audience, doer: Doer, now: datetime) -> None:
    """No meeting: the appointment's limit ends with the decision to answer in writing."""
    keep(audience, stage=Stage.WRITING)
    stop_clock(audience, "appointment", now, doer.reference)
    tell_writer(audience, "written", str(audience.version), now)


def name_host(*, audience_id: int, person_id: int, reason: str, actor: Actor, now: datetime) -> Audience:
    """The district names who meets this writer. Never somebody the letter must not reach. Raises Refused."""
    with transaction.atomic():
        audience = held(audience_id)
        ask_the_rules(Deed.NAME_HOST, actor, audience)
        if person_id in barred_from(audience):
            raise Refused(Refusal("barred", N_("他要回避，不能接访")))
        if not reason:
            raise Refused(Refusal("no_words", N_("请写一句为什么由他接访")))
        drop_meeting(audience, doer_of(actor), now)
        keep(audience, host_id=person_id, host_role="", stage=Stage.WAITING)
        _give(_reread_host(audience), Choice(person_id, None), doer_of(actor), now)
        tell_one(audience, "hosted", person_id, str(audience.version), now)
        if audience.written:
            _ask_to_write(audience, doer_of(actor), now)
        else:
            hold_first_free(audience, doer_of(actor), now)
    return audience


def recuse(*, audience_id: int, reason: str, actor: Actor, now: datetime) -> Audience:
    """The host says they have to do with it: the next host up takes over. Raises Refused."""
    with transaction.atomic():
        audience = held(audience_id)
        ask_the_rules(Deed.RECUSE, actor, audience)
        if not reason:
            raise Refused(Refusal("no_words", N_("请写一句为什么回避")))
        assert audience.host_id is not None
        _remember(audience, audience.host_id, Conflict.Source.HOST, reason, now)
        note(audience, "conflict", doer_of(actor), now, text=reason, public=N_("原来接访的人回避了"))
        seat_host(audience, doer_of(actor), now)
    return audience


def name_conflict(*, audience_id: int, reason: str, now: datetime) -> Audience:
    """The writer says that the present host has to do with it: they never see it again. Raises Refused."""
    with transaction.atomic():
        audience = held(audience_id)
        ask_the_rules(Deed.NAME_CONFLICT, None, audience)
        if audience.host_id is None:
            raise Refused(Refusal("no_host", N_("现在还没有定由谁接访")))
        _remember(audience, audience.host_id, Conflict.Source.RESIDENT, reason, now)
        keep_from(case=audience.case, person_id=audience.host_id, words=reason or "居民要求回避")
        note(audience, "conflict", RESIDENT, now, public=N_("您说接访的人和这件事有关系，已经换人"))
        seat_host(audience, RESIDENT, now)
    return audience


def reseat(*, audience_id: int, now: datetime) -> bool:
    """The host has left: whoever the ladder finds now takes over, with what was already met or answered."""
    with transaction.atomic():
        audience = held(audience_id)
        if audience.case.status in ENDED or audience.stage == Stage.ENDED:
            return False
        if audience.stage in (Stage.MET, Stage.ANSWERED):
            choice = choice_for(audience, now)
            keep(audience, host_id=choice.person_id, host_role=choice.role or "")
            _give(_reread_host(audience), choice, SYSTEM, now)
        else:
            seat_host(audience, SYSTEM, now)
    return True


def bar(*, audience_id: int, person_id: int, reason: str, actor: Actor, now: datetime) -> Audience:
    """The desk notes, before or after the level is set, whom the letter is about. Raises Refused."""
    with transaction.atomic():
        audience = held(audience_id)
        ask_the_rules(Deed.SET_LEVEL, actor, audience)
        _remember(audience, person_id, Conflict.Source.DESK, reason, now)
        keep_from(case=audience.case, person_id=person_id, words=reason or "工作人员标明")
        note(audience, "conflict", doer_of(actor), now, text=reason)
        if audience.host_id == person_id:
            seat_host(audience, doer_of(actor), now)
        elif audience.case.accountable_id == person_id:
            _give_away(audience, doer_of(actor), now)
    return audience


def _give_away(audience: Audience, doer: Doer, now: datetime) -> None:
    """Whoever answered for it so far is whom it is about."""
    barred = barred_from(audience)
    unit_id = audience.case.unit_id or tower().root.pk
    answering = who_answers(unit_id, now=now, excluding=barred)
    Case.objects.filter(pk=audience.case_id).update(accountable_id=answering.person_id)


def _remember(audience: Audience, person_id: int, source: str, words: str, now: datetime) -> None:
    Conflict.objects.get_or_create(
        audience=audience, person_id=person_id, defaults={"source": source, "words": words[:200], "at": now}
    )
