"""Whoever signs out leaves nothing on the device."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

SIGN_OUTS = frozenset({"account_logout", "admin:logout"})


class ForgetMiddleware:
    """Asks the browser to drop what it kept for this site (finds, shell, service worker) with the sign-out itself.

    The pages do the same by script; this also holds where a script was stopped. `Clear-Site-Data`, W3C.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if request.method == "POST" and match and match.view_name in SIGN_OUTS:
            response["Clear-Site-Data"] = '"storage"'
        return response
