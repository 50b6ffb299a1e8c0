"""What a police station may do with what was handed to it. Its answer stays as it gave it."""

from maplegrid.rules.access import Actor
from maplegrid.rules.vocabulary import N_, Refusal, Role

SENT, RECEIVED, RETURNED = "sent", "received", "returned"
# What each answer may follow: a receipt once; a return also after the receipt, when it turns out not to be theirs.
AFTER: dict[str, frozenset[str]] = {RECEIVED: frozenset({SENT}), RETURNED: frozenset({SENT, RECEIVED})}


def stations_of(actor: Actor) -> frozenset[int]:
    """Bodies for which this person answers as a police officer, deputising included."""
    return frozenset(
        seat.body_id for seat in actor.seats if seat.role is Role.POLICE_OFFICER and seat.body_id is not None
    )


def why_not_answer(actor: Actor, body_id: int | None, state: str, answer: str) -> Refusal | None:
    """May this person give this answer (received or returned) to a hand-over in this state?"""
    if body_id is None or body_id not in stations_of(actor):
        return Refusal("other_station", N_("没有找到这次移交，或者它不是交给您单位的"))
    if state not in AFTER[answer]:
        return Refusal("answered", N_("这次移交已经答复过了，答复的内容不能改"))
    return None
