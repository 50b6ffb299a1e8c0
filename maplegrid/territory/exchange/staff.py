"""Staff lists: one row per appointment. Accounts are made without a password; the administrator gives one.

Appointments that are not in the file stay; one ends by the date in its row. A phone with stars in it (as shown on
screen) says nothing.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from maplegrid.accounts.models import Body, Person
from maplegrid.rules.access import clashing_roles
from maplegrid.rules.tower import KEEPERS, why_not_appoint, why_not_here
from maplegrid.rules.vocabulary import ROLE_NAMES, Level, Role
from maplegrid.territory.actions.appointments import held_from, record_seat
from maplegrid.territory.exchange.plan import Context, Plan
from maplegrid.territory.exchange.reading import Record, Records, longer_than
from maplegrid.territory.models import Assignment, Post, Unit

Seat = tuple[str, str, int | None, int | None]  # username, role, unit id, body id


@dataclass
class _Draft:
    """One row understood."""

    row: Record
    role: Role
    unit: Unit | None
    body: Body | None
    start: date
    end: date | None
    known: Assignment | None = None

    @property
    def username(self) -> str:
        return self.row.text("username")

    @property
    def seat(self) -> Seat:
        return (
            self.username,
            self.role,
            self.unit.pk if self.unit else None,
            self.body.pk if self.body else None,
        )

    @property
    def differs(self) -> bool:
        return self.known is None or (self.end is not None and self.known.valid_to != self.end)


def plan_staff(records: Records, context: Context) -> Plan:
    """What would change; everything that does not fit stands in the findings."""
    records.no_repeats("username", "role", "unit", "body")
    longer_than(records, [("username", 150), ("words", 80), ("words_en", 120), ("phone", 40)])
    reader = _Reader(records, context)
    drafts = [draft for row in records.good() if (draft := reader.draft(row))]
    _judge_people(records, drafts, reader.people)
    _judge_seats(records, drafts, context)
    return _plan(drafts, reader.people, context)


class _Reader:
    """Understands rows against the live tower, bodies and accounts."""

    def __init__(self, records: Records, context: Context) -> None:
        self.records, self.context = records, context
        self.units = {unit.code: unit for unit in Unit.objects.filter(valid_to=None)}
        bodies = list(Body.objects.all())
        self.bodies = {body.name: body for body in bodies} | {body.code: body for body in bodies}
        names = {row.text("username") for row in records.rows}
        self.people = {person.username: person for person in Person.objects.filter(username__in=names)}
        live = held_from(context.today).filter(person__username__in=names)
        self.seats: dict[Seat, Assignment] = {
            (row.person.username, row.role, row.unit_id, row.body_id): row
            for row in live.select_related("person", "unit", "body")
        }

    def draft(self, row: Record) -> _Draft | None:
        """None where the row has an error."""
        findings, role = self.records.findings, self.records.role(row)
        unit, body = self._unit(row), self._body(row)
        start, end = self.records.day(row, "valid_from"), self.records.day(row, "valid_to")
        if role is None or row.number in findings.bad:
            return None
        findings.refusal(
            row.number, why_not_here(role, Level(unit.level) if unit else None, body is not None)
        )
        draft = _Draft(row, role, unit, body, start or self.context.today, end)
        draft.known = self.seats.get(draft.seat)
        self._judge(draft)
        return draft if row.number not in findings.bad else None

    def _judge(self, draft: _Draft) -> None:
        findings, number = self.records.findings, draft.row.number
        begins = draft.known.valid_from if draft.known else draft.start
        if draft.end is not None and draft.end <= begins:
            findings.error(number, _("任职结束的日期要在开始之后"))
        person = self.people.get(draft.username)
        if draft.known is None:
            refusal = why_not_appoint(self.context.actor, person.pk if person else -1, draft.role)
            findings.refusal(number, refusal)
        if person is None and not draft.row.text("words"):
            findings.error(number, _("新人员要写“显示为”，例如：公明社区04小分格格长"))
        if person is not None and not person.is_active:
            findings.warn(number, _("这个账号已停用，任职会记下，但不能登录"))

    def _unit(self, row: Record) -> Unit | None:
        code = row.text("unit")
        if code and code not in self.units:
            self.records.findings.error(row.number, _("没有编码为“{code}”的单元").format(code=code))
        return self.units.get(code)

    def _body(self, row: Record) -> Body | None:
        words = row.text("body")
        if words and words not in self.bodies:
            self.records.findings.error(row.number, _("没有“{words}”这个机构").format(words=words))
        return self.bodies.get(words)


def _judge_people(records: Records, drafts: list[_Draft], people: dict[str, Person]) -> None:
    """Names that may be account names, and roles that may be held by one person."""
    by_name: dict[str, list[_Draft]] = defaultdict(list)
    for draft in drafts:
        by_name[draft.username].append(draft)
    for username, rows in by_name.items():
        if username not in people:
            _judge_username(records, username, rows[0].row.number)
        held = held_from(min(draft.start for draft in rows)).filter(person__username=username)
        roles = {Role(role) for role in held.values_list("role", flat=True)} | {draft.role for draft in rows}
        for draft in rows:
            records.findings.refusal(draft.row.number, clashing_roles(frozenset(roles)))


def _judge_username(records: Records, username: str, number: int) -> None:
    try:
        UnicodeUsernameValidator()(username)
    except ValidationError:
        records.findings.error(number, _("用户名只能用字母、数字和 @ . + - _"))


def _judge_seats(records: Records, drafts: list[_Draft], context: Context) -> None:
    """No more people than seats, in the picture after the import."""
    posts = {(post.unit_id, post.role): post for post in Post.objects.select_related("unit")}
    filled: dict[tuple[int | None, str], int] = defaultdict(int)
    for unit_id, role in held_from(context.today).values_list("unit_id", "role"):
        filled[unit_id, role] += 1
    for draft in drafts:
        if draft.known is not None and draft.end is not None and draft.end <= context.today:
            filled[draft.known.unit_id, draft.role] -= 1
    for draft in drafts:
        key = (draft.unit.pk if draft.unit else None, draft.role.value)
        if draft.known is not None or (draft.end is not None and draft.end <= context.today):
            continue
        filled[key] += 1
        if key in posts and filled[key] > posts[key].seats:
            words = _("{unit}的{role}只有 {n} 个，已经有人；先结束原来的任职")
            role = _(ROLE_NAMES[draft.role])
            records.findings.error(
                draft.row.number, words.format(unit=posts[key].unit, role=role, n=posts[key].seats)
            )


def _plan(drafts: list[_Draft], people: dict[str, Person], context: Context) -> Plan:
    plan = Plan()
    for draft in drafts:
        person = people.get(draft.username)
        is_changed = draft.differs or bool(person and _said(draft.row, person))
        plan.count(draft.known is None, is_changed)

    def write() -> None:
        for draft in drafts:
            person = people[draft.username] = _person(draft, people.get(draft.username))
            _appointment(draft, person, context)

    plan.write = write
    return plan


def _said(row: Record, person: Person | None) -> dict[str, str]:
    """Fields of the account that the row says otherwise."""
    said = {
        "display_name": row.text("words"),
        "display_name_en": row.text("words_en"),
        "phone": row.text("phone"),
    }
    return {
        name: words
        for name, words in said.items()
        if words and "*" not in words and (person is None or getattr(person, name) != words)
    }


def _person(draft: _Draft, known: Person | None) -> Person:
    said = _said(draft.row, known)
    person = known or Person(username=draft.username)
    if known is None:
        person.set_unusable_password()
    for name, words in said.items():
        setattr(person, name, words)
    back_office = draft.role in KEEPERS and not person.is_staff
    if known is None or said or back_office:
        person.is_staff = person.is_staff or draft.role in KEEPERS
        person.save()
    return person


def _appointment(draft: _Draft, person: Person, context: Context) -> None:
    if not draft.differs:
        return
    if draft.known is None:
        seat = Assignment.objects.create(
            person=person,
            role=draft.role,
            unit=draft.unit,
            body=draft.body,
            valid_from=draft.start,
            valid_to=draft.end,
        )
        record_seat("territory.appointed", seat, context.actor, context.now, context.source)
        return
    draft.known.valid_to = draft.end
    draft.known.save(update_fields=["valid_to"])
    record_seat("territory.appointment_ended", draft.known, context.actor, context.now, context.source)
