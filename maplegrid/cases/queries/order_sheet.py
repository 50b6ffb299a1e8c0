"""The order form (发令单), reference 3.2: one A4 page, the same words in print and in Word."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from maplegrid.cases.models import Order, OrderParty
from maplegrid.cases.words import unit_words
from maplegrid.kit.moment import CHINA
from maplegrid.rules.orders import RULING_NAMES, Ruling

TEMPLATE = Path(__file__).parent.parent / "templates" / "cases" / "orders" / "order.docx"


def sheet_of(order: Order, parties: list[OrderParty]) -> dict[str, Any]:
    """Every blank of the form by name; what has not happened yet is empty."""
    case = order.case
    return {
        "number": order.number or _("（待发令编号）"),
        "urgency": _("紧急") if order.urgent else _("普通"),
        "case_number": case.number,
        "case_title": case.title,
        "category": str(case.category),
        "place": " ".join(filter(None, (unit_words(case.area), str(case.building or case.place_words)))),
        "households": case.households,
        "applicant": _signed(order.applicant, order.applied_at),
        "tried": order.tried,
        "why": order.why,
        "asked": order.asked,
        "community": unit_words(order.community),
        "opinion": order.opinion,
        "issued": _signed(order.issued_by, order.issued_at),
        "street": unit_words(order.street),
        "signed": _signed(order.signed_by, order.signed_at),
        "instruction": order.instruction,
        "assigned": _signed(order.assigned_by, order.assigned_at),
        "lead": "、".join(str(party) for party in parties if party.lead and party.released_at is None),
        "assisting": "、".join(
            str(party) for party in parties if not party.lead and party.released_at is None
        ),
        "receipts": "；".join(_receipt(party) for party in parties if party.signed_at),
        "objections": "；".join(_objection(party) for party in parties if party.ruling),
        "arrivals": "；".join(f"{party} {_when(party.arrived_at)}" for party in parties if party.arrived_at),
        "result": order.result,
        "filed": _signed(order.filed_by, order.filed_at),
        "verification": order.verification,
        "closed": _signed(order.closed_by, order.closed_at),
        "rating": _rating(order),
    }


def _when(moment: datetime | None) -> str:
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M}" if moment else ""


def _signed(person: Any, moment: datetime | None) -> str:
    return f"{person or ''} {_when(moment)}".strip()


def _receipt(party: OrderParty) -> str:
    return f"{party}：{_signed(party.signed_by, party.signed_at)}"


def _objection(party: OrderParty) -> str:
    ruling = _(RULING_NAMES[Ruling(party.ruling)])
    return f"{party}：{party.objection}（{ruling} {_when(party.ruled_at)} {party.ruling_words}）"


def _rating(order: Order) -> str:
    """What the residents said, by number; never by name."""
    rated = [appeal for appeal in order.case.appeals.all() if appeal.rated_at]
    solved = sum(bool(appeal.solved) for appeal in rated)
    return _("{n} 户评价，{solved} 户说解决了").format(n=len(rated), solved=solved) if rated else ""
