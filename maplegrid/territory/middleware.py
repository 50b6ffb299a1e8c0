"""Puts the signed-in person's `Actor` on the request, read when first asked for."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from maplegrid.kit.moment import now
from maplegrid.rules.access import Actor
from maplegrid.territory.actors import actor_of


class ActorMiddleware:
    """`request.actor` is an Actor for staff and falsy for residents."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def _actor(request: HttpRequest) -> Actor | None:
    user = getattr(request, "user", None)
    return actor_of(user, now()) if user is not None and user.is_authenticated else None
