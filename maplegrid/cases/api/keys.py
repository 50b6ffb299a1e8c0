"""Bearer tokens: the same interface keys, with the person they act for."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from allauth.core.ratelimit import consume
from django.http import HttpRequest
from ninja.security import HttpBearer

from maplegrid.accounts.actions import note_use
from maplegrid.accounts.models import ApiKey, Person
from maplegrid.accounts.queries import key_of
from maplegrid.accounts.scopes import Scope
from maplegrid.cases.api.problems import NotDone
from maplegrid.kit.moment import now
from maplegrid.kit.words import translated
from maplegrid.rules.access import Actor
from maplegrid.rules.vocabulary import N_
from maplegrid.territory.actors import actor_of


@dataclass(frozen=True)
class Caller:
    """Who calls: the key, and the seats its person holds at this moment (none for a body's key)."""

    key: ApiKey
    now: datetime

    @property
    def person(self) -> Person:
        """Whom the key acts for."""
        assert self.key.person is not None, "scopes that need a person are only issued for one"
        return self.key.person

    @cached_property
    def actor(self) -> Actor:
        return actor_of(self.person, self.now)

    @property
    def reference(self) -> str:
        """How the audit names the key."""
        return f"key:{self.key.pk}"


class KeyWith(HttpBearer):
    """A key that has one of `scopes`; any key that is in force when none is named."""

    def __init__(self, *scopes: Scope) -> None:
        super().__init__()
        self.scopes = frozenset(scopes)

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        moment = now()
        _within_limit(request, "interface_read")
        key = key_of(token, moment)
        if key is None:
            return None
        if self.scopes and not self.scopes & set(key.scopes):
            raise NotDone(403, "no_scope", translated(N_("这个密钥不能做这件事")))
        if request.method != "GET":
            _within_limit(request, "interface_write", str(key.pk))
        note_use(key=key, now=moment)
        return Caller(key, moment)


def _within_limit(request: HttpRequest, action: str, key: str | None = None) -> None:
    if not consume(request, action=action, key=key):
        raise NotDone(429, "too_many", translated(N_("请求太频繁，请稍后再试")))


def caller_in(request: HttpRequest) -> Caller:
    """Whom the key let in."""
    return request.auth  # type: ignore[attr-defined]
