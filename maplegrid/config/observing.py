"""What each request leaves behind for those who run the place: a number, a line in the log, a count and a time."""

import logging
import secrets
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from prometheus_client import Histogram

from maplegrid.kit.logs import asking

log = logging.getLogger("maplegrid.access")
HEADER = "X-Request-ID"
SECONDS = Histogram(
    "maplegrid_request_seconds",
    "Time to answer, by route (never by address), method and kind of answer.",
    ["route", "method", "status"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=None,  # config/metrics.py collects it, from all web workers at once
)


class ObserveMiddleware:
    """Outermost. Routes are named, addresses are not: an address may hold a code that opens somebody's matter."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number, begin = secrets.token_hex(8), time.perf_counter()
        held = asking.set({"request": number})
        try:
            answer = self.get_response(request)
            seconds = time.perf_counter() - begin
            _note(request, answer, seconds)
        finally:
            asking.reset(held)
        answer[HEADER] = number
        return answer

    def process_view(self, request: HttpRequest, *view: object) -> None:
        """The route is known from here on; lines written meanwhile carry it."""
        asking.set({**asking.get(), "route": route_of(request)})


def route_of(request: HttpRequest) -> str:
    """The name of the route that answers; `none` for an address nobody answers, static files among them."""
    match = request.resolver_match
    return (match.view_name or "unnamed") if match else "none"


def _note(request: HttpRequest, answer: HttpResponse, seconds: float) -> None:
    route = route_of(request)
    SECONDS.labels(route, _method(request), f"{answer.status_code // 100}xx").observe(seconds)
    user = getattr(request, "user", None)
    facts = {
        "route": route,
        "method": _method(request),
        "status": answer.status_code,
        "ms": round(1000 * seconds, 1),
    }
    if user is not None and user.is_authenticated:
        facts["person"] = user.pk
    log.info("answered", extra={"facts": facts})


METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _method(request: HttpRequest) -> str:
    return request.method if request.method in METHODS else "OTHER"
