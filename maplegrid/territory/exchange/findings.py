"""What a dry run says: row by row, errors and warnings in plain sentences, and a summary."""

from dataclasses import dataclass, field
from enum import StrEnum

from maplegrid.rules.vocabulary import Refusal
from maplegrid.territory.words import sentence_of


class UnreadableFile(ValueError):
    """A file that cannot be taken in at all; the message is a sentence for the person who gave it."""


class Severity(StrEnum):
    """An error stands in the way of the import; a warning only wants to be read."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, order=True)
class RowFinding:
    """One sentence about one row; numbered as the person sees the file (a table's header is row 1)."""

    row_number: int
    level: Severity
    sentence: str


@dataclass(frozen=True)
class Summary:
    """What an import would do or did."""

    kind: str
    datum: str
    format: str
    rows: int
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    unused_columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """The dry run of one file."""

    rows: tuple[RowFinding, ...]
    summary: Summary

    @property
    def errors(self) -> int:
        return sum(found.level is Severity.ERROR for found in self.rows)

    @property
    def warnings(self) -> int:
        return len(self.rows) - self.errors

    @property
    def ok(self) -> bool:
        """May it be written? A file without any rows may not."""
        return self.errors == 0 and self.summary.rows > 0


@dataclass
class Findings:
    """Collects findings while rows are read."""

    held: list[RowFinding] = field(default_factory=list)
    bad: set[int] = field(default_factory=set)

    def error(self, row_number: int, sentence: str) -> None:
        self.held.append(RowFinding(row_number, Severity.ERROR, sentence))
        self.bad.add(row_number)

    def warn(self, row_number: int, sentence: str) -> None:
        self.held.append(RowFinding(row_number, Severity.WARNING, sentence))

    def refusal(self, row_number: int, refusal: Refusal | None) -> None:
        """A rule's "no", if there is one."""
        if refusal is not None:
            self.error(row_number, sentence_of(refusal))

    def sorted(self) -> tuple[RowFinding, ...]:
        """Each once, in the order of the file."""
        return tuple(sorted(set(self.held)))
