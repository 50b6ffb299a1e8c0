"""What each action on an order changes. Residents read `public_text`; staff read `text`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from maplegrid.accounts.models import Body
from maplegrid.cases.actions.change import PLAIN, Refused
from maplegrid.cases.actions.orders.wish import OrderWish
from maplegrid.cases.models import Order, OrderParty
from maplegrid.cases.queries.orders import order_view
from maplegrid.engines.geodesy import distance_m
from maplegrid.rules.access import Actor
from maplegrid.rules.orders import OrderAction, OrderStatus, Ruling, party_of, why_not_verify
from maplegrid.rules.vocabulary import N_, Refusal
from maplegrid.territory.models import Unit
from maplegrid.territory.queries import tower


@dataclass
class OrderChange:
    """New field values, what the timeline says, and from which fact new limits run."""

    fields: dict[str, Any] = field(default_factory=dict)
    public_text: str = ""
    words: dict[str, str] = field(default_factory=lambda: dict(PLAIN))
    detail: dict[str, Any] = field(default_factory=dict)
    starts: str = ""
    starts_no: tuple[str, ...] = ()
    tells_residents: bool = False


Doing = Callable[[Order, OrderWish, Actor, datetime], OrderChange]


def amend(order: Order, wish: OrderWish, actor: Actor, now: datetime) -> OrderChange:
    """Apply again, completed; the community's limit starts anew."""
    fields = {
        "tried": wish.tried or order.tried,
        "why": wish.why or order.why,
        "asked": wish.asked or order.asked,
        "applicant_id": actor.person_id,
    }
    return OrderChange(fields, starts="applied")


def issue(order: Order, wish: OrderWish, actor: Actor, now: datetime) -> OrderChange:
    """The community's Party committee issues it, numbered, to the street."""
    number = next_number(now)
    fields = {"number": number, "opinion": wish.text, "issued_at": now, "issued_by_id": actor.person_id}
    return OrderChange(
        fields,
        N_("小分格解决不了，社区已发令给{unit}"),
        {"unit": order.street.name},
        {"number": number},
        starts="issued",
        tells_residents=True,
    )


def next_number(now: datetime) -> str:
    """区简称 + 发令 + year + running number, for example 光明发令〔2026〕0527号 (reference 3.2)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_ordernumbers (year, used) VALUES (%s, 1)"
            " ON CONFLICT (year) DO UPDATE SET used = cases_ordernumbers.used + 1 RETURNING used",
            [now.year],
        )
        row = cursor.fetchone()
    root = tower().root
    short = root.name.removesuffix("区") if root else ""
    return f"{short}发令〔{now.year}〕{row[0]:04d}号"


def give_back(order: Order, wish: OrderWish, actor: Actor, now: datetime) -> OrderChange:
    return OrderChange({"returned_reason": wish.text})


def take_on(order: Order, wish: OrderWish, actor: Actor, now: datetime) -> OrderChange:
    """The level that can settle it stops the climb: it becomes the lead itself, signed at once."""
    unit = order.community if order.status == OrderStatus.SUBMITTED else order.street
    OrderParty.objects.create(
        order=order, unit=unit, lead=True, named_at=now, signed_at=now, signed_by_id=actor.person_id
    )
    fields: dict[str, Any] = {"assigned_at": now, "assigned_by_id": actor.person_id, "instruction": wish.text}
    if order.status != OrderStatus.SUBMITTED:
        fields |= _signed(order, actor, now)
    return OrderChange(
        fields,
        N_("{unit}来办"),
        {"unit": unit.name},
        starts="assigned signed",
        starts_no=("order_receive",),
        tells_residents=True,
    )


def _signed(order: Order, actor: Actor, now: datetime) -> dict[str, Any]:
    return {} if order.signed_at else {"signed_at": now, "signed_by_id": actor.person_id}


def sign(order: Order, wish: OrderWish, actor: Actor, now: datetime) -> OrderChange:
    return OrderChange(
        {"signed_at": now, "signed_by_id": actor.person_id}, N_("{unit}已签收"), {"unit": order.street.name}
    )


def assign(order: Order, wish: OrderWish, actor: Actor, now: datetime) -> OrderChange:
    """The street names the lead and the assistants. Naming signs, if nobody has signed yet."""
    if wish.lead is None:
        raise Refused(Refusal("no_lead", N_("请选一个主办单位")))
    helpers = [named for named in dict.fromkeys(wish.assisting) if named != wish.lead]
    order.parties.filter(released_at=None).update(released_at=now)
    parties = [_named(order, wish.lead, True, now), *(_named(order, named, False, now) for named in helpers)]
    OrderParty.objects.bulk_create(parties)
    fields = {
        "assigned_at": now,
        "assigned_by_id": actor.person_id,
        "instruction": wish.text,
        **_signed(order, actor, now),
    }
    words = {"unit": str(parties[0])}
    detail = {"lead": str(parties[0]), "assisting": [str(party) for party in parties[1:]]}
    return OrderChange(fields, N_("已派给{unit}主办"), words, detail, starts="assigned", tells_residents=True)


def _named(order: Order, whom: tuple[str, int], lead: bool, now: datetime) -> OrderParty:
    kind, pk = whom
    party = OrderParty(order=order, lead=lead, named_at=now)
    if kind == "unit" and pk in (order.street_id, order.community_id):
        party.unit = Unit.objects.get(pk=pk)
        return party
    body = Body.objects.filter(pk=pk, active=True).first() if kind == "body" else None
    if body is None:
        raise Refused(Refusal("no_body", N_("没有这个单位，请从列表里选")))
    if order.case.subjects.filter(body=body).exists():
        raise Refused(Refusal("subject_body", N_("这件事反映的就是{body}，不能交给它"), {"body": body.name}))
    party.body = body
    return party


def mine(order: Order, actor: Actor) -> OrderParty:
    """The party this person acts for; the rules have made sure there is one."""
    view = party_of(actor, order_view(order))
    assert view is not None
    same = {"body_id": view.body_id} if view.body_id else {"unit_id": view.unit_id}
    return order.parties.select_for_update(of=("self",)).get(**same, released_at=None)


def receive(order: Order, wish: OrderWish, actor: Actor, now: datetime) -> OrderChange:
    """签收: the lead's receipt starts the work; an assistant's is kept beside it."""
    party = mine(order, actor)
    party.signed_at, party.signed_by_id = now, actor.person_id
    party.save(update_fields=["signed_at", "signed_by"])
    fields = {"status": OrderStatus.WORKING} if party.lead else {}
    return OrderChange(
        fields,
        N_("{unit}已签收"),
        {"unit": str(party)},
        {"party": party.pk},
        starts="signed" if party.lead else "",
    )


def object_to(order: Order, wish: OrderWish, actor: Actor, now: datetime) -> OrderChange:
    """One objection; until it is ruled the objecting party stays responsible (首接负责)."""
    party = mine(order, actor)
    party.objection, party.objected_at, party.ruling = wish.text, now, Ruling.OPEN
    party.save(update_fields=["objection", "objected_at", "ruling"])
    fields = {"status": OrderStatus.OBJECTED} if party.lead else {}
    return OrderChange(fields, "", {}, {"party": str(party)}, starts="objected")


def rule(order: Order, wish: OrderWish, actor: Actor, now: datetime) -> OrderChange:
    """The level above rules the same day: upheld, the street names another; else the party signs and works."""
    opened = order.parties.select_for_update(of=("self",)).filter(ruling=Ruling.OPEN, released_at=None)
    party = opened.filter(pk=wish.party_id or 0).first() or opened.first()
    assert party is not None
    party.ruling = Ruling.UPHELD if wish.uphold else Ruling.REJECTED
    party.ruling_words, party.ruled_at, party.ruled_by_id = wish.text, now, actor.person_id
    party.released_at = now if wish.uphold else None
    party.save()
    fields = {}
    if party.lead:
        fields["status"] = OrderStatus.SIGNED if wish.uphold else OrderStatus.ASSIGNED
    restarts = "issued" if party.lead and wish.uphold else ""
    return OrderChange(
        fields, "", {}, {"party": str(party), "ruling": party.ruling, "lead": party.lead}, starts=restarts
    )


def arrive(order: Order, wish: OrderWish, actor: Actor, now: datetime) -> OrderChange:
    """On site, with position and photo as evidence; the distance is shown, never used to refuse."""
    party = mine(order, actor)
    if party.arrived_at is None:
        party.arrived_at = now
        party.save(update_fields=["arrived_at"])
    case, metres = order.case, None
    if None not in (wish.lon, wish.lat, case.lon, case.lat):
        metres = round(distance_m(wish.lon, wish.lat, case.lon, case.lat))  # type: ignore[arg-type]
    detail = {
        "party": str(party),
        "lead": party.lead,
        "lon": wish.lon,
        "lat": wish.lat,
        "accuracy_m": wish.accuracy_m,
        "metres": metres,
    }
    return OrderChange({}, N_("{unit}到了现场"), {"unit": str(party)}, detail)


def file_result(order: Order, wish: OrderWish, actor: Actor, now: datetime) -> OrderChange:
    fields = {"result": wish.text, "filed_at": now, "filed_by_id": actor.person_id}
    return OrderChange(fields, N_("主办单位说办好了，正在核实"), starts="filed")


def send_back(order: Order, wish: OrderWish, actor: Actor, now: datetime) -> OrderChange:
    fields = {"filed_at": None, "filed_by_id": None, "sent_back": order.sent_back + 1}
    return OrderChange(fields, N_("核实发现还没办好，继续处理"))


def verify(order: Order, wish: OrderWish, actor: Actor, now: datetime) -> OrderChange:
    refusal = why_not_verify(photos=len(wish.photos), resident_says=wish.resident_says)
    if refusal:
        raise Refused(refusal)
    fields = {
        "closed_at": now,
        "closed_by_id": actor.person_id,
        "verification": wish.text,
        "resident_says": wish.resident_says,
    }
    return OrderChange(fields, N_("已到现场核实"), tells_residents=True)


def cancel(order: Order, wish: OrderWish, actor: Actor, now: datetime) -> OrderChange:
    return OrderChange({"closed_at": now, "closed_by_id": actor.person_id, "verification": wish.text})


DOING: dict[OrderAction, Doing] = {
    OrderAction.AMEND: amend,
    OrderAction.ISSUE: issue,
    OrderAction.RETURN: give_back,
    OrderAction.TAKE_ON: take_on,
    OrderAction.SIGN: sign,
    OrderAction.ASSIGN: assign,
    OrderAction.RECEIVE: receive,
    OrderAction.OBJECT: object_to,
    OrderAction.RULE: rule,
    OrderAction.ARRIVE: arrive,
    OrderAction.FILE: file_result,
    OrderAction.SEND_BACK: send_back,
    OrderAction.VERIFY: verify,
    OrderAction.CANCEL: cancel,
}
