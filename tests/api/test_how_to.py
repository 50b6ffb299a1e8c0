"""docs/how-to/api.md is run as it stands, against a real server."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from maplegrid.accounts.models import ApiKey
from maplegrid.accounts.scopes import Scope
from maplegrid.cases.actions.webhooks.sending import PAUSES, signature
from maplegrid.cases.actions.webhooks.subscribing import EVENTS
from maplegrid.cases.models import Case, Order
from maplegrid.messaging.models import Attachment, Message
from tests.api.calling import key_for, picture
from tests.builders import drain_case, story_building
from tests.cast import CAST, NOON

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "how-to" / "api.md"


def blocks(language: str) -> str:
    text = PAGE.read_text(encoding="utf-8")
    return "\n".join(re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE))


@pytest.mark.usefixtures("district")
def test_every_example_does_what_it_says(live_server, settings, tmp_path, held_clock):
    held_clock(NOON)
    settings.MEDIA_ROOT = tmp_path / "media"
    case, building = drain_case(), story_building()
    (tmp_path / "photo.jpg").write_bytes(picture())
    environment = {
        "PATH": "/usr/local/bin:/usr/bin:/bin", "ADDRESS": live_server.url, "KEY": key_for(CAST.chief), "NUMBER": case.number,
        "BUILDING": building.code, "RECEIVER": "https://hooks.example.org/maple", "LANG": "C.UTF-8",
    }  # fmt: skip
    script = "set -eu -o pipefail\n" + blocks("sh")
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, timeout=120
    )
    assert done.returncode == 0, done.stderr.decode() or sorted(tmp_path.iterdir())

    def said(name: str):
        return json.loads((tmp_path / f"{name}.json").read_text(encoding="utf-8"))

    message = Message.objects.get(number=said("message")["number"])
    assert said("again") == said("message") | {"code": None}
    assert Attachment.objects.get().message == message
    assert [row["number"] for row in said("cases")["items"]] == [case.number]
    assert [row["number"] for row in said("found")["items"]] == [case.number]
    assert said("counts")["queue"] == 1
    assert said("case")["number"] == case.number
    assert [event["action"] for event in said("events")["items"]][:2] == ["received", "routed"]
    assert {unit["level"] for unit in said("units")["items"]} == {"sub_grid"}
    assert said("notices")["items"][0]["case"] == case.number
    assert said("step")["status"] == Case.objects.get(pk=case.pk).status == "handling"
    assert said("faster")["code"] == "faster"
    assert "faster" in said("faster")["message"]
    assert Order.objects.get(pk=said("order")["id"]).status == said("order-step")["status"] == "cancelled"
    assert said("deliveries")["items"][0]["delivery"] == said("trial")["delivery"]
    assert ApiKey.objects.get().webhooks.get().ended_at == NOON


def test_the_receivers_check_on_the_page_knows_our_signature(monkeypatch):
    space: dict = {}
    exec(blocks("python"), space)
    stamp, body = int(NOON.timestamp()), b'{"event": "case.closed"}'
    headers = {
        "MapleGrid-Timestamp": str(stamp),
        "MapleGrid-Signature": f"v1={signature('s', stamp, body)}",
    }
    monkeypatch.setattr(space["time"], "time", lambda: stamp + 10.0)
    assert space["is_genuine"]("s", headers, body)
    assert not space["is_genuine"]("t", headers, body)
    assert not space["is_genuine"]("s", headers, body + b" ")
    monkeypatch.setattr(space["time"], "time", lambda: stamp + 1000.0)
    assert not space["is_genuine"]("s", headers, body)


def test_the_page_names_every_scope_event_and_pause():
    text = PAGE.read_text(encoding="utf-8")
    assert all(f"`{name}`" in text for name in (*Scope, *EVENTS))
    pauses = re.search(r"sent again after (.*?)\.", text)[1].replace(" and ", ", ")
    units = {"s": 1, "min": 60, "h": 3600}
    told = [int(n) * units[unit] for n, unit in (words.split() for words in pauses.split(", "))]
    assert told == [pause.total_seconds() for pause in PAUSES]
