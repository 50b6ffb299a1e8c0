"""An appeal opens a case, or joins one that is already open. Whatever arrives ends in a queue somebody owns."""

from datetime import datetime

from django.contrib.postgres.search import SearchVector
from django.db import transaction
from django.db.models import F, Value

from maplegrid.accounts.models import Body
from maplegrid.audit.actions import record
from maplegrid.cases.actions import clocks
from maplegrid.cases.actions.change import PLAIN, RESIDENT, SYSTEM
from maplegrid.cases.actions.telling import barred_by, note_to, tell_staff
from maplegrid.cases.catalogue import catalogue
from maplegrid.cases.models import Appeal, Case, CaseSubject, Category, Clock, Handover, Step
from maplegrid.cases.placing import Located, locate_message
from maplegrid.cases.reading import read_message
from maplegrid.kit.events import emit
from maplegrid.kit.together import reserve_ids, write_together
from maplegrid.language.reading import Reading
from maplegrid.language.tokens import search_tokens
from maplegrid.messaging.actions.notices import pass_on
from maplegrid.messaging.models import Message, Notice
from maplegrid.rules.conflicts import Named, named_subjects
from maplegrid.rules.lifecycle import OPEN, Status
from maplegrid.rules.routing import (
    ASKED,
    NEVER_DROPPED,
    PRIVATE_PROFILES,
    Asked,
    Destination,
    decide_destination,
)
from maplegrid.rules.triage import STATUTORY_PROFILES, UNCLASSIFIED, needs_triage, police_first
from maplegrid.rules.vocabulary import N_, Flag, Level
from maplegrid.territory.models import Assignment
from maplegrid.territory.queries import tower, who_answers


def open_case(*, message_id: int, now: datetime) -> Case:
    """Read, locate and route one message. Repeating it changes nothing: a message has one appeal."""
    with transaction.atomic():
        message = (
            Message.objects.select_for_update(of=("self",)).select_related("building").get(pk=message_id)
        )
        if message.opened_at:
            return Appeal.objects.select_related("case").get(message=message).case
        joined = _case_to_join(message)
        return _join(message, joined, now) if joined else _open(message, now)


def _case_to_join(message: Message) -> Case | None:
    """The open case a resident said "me too" to. Only people join matters; the reader merely suggests."""
    if not message.me_too_of:
        return None
    return (
        Case.objects.select_for_update()
        .filter(number=message.me_too_of, status__in=OPEN, sealed=False)
        .exclude(profile__in=PRIVATE_PROFILES)
        .first()
    )


def _join(message: Message, case: Case, now: datetime) -> Case:
    Appeal.objects.create(message=message, case=case, joined=True)
    Case.objects.filter(pk=case.pk).update(households=F("households") + 1, version=F("version") + 1)
    case.refresh_from_db()
    _kept(message, now)
    Step.objects.create(
        case=case,
        at=now,
        action="joined",
        actor_words=RESIDENT.words,
        text=message.text[:500],
        public_text=N_("又有一户说了同一件事"),
        detail={"words": PLAIN},
        from_status=case.status,
        to_status=case.status,
    )
    record(
        actor="resident",
        action="case.joined",
        subject=f"case:{case.pk}",
        now=now,
        detail={"number": message.number},
    )
    tell_staff(case=case, what="joined", now=now)
    emit("case.joined", case_id=case.pk, message_id=message.pk)
    return case


def _kept(message: Message, now: datetime) -> None:
    message.opened_at = now
    message.save(update_fields=["opened_at"])


def _open(message: Message, now: datetime) -> Case:
    reading = read_message(message)
    located = locate_message(message, reading)
    category = _category(reading)
    subjects = _subjects(message, reading)
    asked = ASKED.get(message.raw.get("asks", ""))
    destination = _destination(located, reading, category, subjects, asked)
    case = _drawn_case(message, reading, located, category, destination, now)
    if asked:
        _keep_law(case, asked)
    notice = _write(case, message, destination, subjects, now)
    _draft_police(case, reading, now)
    record(
        actor=f"person:{message.registered_by_id}" if message.registered_by_id else "resident",
        action="case.opened",
        subject=f"case:{case.pk}",
        now=now,
        detail={
            "number": case.number,
            "unit": case.unit_id,
            "category": category.code,
            "status": case.status,
        },
    )
    if notice:
        pass_on(notice, now)
    emit("case.opened", case_id=case.pk, version=case.version)
    if asked:
        emit("case.asked", case_id=case.pk, what=message.raw["asks"])
    return case


def _keep_law(case: Case, asked: Asked) -> None:
    """What was asked for brings its own limits; those of a law or of danger go on beside them."""
    if case.profile in STATUTORY_PROFILES or case.profile in NEVER_DROPPED:
        case.kept_profile = f"{case.profile} {case.kept_profile}".strip()
    case.profile = asked.profile


def _write(
    case: Case, message: Message, destination: Destination, subjects: tuple[Named, ...], now: datetime
) -> Notice | None:
    """The case with all its rows by one statement; returns the note to whoever answers for it, to be passed on."""
    begun = _begin(case, message, now)
    ids = reserve_ids({Case: 1, Clock: len(begun)})
    case.pk = ids[Case][0]
    for (clock, _), pk in zip(begun, ids[Clock], strict=True):
        clock.pk, clock.case = pk, case
    about = _drawn_subjects(case, subjects)
    notice = _note_of_opening(case, about, now)
    rows = (
        case,
        Appeal(message=message, case=case),
        *about,
        *clocks.rows_of(begun),
        *_first_steps(case, message, destination, now),
        *([notice] if notice else []),
    )
    message.opened_at = now
    opened = ("UPDATE messaging_message SET opened_at = %s WHERE id = %s", [now, message.pk])
    write_together(rows, also=[opened])
    return notice


def _note_of_opening(case: Case, about: list[CaseSubject], now: datetime) -> Notice | None:
    if case.accountable_id is None:
        return None
    barred = barred_by(about)
    return note_to(case=case, what="opened", now=now, person_id=case.accountable_id, excluding=barred)


def _category(reading: Reading | None) -> Category:
    known = catalogue().categories
    code = reading.category.code if reading else UNCLASSIFIED
    return known.get(code) or known[UNCLASSIFIED]


def _destination(
    located: Located,
    reading: Reading | None,
    category: Category,
    subjects: tuple[Named, ...],
    asked: Asked | None,
) -> Destination:
    raised = {flag.code: flag for flag in reading.flags} if reading else {}
    against = raised.get(Flag.AGAINST_OFFICIAL)
    return decide_destination(
        located.place,
        triage=asked.why_desk if asked else _why_triage(located, reading),
        sealed=bool(against and against.certain) or category.route == "DIVERT_SEALED",
        wary=bool(subjects),
        avoid=frozenset(named.id for named in subjects if named.kind == "unit"),
    )


def _why_triage(located: Located, reading: Reading | None) -> str | None:
    """The reader's own doubt, except about a place that the message's door, pin or relay has settled."""
    if reading is None:
        return N_("系统没有读懂，请人来看")
    need = needs_triage(reading)
    if need is None:
        return None
    if located.place.community_id is not None and not need.type_unclear:
        return None
    return "；".join(str(reason) for reason in need.reasons)


def _subjects(message: Message, reading: Reading | None) -> tuple[Named, ...]:
    if reading is None or not any(flag.code == Flag.AGAINST_OFFICIAL for flag in reading.flags):
        return ()
    units = [
        ("unit", u.pk, u.name)
        for u in tower().by_id.values()
        if u.level in {"street", "community", "sub_grid"}
    ]
    bodies = [("body", pk, name) for pk, name in Body.objects.values_list("pk", "name")]
    return named_subjects(f"{message.title}{message.text}", [*units, *bodies])


def _drawn_subjects(case: Case, subjects: tuple[Named, ...]) -> list[CaseSubject]:
    return [
        CaseSubject(
            case=case,
            unit_id=named.id if named.kind == "unit" else None,
            body_id=named.id if named.kind == "body" else None,
            words=named.words,
        )
        for named in subjects
    ]


def _drawn_case(
    message: Message,
    reading: Reading | None,
    located: Located,
    category: Category,
    destination: Destination,
    now: datetime,
) -> Case:
    """The row of the case with everything known at once; not written yet."""
    answering = who_answers(destination.unit_id, now=now, category=category.code)
    area = tower().by_id[located.unit_id]
    dispatched = destination.status == Status.DISPATCHED
    case = Case(
        number=message.number,
        title=(reading.title if reading else message.title or message.text)[:120] or "没有写内容",
        category=category,
        category_confidence=reading.category.confidence if reading else None,
        category_reason=reading.category.reason.kept() if reading else {},
        urgency=reading.level.code if reading else "4",
        urgency_reason=reading.level.reason.kept() if reading else {},
        profile=reading.profile if reading else category.profile,
        kept_profile=(reading.kept_profile or "") if reading else "",
        flags=[flag.code.value for flag in reading.flags] if reading else [],
        sealed=destination.sealed,
        channel=message.channel,
        area_id=area.pk,
        path=area.path,
        building_id=located.building_id,
        place_words=message.place_words,
        place_confidence=located.confidence,
        place_reason=located.reason.kept(),
        lon=message.lon,
        lat=message.lat,
        status=destination.status,
        unit_id=destination.unit_id,
        accountable_id=answering.person_id,
        opened_by_id=message.registered_by_id,
        received_at=message.received_at,
        accepted_at=now if dispatched else None,
    )
    if message.building_id == case.building_id:
        case.building = message.building
    _point_from_building(case)
    words = " ".join(
        search_tokens(f"{case.number} {case.title} {message.text} {message.place_words} {area.name}")
    )
    case.tokens = SearchVector(Value(words), config="simple")
    return case


def _point_from_building(case: Case) -> None:
    if case.lon is None and case.building is not None:
        case.lon, case.lat = case.building.lon, case.building.lat


def _draft_police(case: Case, reading: Reading | None, now: datetime) -> None:
    """Violence, harm to minors, threats and crime leads: a police hand-over waits for a named person first."""
    flags = police_first(reading.flags) if reading else ()
    if not flags and case.category.route != "POLICE":
        return
    Handover.objects.create(
        case=case,
        kind=Handover.Kind.POLICE,
        body=_police_of(case),
        reason="、".join(flags) or case.category.name,
        basis="反家庭暴力法 14–16 条；未成年人保护法 11 条；人民调解法 25 条",
        created_at=now,
    )


def _police_of(case: Case) -> Body | None:
    """The station of the sub-grid's named officer, else the district's first police body."""
    officer = (
        Assignment.objects.filter(
            role="police_officer", unit_id=case.area_id, valid_to=None, body__isnull=False
        )
        .select_related("body")
        .first()
    )
    return officer.body if officer else Body.objects.filter(kind=Body.Kind.POLICE).order_by("code").first()


def _first_steps(case: Case, message: Message, destination: Destination, now: datetime) -> list[Step]:
    received = Step(
        case=case,
        at=message.received_at,
        action="received",
        actor_id=message.registered_by_id,
        actor_words=RESIDENT.words,
        text=message.get_channel_display(),
        public_text=N_("收到您的反映"),
        detail={"words": PLAIN},
        to_status=case.status,
    )
    unit = tower().by_id[destination.unit_id]
    holder = unit.name if destination.level != Level.DISTRICT else "区指挥中心"
    routed = Step(
        case=case,
        at=now,
        action="routed",
        actor_words=SYSTEM.words,
        text=destination.reason,
        public_text=N_("交给{unit}"),
        to_status=case.status,
        detail={"unit": unit.pk, "words": {"unit": holder}},
    )
    return [received, routed]


def _begin(case: Case, message: Message, now: datetime) -> clocks.Begun:
    """Its first clocks; sent straight to a sub-grid it is dispatched by that."""
    if case.accepted_at is None:
        return clocks.begin_clocks(case, {"received": message.received_at}, {}, SYSTEM.reference)
    starts = {"received": message.received_at, "accepted": case.accepted_at}
    return clocks.begin_clocks(case, starts, {"dispatch": now}, SYSTEM.reference)
