"""Every refusal in one shape."""

from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from maplegrid.cases.actions.change import Faster, Refused
from maplegrid.kit.words import translated
from maplegrid.rules.vocabulary import N_
from maplegrid.territory.words import sentence_of


class NotDone(Exception):
    """Something that stands against a request."""

    def __init__(self, status: int, code: str, message: str, detail: list[str] | None = None) -> None:
        super().__init__(message)
        self.status, self.body = status, {"code": code, "message": message, "detail": detail or []}


FASTER = N_("有人比您快了一步，这件事刚刚变了。请重新读一遍再决定")


def answer_problems(api: NinjaAPI) -> None:
    """Tell the interface how each refusal is answered."""

    def say(request: HttpRequest, status: int, code: str, message: str, detail: Any = ()) -> HttpResponse:
        body = {"code": code, "message": message, "detail": list(detail)}
        return api.create_response(request, body, status=status)

    @api.exception_handler(NotDone)
    def not_done(request: HttpRequest, error: NotDone) -> HttpResponse:
        return api.create_response(request, error.body, status=error.status)

    @api.exception_handler(AuthenticationError)
    def no_key(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        response = say(request, 401, "no_key", translated(N_("密钥不对或者过期")))
        response["WWW-Authenticate"] = "Bearer"
        return response

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        detail = [f"{'.'.join(str(part) for part in e['loc'])}: {e['type']}" for e in error.errors]
        clean = [words.encode("utf-8", "replace").decode() for words in detail]
        return say(request, 422, "invalid", translated(N_("看不懂这个请求")), clean)

    @api.exception_handler(HttpError)
    def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
        return say(request, error.status_code, "unreadable", translated(N_("看不懂这个请求")))

    @api.exception_handler(Http404)
    def gone(request: HttpRequest, error: Http404) -> HttpResponse:
        return say(request, 404, "gone", str(error))

    @api.exception_handler(RequestDataTooBig)
    @api.exception_handler(TooManyFilesSent)
    def too_big(request: HttpRequest, error: Exception) -> HttpResponse:
        return say(request, 413, "too_big", translated(N_("请求太大")))

    @api.exception_handler(Refused)
    def refused(request: HttpRequest, error: Refused) -> HttpResponse:
        return say(request, 409, error.refusal.code, sentence_of(error.refusal))

    @api.exception_handler(Faster)
    def faster(request: HttpRequest, error: Faster) -> HttpResponse:
        return say(request, 409, "faster", translated(FASTER))
