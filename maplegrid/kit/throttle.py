"""A brake on floods that costs no SQL statement: each web worker counts for itself.

Guessing codes and passwords is braked by allauth's limits, which all workers share through the database. A report
only needs a brake on floods: with `30` a minute, at most 30 a minute and address pass *in each worker*.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from allauth.account.adapter import get_adapter
from allauth.core.ratelimit import respond_429
from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
MINUTE = 60


def limit_posts(view: View[P]) -> View[P]:
    """Let at most settings.POSTS_A_MINUTE of one address through; answers 429 to the rest of that minute."""

    @wraps(view)
    def limited(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if (
            request.method == "POST"
            and _posts_of(get_adapter().get_client_ip(request)) > settings.POSTS_A_MINUTE
        ):
            return respond_429(request)
        return view(request, *args, **kwargs)

    return limited


def _posts_of(address: str) -> int:
    """How many this address has sent within a minute of its first one, this one counted."""
    counts = caches["worker"]
    counts.add(address, 0, MINUTE)
    return counts.incr(address)
