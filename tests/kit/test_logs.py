"""Nobody's words, numbers or codes reach the log, whatever goes wrong with them."""

import io
import json
import logging
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from maplegrid.kit.logs import JsonLines, masked, trace_of
from maplegrid.messaging.models import NumberRange
from tests.builders import drain_case
from tests.cast import CAST, person

WORDS = st.text(alphabet=st.characters(exclude_categories=["Nd"]), max_size=20)
SECRETS = ("13800001234", "138 0000 1234", "440305199001011234", "44030519900101123X", "ABC234", "隔壁天天吵")


@pytest.fixture
def log() -> Any:
    """Everything that is logged meanwhile, as the lines a file would hold."""
    sink = io.StringIO()
    handler = logging.StreamHandler(sink)
    handler.setFormatter(JsonLines())
    root, access = logging.getLogger(), logging.getLogger("maplegrid.access")
    held = root.level, access.level
    root.addHandler(handler)
    access.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in sink.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(held[0])
    access.setLevel(held[1])


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("around", ["{}", "cannot read '{}'", "phone={}, x", "({})", "a\n{}\nb"])
def test_what_looks_like_a_persons_is_masked(secret: str, around: str):
    assert secret not in masked(around.format(secret))


@pytest.mark.parametrize(
    "words",
    [
        "job 12345 took 3.25 s",
        "maplegrid.cases.handlers.on_message_received",
        "_execute_with_wrappers line 94",
        "connection to server on socket failed",
        "HTTP 404 after 0.5 s",
    ],
)
def test_what_the_code_says_stays(words: str):
    assert masked(words) == words


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), WORDS, WORDS)
def test_a_telephone_number_never_stays(number: str, before: str, after: str):
    assert number not in masked(f"{before}{number}{after}")


def test_query_strings_and_tokens_are_masked():
    assert "Zm9vYmFy" not in masked("GET /r/x?token=Zm9vYmFy")
    assert "q7TzP0aXb3LmN8cVd1Re" not in masked("relay q7TzP0aXb3LmN8cVd1Re")


@pytest.mark.django_db
def test_the_row_postgresql_quotes_is_left_out():
    NumberRange.objects.create(year=1999)
    with pytest.raises(IntegrityError) as fault, transaction.atomic():
        NumberRange.objects.bulk_create([NumberRange(year=1999)])
    told = "\n".join(trace_of(fault.value))
    assert "IntegrityError" in told
    assert "(year)=(1999)" in str(fault.value)
    assert "1999" not in told


def test_the_cause_of_a_fault_is_told_before_it():
    try:
        try:
            int("13800001234x")
        except ValueError as cause:
            raise RuntimeError("读不了13800001234") from cause
    except RuntimeError as error:
        told = trace_of(error)
    assert [line.split(":")[0] for line in told if "Error:" in line] == ["ValueError", "RuntimeError"]
    assert "13800001234" not in " ".join(told)


@pytest.mark.django_db
def test_a_request_leaves_its_route_its_number_and_who_asked_by_number(log):
    case, client = drain_case(), Client()
    chief = person(CAST.chief)
    client.force_login(chief)
    answer = client.get(f"/cases/{case.number}?q=13800001234")
    [line] = [line for line in log() if line["logger"] == "maplegrid.access"]
    assert (line["route"], line["status"], line["person"]) == ("cases:case", 200, chief.pk)
    assert line["request"] == answer["X-Request-ID"]
    assert case.number not in json.dumps(line)
    assert chief.username not in json.dumps(line)


@pytest.mark.django_db
def test_a_page_that_fails_on_somebodys_words_keeps_them_to_itself(log, monkeypatch):
    def fail(*_: Any, **__: Any) -> None:
        raise ValueError(f"cannot keep {SECRETS}")

    monkeypatch.setattr("maplegrid.cases.views.resident.doors.receive_message", fail)
    client = Client(raise_request_exception=False)
    form = {"token": "t", "words": "隔壁天天吵", "phone": "13800001234", "place": "富豪花园C区1栋"}
    assert client.post("/report?code=ABC234", form).status_code == 500
    told = json.dumps(log(), ensure_ascii=False)
    assert "ValueError" in told
    assert "cases:report" in told
    for secret in (*SECRETS, "富豪花园"):
        assert secret not in told


@pytest.mark.django_db
def test_an_address_that_opens_something_is_not_written_down(log):
    Client().get("/r/q7TzP0aXb3LmN8cVd1Re")
    Client().get("/nowhere/13800001234/隔壁")
    told = json.dumps(log(), ensure_ascii=False)
    assert "q7TzP0aXb3LmN8cVd1Re" not in told
    assert "13800001234" not in told
    assert "隔壁" not in told
