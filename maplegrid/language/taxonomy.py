"""The district's list of event types, as plain values the readers use (design reference, section 13)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from maplegrid.language.tables import rows_of
from maplegrid.rules.triage import UNCLASSIFIED


class BadTaxonomy(ValueError):
    """A list of types that cannot be used; the message says which row."""


@dataclass(frozen=True, slots=True)
class EventType:
    """One second-level type with its defaults; `flags` and `route` are the reference's own codes."""

    code: str
    name: str
    l1_code: str
    l1_name: str
    family: str
    route: str
    lead: str
    profile: str
    base_risk_points: int
    flags: tuple[str, ...]
    core: bool


class Taxonomy:
    """The types by code; a reader only ever suggests one of these. 9901 must be among them."""

    def __init__(self, types: Iterable[EventType]) -> None:
        self._types = {event.code: event for event in types}
        if UNCLASSIFIED not in self._types:
            raise BadTaxonomy(f"no type {UNCLASSIFIED}")

    def __getitem__(self, code: str) -> EventType:
        return self._types[code]

    def __contains__(self, code: object) -> bool:
        return code in self._types

    def __iter__(self) -> Iterator[EventType]:
        return iter(self._types.values())

    def __len__(self) -> int:
        return len(self._types)

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, str]]) -> "Taxonomy":
        """From rows with the columns of taxonomy_default.csv; raises BadTaxonomy naming the row."""
        types = []
        for number, row in enumerate(rows, start=2):
            try:
                types.append(_event_type(row))
            except (KeyError, ValueError) as error:
                raise BadTaxonomy(f"row {number}: {error}") from error
        return cls(types)


def _event_type(row: Mapping[str, str]) -> EventType:
    return EventType(
        code=row["code"],
        name=row["l2_name"],
        l1_code=row["l1_code"],
        l1_name=row["l1_name"],
        family=row["family"],
        route=row["default_route"],
        lead=row["lead_suggested"],
        profile=row["sla_profile"],
        base_risk_points=int(row["base_risk_points"]),
        flags=tuple(flag for flag in row["flags"].split(",") if flag),
        core=row["core"] == "1",
    )


@lru_cache(maxsize=1)
def default_taxonomy() -> Taxonomy:
    """The list that comes with the product (13 first-level types and 99; 97 second-level types)."""
    return Taxonomy.from_rows(rows_of("taxonomy_default"))
