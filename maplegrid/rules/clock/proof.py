"""Recompute exported clocks from their events alone and name what differs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from maplegrid.rules.calendar import Calendar, calendar_of
from maplegrid.rules.clock.course import course_of
from maplegrid.rules.clock.lines import Line, kept_of
from maplegrid.rules.clock.model import ClockEvent, Limit, Rule, Sentence, limit_words
from maplegrid.rules.clock.profiles import Profiles, default_profiles
from maplegrid.rules.clock.state import compute
from maplegrid.rules.vocabulary import N_


@dataclass(frozen=True)
class Difference:
    """One thing in the export that does not follow from its events; `what` is a key of the line or a word."""

    line: int
    clock: str
    case: str
    what: str
    sentence: Sentence


def differences(
    lines: Iterable[Line], loaded: Calendar, profiles: Profiles | None = None
) -> list[Difference]:
    """Every difference in an export, clock by clock. `loaded` holds the district's own calendar tables."""
    by_clock: dict[str, list[Line]] = {}
    for line in lines:
        by_clock.setdefault(line.clock, []).append(line)
    proof = _Proof(loaded, default_profiles() if profiles is None else profiles)
    return [found for clock in by_clock.values() for found in proof.of_clock(clock)]


@dataclass(frozen=True)
class _Proof:
    loaded: Calendar
    profiles: Profiles

    def of_clock(self, lines: list[Line]) -> Iterator[Difference]:
        """What differs in one clock's lines."""
        yield from _changed_identity(lines)
        start = next((line for line in lines if line.event.event == "start"), None)
        if start is None:
            yield _differs(lines[0], "event", Sentence(N_("没有 start，这个时钟没有起算")))
            return
        rules, problem = self._rules_of(start)
        if problem:
            yield problem
        yield from _odd(lines)
        for version, dated in _by_calendar(lines).items():
            yield from self._kept(version, dated, [line.event for line in lines], rules)

    def _kept(
        self, version: str, dated: list[Line], events: list[ClockEvent], rules: list[Rule]
    ) -> Iterator[Difference]:
        """Compare what the lines of one calendar version keep: the clock as it then was, or as it is in the end."""
        try:
            calendar = calendar_of(version, self.loaded)
        except LookupError:
            words = Sentence(N_("没有日历“{version}”，不能重算"), version=version)
            yield _differs(dated[0], "calendar_version", words)
            return
        in_the_end = _answers(rules, events, calendar)
        for line in filter(lambda line: line.kept, dated):
            until_now = [event for event in events if event.at <= line.event.at]
            yield from _compared(line, [*in_the_end, *_answers(rules, until_now, calendar)])

    def _rules_of(self, start: Line) -> tuple[list[Rule], Difference | None]:
        """The rule a clock was started under: its own limit, checked against the rule of that version."""
        known = [
            rule
            for rule in self.profiles.get(start.rule, ())
            if rule.version == start.rule_version and start.milestone in {"", rule.milestone}
        ]
        if start.event.amount is None or start.event.unit is None:
            words = Sentence(N_("看不出时限：start 没有写，规则也不认识"))
            return known, None if known else _differs(start, "amount", words)
        limit = (start.event.amount, start.event.unit)
        same = [rule for rule in known if rule.limit == limit][:1]
        if same and start.party not in {"", same[0].party}:
            words = Sentence(N_("party 写的是 {said}，规则是 {known}"), said=start.party, known=same[0].party)
            return same, _differs(start, "party", words)
        if same or not known:
            return same or [_own_rule(start, limit)], None
        words = Sentence(
            N_("start 写的时限是 {limit}，规则是 {known}"),
            limit=limit_words(limit),
            known="、".join(limit_words(rule.limit) for rule in known),
        )
        return [_own_rule(start, limit)], _differs(start, "amount", words)


def _by_calendar(lines: list[Line]) -> dict[str, list[Line]]:
    """Lines by calendar version: a clock that waited for its calendar is computed again with the next one."""
    out: dict[str, list[Line]] = {}
    for line in lines:
        out.setdefault(line.calendar_version, []).append(line)
    return out


def _answers(rules: list[Rule], events: list[ClockEvent], calendar: Calendar) -> list[dict[str, object]]:
    return [kept_of(compute(rule, events, calendar)) for rule in rules]


def _compared(line: Line, answers: list[dict[str, object]]) -> Iterator[Difference]:
    for name, kept in line.kept.items() if answers else ():
        if all(_comparable(answer[name]) != _comparable(kept) for answer in answers):
            words = N_("{name} 记的是 {kept}，按事件算出来是 {computed}")
            yield _differs(line, name, Sentence(words, name=name, kept=kept, computed=answers[0][name]))


def _own_rule(start: Line, limit: Limit) -> Rule:
    """A district's own rule, which this version does not ship: the export says its limit."""
    return Rule(
        code=start.rule,
        version=start.rule_version or 1,
        milestone=start.milestone,
        amount=limit[0],
        unit=limit[1],
        party=start.party or "authority",
    )


def _changed_identity(lines: list[Line]) -> Iterator[Difference]:
    """A running clock keeps its rule: changing a rule never re-dates it."""
    words = N_("{name} 在同一个时钟里变了：{before} → {after}")
    for name in ("case", "rule", "rule_version", "milestone"):
        said = [line for line in lines if getattr(line, name)]
        for line in said[1:]:
            before, after = getattr(said[0], name), getattr(line, name)
            if before != after:
                yield _differs(line, name, Sentence(words, name=name, before=before, after=after))


def _odd(lines: list[Line]) -> Iterator[Difference]:
    """Events that cannot have happened in this order: something was lost, added or moved."""
    by_event = {id(line.event): line for line in lines}
    for event, problem in course_of([line.event for line in lines], "minute").odd:
        words = Sentence(N_("{event} 不合顺序：{problem}"), event=event.event, problem=problem)
        yield _differs(by_event[id(event)], "event", words)


def _comparable(value: object) -> object:
    """Moments compare as instants whatever their offset."""
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _differs(line: Line, what: str, sentence: Sentence) -> Difference:
    return Difference(line.number, line.clock, line.case, what, sentence)
