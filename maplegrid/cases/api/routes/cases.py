"""Cases and their steps."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from ninja import Status as Answer

from maplegrid.accounts.scopes import Scope
from maplegrid.cases.api.finding import case_for, cases_for, missing
from maplegrid.cases.api.keys import KeyWith, caller_in
from maplegrid.cases.api.paging import newest_first, oldest_first
from maplegrid.cases.api.rendering.cases import happened, row_of, timeline, whole_of, with_names
from maplegrid.cases.api.repeats import RepeatKey, Reply, once
from maplegrid.cases.api.routes import PROBLEMS
from maplegrid.cases.api.shapes.basics import Id, Paged
from maplegrid.cases.api.shapes.cases import (
    CasePageOut,
    CasesAsked,
    CaseWhole,
    CountsOut,
    EventPageOut,
    StepDone,
    StepIn,
)
from maplegrid.cases.api.working import step_by_key
from maplegrid.cases.queries.inbox import counts_of
from maplegrid.cases.queries.photos import photo_seen_by
from maplegrid.messaging.photos import photo_response

router = Router(tags=["cases"])
READ, ACT = KeyWith(Scope.CASES_READ), KeyWith(Scope.CASES_ACT)
JPEG = {"content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}, "description": "OK"}


@router.get("/cases", response={200: CasePageOut, **PROBLEMS}, auth=READ)
def cases(request: HttpRequest, asked: Query[CasesAsked]) -> Any:
    """Cases the key's person may see, newest first, with the inbox's filters."""
    rows, following = newest_first(with_names(cases_for(caller_in(request), asked)), "received_at", asked)
    return {"items": [row_of(case) for case in rows], "next": following}


@router.get("/cases/counts", response={200: CountsOut, **PROBLEMS}, auth=READ)
def counts(request: HttpRequest) -> Any:
    """How many open cases each view of the inbox holds for the key's person."""
    caller = caller_in(request)
    return counts_of(caller.actor, caller.now)


@router.get("/cases/{number}", response={200: CaseWhole, **PROBLEMS}, auth=READ)
def case(request: HttpRequest, number: str) -> Any:
    """One case with its course; a stranger's and a missing one are the same 404."""
    caller = caller_in(request)
    return whole_of(case_for(caller, number), caller.actor)


@router.get("/cases/{number}/events", response={200: EventPageOut, **PROBLEMS}, auth=READ)
def events(request: HttpRequest, number: str, asked: Query[Paged]) -> Any:
    """The timeline of one case, oldest first: keep `next` and ask again for what is new."""
    found = case_for(caller_in(request), number)
    rows, following = oldest_first(timeline(found), "at", asked)
    return {"items": [happened(step) for step in rows], "next": following}


@router.post("/cases/{number}/steps", response={200: StepDone, **PROBLEMS}, auth=ACT)
def step(request: HttpRequest, number: str, asked: StepIn, repeat_key: RepeatKey = None) -> Any:
    """Take one step, by the same rules as at a desk. 409 with the rule's sentence, or when somebody was faster."""
    caller = caller_in(request)

    def do() -> Reply:
        done = step_by_key(caller, case_for(caller, number), asked)
        return Answer(200, {"number": done.number, "status": str(done.status), "version": done.version})

    return once(request, do)


@router.get(
    "/photos/{photo}",
    response=PROBLEMS,
    auth=READ,
    openapi_extra={"responses": {200: JPEG}},
)
def photo(request: HttpRequest, photo: Annotated[Id, Path()], thumb: bool = False) -> HttpResponse:
    """A photo of a case the key's person may see, or its thumbnail."""
    found = photo_seen_by(caller_in(request).actor, photo)
    if found is None:
        raise missing()
    return photo_response(found, thumb=thumb)
