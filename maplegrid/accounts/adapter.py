"""Sign-in rules for staff: nobody registers themselves."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth import logout
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy

END_SESSION = "oidc_end_session"
SAID = {
    "mfa/messages/totp_activated.txt": gettext_lazy("手机验证码已打开。"),
    "mfa/messages/totp_deactivated.txt": gettext_lazy("手机验证码已关闭，现在只凭密码登录。"),
    "mfa/messages/recovery_codes_generated.txt": gettext_lazy("备用码已生成，请抄下来收好。"),
    "account/messages/password_changed.txt": gettext_lazy("密码已改好，下次用新密码登录。"),
    "account/messages/password_set.txt": gettext_lazy("密码已设好，下次可以用密码登录。"),
}


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

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """What allauth says, in our words where we have some."""
        if message_template in SAID and not args:
            kwargs["message"] = str(SAID[message_template])
        super().add_message(request, level, message_template, *args, **kwargs)
