"""Whom an identity of the unit's own sign-in (OpenID Connect) is here: an existing active person, or nobody.

Accounts come from rosters. An identity never makes one, never changes one, and never moves from one to another.
"""

from dataclasses import dataclass

from maplegrid.rules.access import Actor
from maplegrid.rules.vocabulary import N_, Refusal, Role


@dataclass(frozen=True)
class Candidate:
    """A person whom the identity may be. `linked`: another identity of this issuer is already theirs."""

    person_id: int
    active: bool
    linked: bool = False


NO_CLAIM = Refusal("no_claim", N_("单位账号没有给出认人要用的那一项。请告诉系统管理员。"))
UNKNOWN = Refusal("unknown", N_("这里没有和您的单位账号对应的人员。账号按花名册建立，请联系系统管理员。"))
MAIL_ONLY = Refusal("mail_only", N_("只有邮箱对得上，邮箱不能用来认人。请系统管理员核对花名册。"))
INACTIVE = Refusal("inactive", N_("和您的单位账号对应的人员已停用。您如果还在岗，请联系系统管理员。"))
AMBIGUOUS = Refusal(
    "ambiguous", N_("和您的单位账号对应的人员不止一个，为免登错，没有登录。请系统管理员核对花名册。")
)
TAKEN = Refusal("taken", N_("对应的人员已经连着另一个单位账号。换了账号的，请系统管理员先解除原来的连接。"))
NOT_YOURS = Refusal("not_system_admin", N_("解除连接由系统管理员办理。"))


def person_for(
    *, linked: Candidate | None, claim: str, matches: tuple[Candidate, ...], mail_matches: bool
) -> Candidate | Refusal:
    """The person to sign in. A link that exists decides alone: what the claim says now moves nobody."""
    if linked is not None:
        return linked if linked.active else INACTIVE
    if not claim:
        return NO_CLAIM
    if not matches:
        return MAIL_ONLY if mail_matches else UNKNOWN
    if len(matches) > 1:
        return AMBIGUOUS
    return _first_time(matches[0])


def _first_time(match: Candidate) -> Candidate | Refusal:
    if not match.active:
        return INACTIVE
    return TAKEN if match.linked else match


def why_not_unlink(actor: Actor) -> Refusal | None:
    """Only the system administrator sees and undoes links."""
    return None if actor.holds(Role.SYSTEM_ADMIN) else NOT_YOURS
