"""What an interface key may be used for."""

from enum import StrEnum

from maplegrid.rules.vocabulary import N_


class Scope(StrEnum):
    """One permission of a key; within it, the person the key acts for decides what is seen and done."""

    CASES_READ = "cases:read"
    CASES_ACT = "cases:act"
    MESSAGES_WRITE = "messages:write"
    NOTICES_OWN = "notices:own"
    WEBHOOKS_MANAGE = "webhooks:manage"


SCOPE_NAMES: dict[Scope, str] = {
    Scope.CASES_READ: N_("查看案件"),
    Scope.CASES_ACT: N_("办理案件"),
    Scope.MESSAGES_WRITE: N_("提交诉求"),
    Scope.NOTICES_OWN: N_("读本人的消息"),
    Scope.WEBHOOKS_MANAGE: N_("设置推送"),
}
SCOPE_CHOICES = [(scope.value, name) for scope, name in SCOPE_NAMES.items()]
# A body sees no cases of its own accord: all but handing in need a person, whose seats say which.
NEEDS_PERSON = frozenset(Scope) - {Scope.MESSAGES_WRITE}
