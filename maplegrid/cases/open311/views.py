"""The addresses under /open311/v2/: who asks, within what limit, in which format."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core.ratelimit import consume
from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from maplegrid.accounts.models import ApiKey
from maplegrid.accounts.queries import key_of
from maplegrid.accounts.scopes import Scope
from maplegrid.cases.open311.answers import CONTENT_TYPES, answer, faults
from maplegrid.cases.open311.errors import Fault, Wrong
from maplegrid.cases.open311.posting import post_request
from maplegrid.cases.open311.reading import read_query
from maplegrid.cases.open311.requests import request_for, requests_for
from maplegrid.cases.open311.services import service_definition, service_list
from maplegrid.kit.moment import now
from maplegrid.kit.words import translated
from maplegrid.rules.vocabulary import N_
from maplegrid.territory.queries import tower

View = Callable[..., HttpResponse]
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CHANGESET = "2026-11-23T00:00:00+08:00"  # of this interface, not of the data


def endpoint(*methods: str) -> Callable[[View], View]:
    """Format, method, limit and jurisdiction; every fault comes back in the specification's own form."""

    def guard(view: View) -> View:
        @csrf_exempt  # no cookie opens anything here: a key does
        @never_cache
        @wraps(view)
        def guarded(request: HttpRequest, form: str | None = None, **known: str) -> HttpResponse:
            form = form or "xml"
            try:
                _check(request, methods)
                return view(request, form, **known)
            except Wrong as wrong:
                response = faults(form, *wrong.faults)
            except (MultiPartParserError, SuspiciousOperation, BadRequest, UnicodeError):
                response = faults(form, Fault(400, translated(N_("看不懂这个请求"))))
            if response.status_code == 405:
                response["Allow"] = ", ".join(methods)
            return response

        return guarded

    return guard


def _check(request: HttpRequest, methods: tuple[str, ...]) -> None:
    if request.method not in methods:
        raise Wrong(Fault(405, translated(N_("这个地址不支持 {method}"), method=request.method)))
    if not consume(request, action="interface_read"):
        raise too_many()
    asked = _parameter(request, "jurisdiction_id")
    if asked and asked != tower().root.code:
        raise Wrong(Fault(404, translated(N_("没有这个 jurisdiction_id"))))


def too_many() -> Wrong:
    """Over the limit."""
    return Wrong(Fault(429, translated(N_("请求太频繁，请稍后再试"))))


def _parameter(request: HttpRequest, name: str) -> str:
    return (request.GET.get(name) or request.POST.get(name) or "").strip()


def _key(request: HttpRequest, scope: Scope | None = None) -> ApiKey | None:
    """The key that was shown; Wrong 403 for one that opens nothing. None when none was."""
    secret = _parameter(request, "api_key")
    if not secret:
        return None
    key = key_of(secret, now(), scope=scope)
    if key is None:
        raise Wrong(Fault(403, translated(N_("api_key 不对、过期，或者不能做这件事"))))
    return key


@endpoint("GET", "HEAD")
def discovery(request: HttpRequest, form: str) -> HttpResponse:
    """GET discovery: where this interface is and what it speaks."""
    place = {
        "specification": SPECIFICATION,
        "url": f"{settings.PUBLIC_ADDRESS}/open311/v2",
        "changeset": CHANGESET,
        "type": "test" if settings.DEMO else "production",
        "formats": [kind.partition(";")[0] for kind in CONTENT_TYPES.values()],
    }
    content = {
        "changeset": CHANGESET,
        "contact": translated(N_("区网格中心")),
        "key_service": translated(N_("密钥由区系统管理员发放")),
        "endpoints": [place],
    }
    return answer(form, "discovery", content)


@endpoint("GET", "HEAD")
def services(request: HttpRequest, form: str) -> HttpResponse:
    """GET services."""
    return answer(form, "services", service_list())


@endpoint("GET", "HEAD")
def service(request: HttpRequest, form: str, code: str) -> HttpResponse:
    """GET services/[service_code]."""
    return answer(form, "service_definition", service_definition(code))


@endpoint("GET", "HEAD", "POST")
def requests(request: HttpRequest, form: str) -> HttpResponse:
    """GET requests, POST requests."""
    if request.method == "POST":
        return _post(request, form)
    asked = read_query(request.GET, now())
    return answer(form, "service_requests", requests_for(_key(request), asked))


def _post(request: HttpRequest, form: str) -> HttpResponse:
    key = _key(request, Scope.MESSAGES_WRITE)
    if key is None:
        raise Wrong(Fault(403, translated(N_("缺少 api_key"))))
    if not consume(request, action="interface_write", key=str(key.pk)):
        raise too_many()
    rows = post_request(request.POST, key, now(), request.headers.get("Idempotency-Key", ""))
    return answer(form, "service_requests", rows, 201)


@endpoint("GET", "HEAD")
def one_request(request: HttpRequest, form: str, number: str) -> HttpResponse:
    """GET requests/[service_request_id]."""
    return answer(form, "service_requests", [request_for(_key(request), number)])


@endpoint("GET", "HEAD")
def token(request: HttpRequest, form: str, token: str) -> HttpResponse:
    """GET tokens/[token]: every service answers at once, so a request's token is its own number."""
    found: dict[str, Any] = request_for(_key(request), token)
    return answer(
        form, "service_requests", [{"service_request_id": found["service_request_id"], "token": token}]
    )


@endpoint("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
def nothing_here(request: HttpRequest, form: str, rest: str) -> HttpResponse:
    """Any other address: 404 in the caller's format, XML when none is named."""
    raise Wrong(Fault(404, translated(N_("没有这个地址"))))
