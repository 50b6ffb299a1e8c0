"""The inbox as an Excel file: the screen's own scope and filters, row by row, and never a reporter's contact."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from django.db import transaction
from django.utils.translation import gettext as _

from maplegrid.audit.actions import record
from maplegrid.cases.actions.change import Refused
from maplegrid.cases.models import Case, Supervision
from maplegrid.cases.names import milestone_name
from maplegrid.cases.queries.inbox import Filters, matching_cases, sorted_cases
from maplegrid.cases.queries.supervision import supervisions_of
from maplegrid.cases.words import category_words, holder_words, person_words, place_words, status_words
from maplegrid.kit.sheets import stream_sheet
from maplegrid.language.contacts import without_contacts
from maplegrid.rules.access import Actor
from maplegrid.rules.triage import URGENCY_NAMES, Urgency
from maplegrid.rules.vocabulary import CHANNEL_NAMES, N_, Channel, Refusal

MOST_ROWS = 50_000
CHUNK = 1_000
COLUMNS: tuple[tuple[str, int], ...] = (
    (N_("编号"), 16), (N_("居民说"), 40), (N_("类别"), 18), (N_("缓急"), 12), (N_("状态"), 10),
    (N_("在哪里"), 32), (N_("谁在办"), 26), (N_("谁负责"), 26), (N_("渠道"), 12), (N_("反映户数"), 10),
    (N_("收到"), 17), (N_("受理"), 17), (N_("首次联系"), 17), (N_("下一步"), 12), (N_("到期"), 17),
    (N_("最早超时"), 17), (N_("结案"), 17), (N_("办理结果"), 40),
)  # fmt: skip


@dataclass(frozen=True)
class Exported:
    """A finished file, open at its start."""

    file: IO[bytes]
    name: str
    rows: int


def export_inbox(*, filters: Filters, actor: Actor, now: datetime) -> Exported:
    """Write what this person's inbox lists into an xlsx file; the audit keeps who, which filters, how many rows.

    Raises Refused when more than MOST_ROWS match.
    """
    with transaction.atomic():
        _refuse_too_many(matching_cases(actor, filters, now)[: MOST_ROWS + 1].count())
        file, rows = stream_sheet(
            title=_("诉求"),
            header=[_(words) for words, _width in COLUMNS],
            widths=[width for _words, width in COLUMNS],
            rows=_rows(actor, filters, now),
        )
        record(
            actor=f"person:{actor.person_id}",
            action="inbox.exported",
            subject="inbox",
            now=now,
            detail={"rows": rows, "filters": filters.address()},
        )
    return Exported(file, f"{now:%Y%m%d-%H%M}-{filters.view}.xlsx", rows)


def _refuse_too_many(count: int) -> None:
    if count > MOST_ROWS:
        words = N_("一次最多导出 {most} 件。请用类别、地方或时间缩小范围，再导出")
        raise Refused(Refusal("too_many", words, {"most": str(MOST_ROWS)}))


def _rows(actor: Actor, filters: Filters, now: datetime) -> Iterator[list[Any]]:
    cases = sorted_cases(actor, filters, now).defer("tokens")
    return (_row(case) for case in cases.iterator(chunk_size=CHUNK))


def _row(case: Case) -> list[Any]:
    """One case as the columns say; free words go through `without_contacts`."""
    return [
        case.number,
        without_contacts(case.title),
        category_words(case.category),
        _(URGENCY_NAMES[Urgency(case.urgency)]),
        status_words(case),
        without_contacts(place_words(case)),
        holder_words(case),
        person_words(case.accountable) if case.accountable else "",
        _(CHANNEL_NAMES[Channel(case.channel)]),
        case.households,
        case.received_at,
        case.accepted_at,
        case.contacted_at,
        milestone_name(case.next_milestone) if case.next_milestone else "",
        case.next_at,
        case.breached_at,
        case.closed_at,
        without_contacts(case.solution),
    ]


SUPERVISION_COLUMNS: tuple[tuple[str, int], ...] = (
    (N_("编号"), 16), (N_("居民说"), 40), (N_("等级"), 12), (N_("谁在办"), 26), (N_("谁提出"), 26), (N_("提出"), 17),
    (N_("原因"), 40), (N_("最晚回复"), 17), (N_("回复时间"), 17), (N_("回复"), 40), (N_("销号"), 17),
)  # fmt: skip


def export_supervisions(*, shown: str, actor: Actor, now: datetime) -> Exported:
    """The supervisions of one tab as a file; the audit keeps who and how many rows."""
    with transaction.atomic():
        file, rows = stream_sheet(
            title=_("督办"),
            header=[_(words) for words, _width in SUPERVISION_COLUMNS],
            widths=[width for _words, width in SUPERVISION_COLUMNS],
            rows=(_supervision_row(one) for one in supervisions_of(actor, shown, now)[:MOST_ROWS]),
        )
        record(
            actor=f"person:{actor.person_id}",
            action="supervisions.exported",
            subject="supervision",
            now=now,
            detail={"rows": rows, "shown": shown},
        )
    return Exported(file, f"{now:%Y%m%d-%H%M}-supervision-{shown}.xlsx", rows)


def _supervision_row(one: Supervision) -> list[Any]:
    return [
        one.case.number,
        without_contacts(one.case.title),
        _(one.get_colour_display()),
        holder_words(one.case),
        person_words(one.placed_by),
        one.placed_at,
        without_contacts(one.reason),
        one.answer_by,
        one.answered_at,
        without_contacts(one.answer),
        one.settled_at,
    ]
