"""Sign-in rules for staff: nobody registers themselves."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAdapter(DefaultAccountAdapter):
    """Accounts are made by the system administrator; residents need none."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
