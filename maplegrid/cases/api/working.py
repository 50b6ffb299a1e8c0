"""From a caller's wish to the one door of steps and the one door of messages."""

import secrets
from typing import Any

from maplegrid.accounts.models import Body, Person
from maplegrid.audit.actions import record
from maplegrid.cases.actions.steps import Wish, take_step
from maplegrid.cases.api.keys import Caller
from maplegrid.cases.api.problems import NotDone
from maplegrid.cases.api.shapes import MessageIn, StepIn
from maplegrid.cases.catalogue import catalogue
from maplegrid.cases.forms.steps import StepForm
from maplegrid.cases.models import Case
from maplegrid.kit.words import translated
from maplegrid.messaging.actions import Received, receive_message
from maplegrid.messaging.raw import RawMessage
from maplegrid.rules.lifecycle import Action
from maplegrid.rules.vocabulary import N_, Channel
from maplegrid.territory.models import Building


def step_by_key(caller: Caller, case: Case, asked: StepIn) -> Case:
    """Take the step as the key's person; the audit names the key beside the person.

    Must run in the caller's transaction, so that both entries are kept or neither is.
    """
    done = take_step(
        case_id=case.pk,
        action=Action(asked.action.value),
        actor=caller.actor,
        now=caller.now,
        version=asked.version,
        wish=_wish(asked),
    )
    detail = {"number": case.number, "action": asked.action.value, "person": caller.key.person_id}
    record(
        actor=f"key:{caller.key.pk}",
        action="key.acted",
        subject=f"case:{case.pk}",
        now=caller.now,
        detail=detail,
    )
    return done


def _wish(asked: StepIn) -> Wish:
    """The desk's own form reads it, so both refuse the same things."""
    known: dict[str, Any] = asked.dict(exclude={"action", "person", "body"})
    known["person"] = _pk(Person, username=asked.person, is_active=True) if asked.person else None
    known["body"] = _pk(Body, code=asked.body, active=True) if asked.body else None
    form = StepForm(known)
    if not form.is_valid():
        detail = [f"{name}: {errors[0]}" for name, errors in form.errors.items()]
        raise NotDone(422, "invalid", translated(N_("看不懂这个请求")), detail)
    return form.wish([])


def _pk(model: Any, **named: Any) -> int:
    found = model.objects.filter(**named).values_list("pk", flat=True).first()
    if found is None:
        raise NotDone(422, "unknown", translated(N_("没有这个人或机构")), sorted(named))
    return int(found)


def message_by_key(caller: Caller, asked: MessageIn) -> Received:
    """Keep a message under the key's name."""
    if asked.category and asked.category not in catalogue().categories:
        raise NotDone(422, "unknown", translated(N_("没有这个服务类别：{code}"), code=asked.category))
    raw = RawMessage(
        channel=Channel.API,
        external_id=f"key{caller.key.pk}:{secrets.token_hex(16)}",
        text=asked.text,
        title=asked.title,
        sent_at=asked.sent_at,
        anonymous=asked.anonymous,
        contact_name=asked.contact_name,
        contact_phone=asked.contact_phone,
        place_words=asked.place,
        lon=asked.lon,
        lat=asked.lat,
        datum=asked.datum,
        building_id=_pk(Building, code=asked.building, active=True) if asked.building else None,
        api_key_id=caller.key.pk,
        category_hint=asked.category,
    )
    return receive_message(raw=raw, actor=f"key:{caller.key.pk}", now=caller.now)
