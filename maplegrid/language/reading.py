"""What a reader makes of a resident's words. The interface every reader keeps, the first one and better ones.

All positions are (start, end) character offsets into the text as it was given. A suggestion is only that: a
person accepts, corrects or orders (design reference, section 0 rule 12). A flag is about the case, never about
a person.
"""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from maplegrid.rules.triage import Reason
from maplegrid.rules.vocabulary import Flag

Span = tuple[int, int]
PlaceId = int | str


class Kind(StrEnum):
    """What sort of message it is; only appeals and questions ask for work."""

    APPEAL = "appeal"
    QUESTION = "question"
    THANKS = "thanks"
    CHATTER = "chatter"


class FoundBy(StrEnum):
    """How a place was recognised, the surest first."""

    CODE = "code"
    POINT = "point"
    NAME = "name"
    FUZZY = "fuzzy"
    AREA = "area"
    NEAR = "near"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A code the reader proposes, how sure it is (0-1), and why, in words a resident would accept."""

    code: str
    confidence: float
    reason: Reason


@dataclass(frozen=True, slots=True)
class RaisedFlag:
    """A flag, the words that raised it, and what it demands.

    `certain` is False for weak words, which change no route by themselves. `route` ("" for none) and `demands`
    use the taxonomy's own codes (POLICE, COORD, DIVERT_SEALED …; CONFIDENTIAL, NEVER_TO_SUBJECT …).
    """

    code: Flag
    certain: bool
    words: tuple[Span, ...]
    route: str
    demands: tuple[str, ...]
    reason: Reason


@dataclass(frozen=True, slots=True)
class PlaceCandidate:
    """A building, or only a unit of the tower, that the message may be about.

    `level` is "building" or a level of the tower; `building_id` is None unless it is "building". The units above
    are given as far as they are known. `probability` of all candidates together is at most 1.
    """

    level: str
    name: str
    probability: float
    found_by: FoundBy
    reason: Reason
    building_id: PlaceId | None = None
    grid_id: PlaceId | None = None
    sub_grid_id: PlaceId | None = None
    community_id: PlaceId | None = None
    street_id: PlaceId | None = None
    words: tuple[Span, ...] = ()

    @property
    def unit_id(self) -> PlaceId | None:
        """The deepest unit of the tower that is known."""
        ids = (self.grid_id, self.sub_grid_id, self.community_id, self.street_id)
        return next((unit for unit in ids if unit is not None), None)


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything the reader suggests about one message.

    `category` is the first of `categories` (ranked, at most five). `level` is the code of rules.triage.Urgency;
    `profile` the service profile that follows, `kept_profile` a statutory one that goes on beside it, `call_first`
    whether to tell the person to dial 110/119/120 at once.
    """

    category: Suggestion
    categories: tuple[Suggestion, ...]
    level: Suggestion
    profile: str
    kept_profile: str | None
    call_first: bool
    flags: tuple[RaisedFlag, ...]
    is_appeal: Suggestion
    title: str
    tokens: tuple[str, ...]
    place: tuple[PlaceCandidate, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return asdict(self)
