"""What 书记在线 hears from below. Each may be told twice."""

from maplegrid.kit.moment import now
from maplegrid.secretary.actions.asking import take_up
from maplegrid.secretary.actions.erasing import empty_audience
from maplegrid.secretary.actions.receipts import hear_receipt
from maplegrid.secretary.actions.sweeping import ask_to_call_about


def on_case_asked(case_id: int, what: str) -> None:
    """Somebody wrote to the secretary."""
    if what == "secretary":
        take_up(case_id=case_id, now=now())


def on_notice_delivered(notice_id: int) -> None:
    """A text message arrived: it may be the one a clock waits for."""
    hear_receipt(notice_id=notice_id, now=now())


def on_notice_undelivered(notice_id: int) -> None:
    """No gateway brought a text message home: whoever answers for the letter rings."""
    ask_to_call_about(notice_id=notice_id, now=now())


def on_case_erased(case_id: int) -> None:
    """What was kept about a letter's case was erased."""
    empty_audience(case_id=case_id)
