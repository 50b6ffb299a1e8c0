"""docs/reference/clocks.md: every limit that is a default, and worked examples that the tests compute."""

from maplegrid.rules.clock import ClockEvent, Rule, compute, default_profiles
from tests.rules.law_examples import EXAMPLES, at, rule

HEAD = """# Limits and worked examples

Defaults of `maplegrid/rules/data/service_profiles.csv` and `statutory_clocks.csv`; a district may change the service
profiles. Day and month limits: the start day does not count, due is the last second of the last day. An authority's
limit ends on its last day even when that is a rest day, a resident's rolls to the next working day (民法典 Art 203).
`maplegrid clock due --profile CODE --start ISO8601` gives the same with the reasoning line by line.

"""


def clocks() -> str:
    """The page."""
    return f"{HEAD}## Worked examples\n\n{_examples()}\n## Every limit\n\n{_limits()}"


def _examples() -> str:
    lines = ["| limit | starts | due | counted by hand | basis |", "|---|---|---|---|---|"]
    for name, start, _due, why in EXAMPLES:
        one = rule(name)
        due = compute(one, [ClockEvent("start", at(start))]).due
        assert due is not None
        lines.append(f"| `{name}` {_amount(one)} | {start} | {due:%Y-%m-%d %H:%M:%S} | {why} | {one.basis} |")
    return "\n".join(lines) + "\n"


def _limits() -> str:
    lines = ["| profile | milestone | limit | whose | basis |", "|---|---|---|---|---|"]
    for code, rules in default_profiles().items():
        lines += [
            f"| `{code}` | {one.milestone} | {_amount(one)} | {one.party} | {one.basis} |" for one in rules
        ]
    return "\n".join(lines) + "\n"


def _amount(one: Rule) -> str:
    return f"{one.amount} {one.unit}"
