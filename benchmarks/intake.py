"""Accepting a public report, and opening its case."""

import secrets

from benchmarks.measuring import Line, cost_of
from benchmarks.world import World

WORDS = "管道堵塞了，厨房地漏往上返水，楼下几家饭店也排不出去"
QUOTED = "quoted, other machine"
# Signalen (Amsterdam/signals, adbe8fc) with 100,000 signals on two cores: SQL statements and ms of CPU.
PEER_ACCEPT, PEER_ALL = (47, 61.0), 167.0


def measure(world: World, reports: int) -> list[Line]:
    from django.core.cache import caches
    from django.test import Client

    from maplegrid.cases.actions.intake import open_case
    from maplegrid.messaging.actions import receive_message
    from maplegrid.messaging.models import Message
    from maplegrid.messaging.raw import RawMessage
    from maplegrid.rules.vocabulary import Channel

    def keep(number: int) -> None:
        raw = RawMessage(channel=Channel.WEB, external_id=secrets.token_hex(8), text=f"{WORDS} {number}")
        receive_message(raw=raw, actor="resident", now=world.now)

    browser = Client(HTTP_HOST="localhost")

    def post(number: int) -> None:
        form = {"token": secrets.token_urlsafe(16), "words": f"{WORDS} {number}", "place": "富豪花园C区1栋"}
        assert browser.post("/report", form).status_code == 302
        if number % 25 == 24:
            caches["worker"].clear()  # so that this one address is not throttled

    def open_one(message_id: int) -> None:
        open_case(message_id=message_id, now=world.now)

    post(0), keep(0), open_one(Message.objects.latest("id").pk)
    posted = cost_of(post, range(reports))
    kept = cost_of(keep, range(reports))
    waiting = Message.objects.filter(appeal=None, text__startswith=WORDS).order_by("id")
    opened = cost_of(open_one, list(waiting.values_list("id", flat=True)[:reports]))
    both = posted.cpu_ms + opened.cpu_ms
    return [
        Line("accept a public report, whole request", posted.words(), f"Signalen {PEER_ACCEPT[0]} SQL, {PEER_ACCEPT[1]:.0f} ms CPU", PEER_ACCEPT[1] / posted.cpu_ms, QUOTED),
        Line("  receive_message alone", kept.words()),
        Line("open its case", opened.words(), note="read, located, routed, clocks, notices, audit"),
        Line("accept and open", f"{posted.statements + opened.statements:.0f} SQL, {both:.1f} ms CPU", "Signalen 160–175 ms CPU", PEER_ALL / both, QUOTED),
    ]  # fmt: skip
