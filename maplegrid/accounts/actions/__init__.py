"""What is done with keys of other systems and with identities of the unit's own sign-in."""

from maplegrid.accounts.actions.identities import sign_in_identity, unlink_identity
from maplegrid.accounts.actions.keys import Issued, KeyRefused, issue_key, note_use, revoke_key, why_not_issue

__all__ = [
    "Issued",
    "KeyRefused",
    "issue_key",
    "note_use",
    "revoke_key",
    "sign_in_identity",
    "unlink_identity",
    "why_not_issue",
]
