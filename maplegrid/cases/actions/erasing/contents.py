"""What holds words, contacts, places or photos of people, and how each is emptied. Counts come back, nothing else."""

from collections import Counter
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from maplegrid.cases.models import (
    Appeal,
    Case,
    ClockEvent,
    Handover,
    Hold,
    KeptReply,
    Order,
    OrderParty,
    Question,
    Step,
    Supervision,
)
from maplegrid.messaging.models import Attachment, CallTask, Message, Notice, SmsAttempt
from maplegrid.rules.vocabulary import Channel

GONE = "已删除"
# At these doors the message names itself by what was said (a digest of it); elsewhere another system did.
OWN_NAMES = (Channel.WEB, Channel.QR_BUILDING, Channel.RELAY)


def empty_message(message: Message) -> Counter[str]:
    """One person's message, their answers and ratings, and every notice to them."""
    emptied: Counter[str] = Counter()
    fields = dict.fromkeys(
        ("title", "text", "place_words", "contact_name", "contact_phone", "phone_index"), ""
    )
    fields["trouble"] = ""
    emptied["messages"] = Message.objects.filter(pk=message.pk).update(
        **fields, lon=None, lat=None, accuracy_m=None, building=None, door=None, consent={}, raw={}
    )
    if message.channel in OWN_NAMES:
        Message.objects.filter(pk=message.pk).update(external_id=f"erased.{message.pk}")
    appeals = Appeal.objects.filter(message=message)
    emptied["appeals"] = appeals.update(rating_words="", reopen_reason="")
    emptied["questions"] = Question.objects.filter(appeal__message=message).update(text=GONE, answer="")
    emptied["notices"] = _empty_notices(Notice.objects.filter(message=message))
    return emptied


def empty_case(case: Case) -> Counter[str]:
    """The case's own words and place, its timeline, orders, hand-overs and the notices about it."""
    emptied: Counter[str] = Counter()
    words = dict.fromkeys(("place_words", "solution", "promise"), "")
    reasons: dict[str, object] = {f"{name}_reason": {} for name in ("category", "urgency", "place")}
    emptied["cases"] = Case.objects.filter(pk=case.pk).update(
        **words, **reasons, title=GONE, tokens=None, lon=None, lat=None, building=None
    )
    case.subjects.update(words="")
    emptied["steps"] = _empty_steps(Step.objects.filter(case=case))
    emptied["handovers"] = Handover.objects.filter(case=case).update(reason=GONE, answer="")
    Supervision.objects.filter(case=case).update(reason=GONE, answer="")
    Hold.objects.filter(case=case).update(reason=GONE)
    ClockEvent.objects.filter(clock__case=case).update(reason="")
    emptied["orders"] = _empty_orders(case)
    emptied["notices"] = _empty_notices(Notice.objects.filter(subject=f"case:{case.pk}"))
    return emptied


def _empty_orders(case: Case) -> int:
    names = ("opinion", "returned_reason", "instruction", "result", "verification")
    OrderParty.objects.filter(order__case=case).update(objection="", ruling_words="")
    return Order.objects.filter(case=case).update(
        **dict.fromkeys(names, ""), tried=GONE, why=GONE, asked=GONE
    )


def _empty_steps(steps: QuerySet[Step]) -> int:
    """Numbers in the detail stay (which clock, how many), words and positions go."""
    rows = list(steps)
    for step in rows:
        step.text = step.public_text = ""
        step.detail = {k: v for k, v in step.detail.items() if isinstance(v, int) and k not in ("lon", "lat")}
    Step.objects.bulk_update(rows, ["text", "public_text", "detail"])
    return len(rows)


def empty_steps_of(case: Case, appeal: Appeal, said: str) -> int:
    """Where one of several reporters speaks in a timeline that stays."""
    theirs = Q(detail__appeal=appeal.pk) | Q(action="joined", text=said[:500])
    return (
        _empty_steps(case.steps.filter(theirs))
        if said
        else _empty_steps(case.steps.filter(detail__appeal=appeal.pk))
    )


def forget_replies(number: str) -> int:
    """Answers kept for a repeated call of an interface may quote the message; they are few, and lost only as such."""
    quoting = KeptReply.objects.annotate(said=Cast("body", TextField())).filter(said__contains=number)
    return quoting.delete()[0]


def _empty_notices(notices: QuerySet[Notice]) -> int:
    SmsAttempt.objects.filter(notice__in=notices).update(phone_index="", phone_shown="", receipts=[])
    CallTask.objects.filter(notices__in=notices).update(words="")
    return notices.update(body=GONE, words={}, receipts=[])


def drop_photos(photos: QuerySet[Attachment]) -> Counter[str]:
    """Rows now, files when the transaction is kept; a file that another photo shares stays."""
    rows = list(photos)
    paths = {path for row in rows for path in (row.path, row.thumb_path) if path}
    Attachment.everything.filter(pk__in=[row.pk for row in rows]).delete()
    transaction.on_commit(lambda: _unlink(paths))
    return Counter(photos=len(rows))


def _unlink(paths: set[str]) -> None:
    shared = Attachment.everything.filter(Q(path__in=paths) | Q(thumb_path__in=paths))
    kept = {path for row in shared.values_list("path", "thumb_path") for path in row}
    for path in paths - kept:
        (Path(settings.MEDIA_ROOT) / path).unlink(missing_ok=True)


def photos_of_case(case: Case) -> QuerySet[Attachment]:
    """Those people sent and those staff took."""
    return Attachment.everything.filter(Q(message__appeal__case=case) | Q(steps__case=case)).distinct()


def photos_of_message(message: Message) -> QuerySet[Attachment]:
    """Those this person sent, at first or later."""
    added = Q(steps__detail__appeal=message.appeal.pk) if hasattr(message, "appeal") else Q(pk__in=[])
    return Attachment.everything.filter(Q(message=message) | added).distinct()
