"""Signed in and holding a seat: the door every desk page stands behind."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from maplegrid.rules.access import Actor
from maplegrid.rules.vocabulary import Role

View = Callable[..., HttpResponseBase]


def actor_in(request: HttpRequest) -> Actor:
    """The Actor the middleware put on the request."""
    return cast(Actor, request.actor)  # type: ignore[attr-defined]


def desk(*roles: Role) -> Callable[[View], View]:
    """Only for signed-in people with a seat; with `roles`, only for those. Everybody else gets a sentence."""

    def guard(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor = actor_in(request)
            if not actor.seats:
                raise PermissionDenied(_("您的账号还没有安排岗位，请联系区网格中心"))
            if roles and not actor.holds(*roles):
                raise PermissionDenied(_("这个页面不在您的岗位范围内"))
            return view(request, *args, **kwargs)

        guarded.guarded_for = roles  # type: ignore[attr-defined]
        return guarded

    return guard
