"""Reading one message: type, level, flags, kind, title, search words and place, each with its reason.

The first reader: tables of words and rules, no model, about one millisecond a message. A learned reader takes its
place behind the same `read`; callers depend on `Reading` only. The caller shows the reasons, lets a person
correct each suggestion, and never acts on a suggestion alone (design reference, section 0 rule 12).
"""

from maplegrid.engines.geodesy import Datum, OutOfRange, to_reference
from maplegrid.language.classify import Classifier
from maplegrid.language.flags import default_flag_reader
from maplegrid.language.kind import default_kind_reader
from maplegrid.language.locate import Gazetteer, locate
from maplegrid.language.reading import PlaceCandidate, PlaceId, Reading, Suggestion
from maplegrid.language.tables import rows_of
from maplegrid.language.taxonomy import Taxonomy
from maplegrid.language.title import short_title
from maplegrid.language.tokens import search_tokens
from maplegrid.rules.triage import UNCLASSIFIED, LevelDecision, Reason, decide_level
from maplegrid.rules.vocabulary import N_

Point = tuple[float, float]


class Reader:
    """Reads messages against a district's taxonomy and places; immutable, safe to share between threads.

    Without a gazetteer no place is suggested. When taxonomy, buildings or boundaries change, build a new one.
    """

    def __init__(self, taxonomy: Taxonomy, gazetteer: Gazetteer | None = None) -> None:
        self.taxonomy = taxonomy
        self.gazetteer = gazetteer
        self._classifier = Classifier(taxonomy, rows_of("keywords"))
        self._flags = default_flag_reader()
        self._kinds = default_kind_reader()

    def read(
        self,
        text: str,
        *,
        point: Point | None = None,
        datum: Datum | str | None = None,
        door_building: PlaceId | None = None,
        near_unit: PlaceId | None = None,
        chosen: str = "",
    ) -> Reading:
        """Everything this reader can suggest about a text; never raises for what a resident may send.

        `point` is (longitude, latitude) in `datum` (WGS-84 when not said); a point that cannot be meant is left
        out. `door_building` is the building whose code was scanned; `near_unit` the unit of the desk, worker or
        door the message came through. `chosen` is the type the sender picked from the district's list: it comes
        first; an unknown code is passed over. What the words raise (flags, level) is read all the same.
        """
        categories = self._with_chosen(chosen, self._classifier.rank(text))
        found = self._flags.read(text)
        decision = decide_level(
            profile=self._profile(categories[0]), flags=found.flags, signs=tuple(found.signs)
        )
        return Reading(
            category=categories[0],
            categories=categories,
            level=_level(decision),
            profile=decision.profile,
            kept_profile=decision.kept_profile,
            call_first=decision.call_first,
            flags=found.flags,
            is_appeal=self._kinds.read(
                text, matter=categories[0].confidence, serious=any(flag.certain for flag in found.flags)
            ),
            title=short_title(text),
            tokens=search_tokens(text),
            place=self._place(text, reference_point(point, datum), door_building, near_unit),
        )

    def _with_chosen(self, code: str, ranked: tuple[Suggestion, ...]) -> tuple[Suggestion, ...]:
        if code not in self.taxonomy:
            return ranked
        others = tuple(suggestion for suggestion in ranked if suggestion.code != code)
        return (Suggestion(code, 1.0, Reason(N_("提交时选定的类别"))), *others)[:5]

    def _profile(self, category: Suggestion) -> str:
        """The clock of the likeliest type; 9901's own where none is likely."""
        code = category.code if category.code in self.taxonomy else UNCLASSIFIED
        return self.taxonomy[code].profile

    def _place(
        self, text: str, point: Point | None, door_building: PlaceId | None, near_unit: PlaceId | None
    ) -> tuple[PlaceCandidate, ...]:
        if self.gazetteer is None:
            return ()
        return locate(self.gazetteer, text, point=point, door_building=door_building, near_unit=near_unit)


def _level(decision: LevelDecision) -> Suggestion:
    """The last reason is the one that set the level; the rule is certain, its inputs are suggestions."""
    return Suggestion(decision.level, 1.0 if len(decision.reasons) == 1 else 0.9, decision.reasons[-1])


def reference_point(point: Point | None, datum: Datum | str | None) -> Point | None:
    """The point in reference degrees, or None for a point or a datum that cannot be meant."""
    if point is None:
        return None
    try:
        return to_reference(*point, Datum(datum) if datum is not None else Datum.WGS84)
    except (OutOfRange, ValueError):
        return None
