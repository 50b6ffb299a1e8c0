"""The addresses of /api/v1 and their OpenAPI document (`/api/v1/openapi.json`)."""

import re
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Header, NinjaAPI, Query
from ninja import Status as Answer
from pydantic import Field

from maplegrid.accounts.scopes import Scope
from maplegrid.cases.api.cursor import after, cursor_of
from maplegrid.cases.api.keys import KeyWith, caller_in
from maplegrid.cases.api.problems import NotDone, answer_problems
from maplegrid.cases.api.rendering import row_of, whole_of, with_names
from maplegrid.cases.api.repeats import Reply, once
from maplegrid.cases.api.shapes import (
    CasePageOut,
    CaseWhole,
    MessageIn,
    MessageOut,
    Problem,
    StepDone,
    StepIn,
)
from maplegrid.cases.api.working import message_by_key, step_by_key
from maplegrid.cases.models import Case
from maplegrid.cases.queries.scope import visible_to
from maplegrid.kit.words import translated
from maplegrid.rules.access import NOT_YOURS
from maplegrid.rules.lifecycle import Status

NUMBER = re.compile(r"[0-9]{4}-[0-9]{1,12}", re.ASCII)
PAGE_AT_MOST = 100
PROBLEMS = dict.fromkeys((400, 401, 403, 404, 409, 422, 429), Problem)
RepeatKey = Annotated[str | None, Header(None, alias="Idempotency-Key", max_length=200)]

api = NinjaAPI(
    title="MapleGrid",
    version="1",
    description="Cases and messages of the district, for systems that hold an interface key.",
    urls_namespace="api",
    docs_url=None,  # its page would load scripts from a foreign host
)
answer_problems(api)


@api.get("/cases", response={200: CasePageOut, **PROBLEMS}, auth=KeyWith(Scope.CASES_READ))
def cases(
    request: HttpRequest,
    cursor: str = "",
    limit: Annotated[int, Field(ge=1, le=PAGE_AT_MOST)] = Query(50),
    status: Status | None = None,
) -> Any:
    """Cases the key's person may see, newest first."""
    found = visible_to(caller_in(request).actor)
    if status:
        found = found.filter(status=status)
    if cursor:
        found = found.filter(after(cursor))
    rows = list(with_names(found).order_by("-received_at", "-pk")[: limit + 1])
    more = len(rows) > limit
    return {
        "items": [row_of(case) for case in rows[:limit]],
        "next": cursor_of(rows[limit - 1]) if more else None,
    }


@api.get("/cases/{number}", response={200: CaseWhole, **PROBLEMS}, auth=KeyWith(Scope.CASES_READ))
def case(request: HttpRequest, number: str) -> Any:
    """One case with its course; a stranger's and a missing one are the same 404."""
    caller = caller_in(request)
    return whole_of(_case(request, number), caller.actor)


@api.post("/cases/{number}/steps", response={200: StepDone, **PROBLEMS}, auth=KeyWith(Scope.CASES_ACT))
def step(request: HttpRequest, number: str, asked: StepIn, repeat_key: RepeatKey = None) -> Any:
    """Take one step, by the same rules as at a desk. 409 with the rule's sentence, or when somebody was faster."""
    caller = caller_in(request)

    def do() -> Reply:
        done = step_by_key(caller, _case(request, number), asked)
        return Answer(200, {"number": done.number, "status": str(done.status), "version": done.version})

    return once(request, do)


@api.post("/messages", response={201: MessageOut, **PROBLEMS}, auth=KeyWith(Scope.MESSAGES_WRITE))
def message(request: HttpRequest, asked: MessageIn, repeat_key: RepeatKey = None) -> Any:
    """Hand in a report."""
    caller = caller_in(request)

    def do() -> Reply:
        received = message_by_key(caller, asked)
        return Answer(201, {"number": received.message.number, "code": received.code})

    return once(request, do, unsaid=("code",))


def _case(request: HttpRequest, number: str) -> Case:
    seen = with_names(visible_to(caller_in(request).actor)).prefetch_related("subjects", "handovers")
    found = seen.filter(number=number).first() if NUMBER.fullmatch(number) else None
    if found is None:
        raise NotDone(404, NOT_YOURS.code, translated(NOT_YOURS.sentence))
    return found
