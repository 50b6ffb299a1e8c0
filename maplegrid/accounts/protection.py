"""The second factor: its secrets are sealed like every other secret, its refusals speak the reader's language."""

from allauth.mfa.adapter import DefaultMFAAdapter
from django.utils.translation import gettext_lazy as _

from maplegrid.kit.crypto import keyring

ABOUT = "mfa.authenticator.secret"


class StaffProtection(DefaultMFAAdapter):
    """TOTP secrets and the seeds of recovery codes never lie open in the database or a backup."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("验证码不对，或者已经过期。请看最新的一个再填一次。"),
        "cannot_generate_recovery_codes": _("先打开手机验证码，才能生成备用码。"),
    }

    def encrypt(self, text: str) -> str:
        return keyring().seal(text, ABOUT)

    def decrypt(self, encrypted_text: str) -> str:
        return keyring().open(encrypted_text, ABOUT)
