"""Sign-in rules for staff: nobody registers themselves."""

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth import logout
from django.http import HttpRequest
from django.urls import reverse

END_SESSION = "oidc_end_session"


class StaffAdapter(DefaultAccountAdapter):
    """Accounts are made by the system administrator; residents need none."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Who came with the unit's account is asked whether to leave that one too: the device may be shared."""
        if END_SESSION in request.session:
            return reverse("accounts:oidc_signed_out")
        return str(super().get_logout_redirect_url(request))

    def logout(self, request: HttpRequest) -> None:
        """Nothing of the session stays but the address where the unit's own sign-in ends."""
        end_session = request.session.get(END_SESSION)
        logout(request)
        if end_session:
            request.session[END_SESSION] = end_session
