"""Whom a report is about, read from its words, so that it never reaches them (信访工作条例 Arts 18, 28, 30).

Only names the district itself gave are looked for (bodies, units); people are named by staff, never guessed.
"""

from collections.abc import Iterable
from dataclasses import dataclass

BLAME = (
    "不作为",
    "乱作为",
    "推诿",
    "收了钱",
    "收钱",
    "受贿",
    "索要",
    "包庇",
    "失职",
    "渎职",
    "态度恶劣",
    "打击报复",
    "吃拿卡要",
    "举报",
    "控告",
    "徇私",
)


@dataclass(frozen=True)
class Named:
    """A body or unit whose name stands in the text."""

    kind: str
    id: int
    words: str


def named_subjects(text: str, names: Iterable[tuple[str, int, str]]) -> tuple[Named, ...]:
    """Bodies and units named in a text that blames somebody; the longest name wins where names overlap.

    `names` are (kind, id, name). Returns nothing when the text blames nobody: naming a place is not an accusation.
    """
    if not any(word in text for word in BLAME):
        return ()
    found: list[Named] = []
    rest = text
    for kind, ident, name in sorted(names, key=lambda row: -len(row[2])):
        if len(name) >= 3 and name in rest:
            found.append(Named(kind, ident, name))
            rest = rest.replace(name, "　")
    return tuple(found)


def exclusions(person_ids: Iterable[int], body_ids: Iterable[int]) -> list[str]:
    """The `excluding=` list every notice needs: `person:3`, `body:7`."""
    return [*(f"person:{p}" for p in sorted(person_ids)), *(f"body:{b}" for b in sorted(body_ids))]
