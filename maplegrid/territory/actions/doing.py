"""Who acts on the tower, and the answer "no" with its sentences."""

from maplegrid.rules.access import Actor, Seat
from maplegrid.rules.vocabulary import Refusal, Role

# Whoever runs commands on the server itself.
OPERATOR = Actor(0, "operator", (Seat(Role.SYSTEM_ADMIN),))


class Refused(Exception):
    """Rules said no; nothing was written. `refusals` are the sentences, the first one first."""

    def __init__(self, *refusals: Refusal) -> None:
        super().__init__("；".join(str(refusal) for refusal in refusals))
        self.refusals = refusals

    @property
    def refusal(self) -> Refusal:
        return self.refusals[0]


def refuse(*refusals: Refusal | None) -> None:
    """Raise Refused if any rule speaks against it."""
    against = [refusal for refusal in refusals if refusal is not None]
    if against:
        raise Refused(*against)


def doer(actor: Actor) -> str:
    """The reference that the audit keeps: `person:12`, or `operator` for the command line."""
    return f"person:{actor.person_id}" if actor.person_id else actor.words
