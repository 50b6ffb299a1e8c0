"""Holding, offering, confirming and moving a meeting. A quarter of an hour is taken once, by its unique key."""

import secrets
from datetime import datetime

from django.db import connection, transaction

from maplegrid.accounts.models import Person
from maplegrid.cases.actions.change import RESIDENT, Doer, Refused
from maplegrid.rules.secretary.life import Deed, Stage
from maplegrid.rules.secretary.slots import Slot, keys_of
from maplegrid.rules.vocabulary import N_, Refusal
from maplegrid.secretary.actions.doing import ask_the_rules, held, keep
from maplegrid.secretary.actions.receipts import meet_offer
from maplegrid.secretary.actions.telling import note, tell_one, tell_writer
from maplegrid.secretary.models import Audience, Meeting, Taken
from maplegrid.secretary.queries.hours import free_for
from maplegrid.secretary.words import clock_words

TAKEN = Refusal("taken", N_("这个时间刚刚被别人约了，请另选一个"))
NOT_A_SLOT = Refusal("not_a_slot", N_("这个时间现在约不了，请从列出的时间里选"))
AHEAD = (Meeting.State.HELD, Meeting.State.AGREED)


def meeting_ahead(audience: Audience) -> Meeting | None:
    """The one meeting that is held or agreed."""
    return Meeting.objects.select_related("host", "room").filter(audience=audience, state__in=AHEAD).first()


def hold_first_free(audience: Audience, doer: Doer, now: datetime) -> bool:
    """Hold the host's first free slot that suits and offer it; False when there is none. The audience is locked.

    Holders of the same host wait for each other, so each sees what the one before took.
    """
    assert audience.host_id is not None
    Person.objects.select_for_update(no_key=True).get(pk=audience.host_id)
    for slot in free_for(audience, now):
        meeting = _try(audience, slot, now)
        if meeting:
            keep(audience, stage=Stage.OFFERED)
            tell_writer(audience, "offer", f"{meeting.pk}.{meeting.serial}", now, meeting.starts_at)
            when = clock_words(meeting.starts_at)
            note(audience, "offer", doer, now, public=N_("给您留了{when}，请确认"), words={"when": when})
            return True
    tell_one(audience, "no_slot", audience.case.accountable_id, str(audience.version), now)
    return False


def _try(audience: Audience, slot: Slot, now: datetime) -> Meeting | None:
    try:
        with transaction.atomic():
            return _book(audience, slot, Meeting.State.HELD, now)
    except Refused:
        return None  # a resident chose it in this very moment


def offer_again(*, audience_id: int, now: datetime, doer: Doer) -> bool:
    """A letter that waits for a free slot: try once more. Repeating it holds nothing twice."""
    with transaction.atomic():
        audience = held(audience_id)
        if audience.stage != Stage.WAITING or audience.host_id is None or audience.written:
            return False
        return hold_first_free(audience, doer, now)


def agree(*, audience_id: int, companion: str, now: datetime) -> Audience:
    """The writer takes the slot that is held for them. Raises Refused."""
    with transaction.atomic():
        audience = held(audience_id)
        ask_the_rules(Deed.AGREE, None, audience)
        meeting = meeting_ahead(audience)
        assert meeting is not None
        _agreed(meeting, now)
        meet_offer(audience, now)
        keep(audience, stage=Stage.AGREED, companion=companion[:80] or audience.companion)
        _told(audience, meeting, "agree", "agreed", now)
    return audience


def move(*, audience_id: int, starts_at: datetime, video: bool, companion: str, now: datetime) -> Audience:
    """The writer chooses one of their host's free slots; what they had before is free again.

    Raises Refused: somebody else has it by now, or it is none of this host's slots.
    """
    with transaction.atomic():
        audience = held(audience_id)
        ask_the_rules(Deed.MOVE, None, audience)
        audience.video = video
        slot = _wanted(audience, starts_at, now)
        meeting = _book(audience, slot, Meeting.State.AGREED, now)
        meet_offer(audience, now)
        keep(audience, stage=Stage.AGREED, video=video, companion=companion[:80] or audience.companion)
        _told(audience, meeting, "move", "moved", now)
    return audience


def _wanted(audience: Audience, starts_at: datetime, now: datetime) -> Slot:
    slot = next((slot for slot in free_for(audience, now) if slot.starts == starts_at), None)
    if slot is None:
        taken = audience.host_id and Taken.objects.filter(
            kind="host", key=audience.host_id, cell_at=starts_at
        ).exclude(meeting__audience=audience)
        raise Refused(TAKEN if taken and taken.exists() else NOT_A_SLOT)
    return slot


def _agreed(meeting: Meeting, now: datetime) -> None:
    meeting.state, meeting.agreed_at = Meeting.State.AGREED, now
    meeting.save(update_fields=["state", "agreed_at"])


def _told(audience: Audience, meeting: Meeting, step: str, what: str, now: datetime) -> None:
    at, key = meeting.starts_at, f"{meeting.pk}.{meeting.serial}"
    note(audience, step, RESIDENT, now, public=N_("约好{when}见面"), words={"when": clock_words(at)})
    tell_writer(audience, "agreed", key, now, at)
    tell_one(audience, what, meeting.host_id, key, now, at)


def _book(audience: Audience, slot: Slot, state: str, now: datetime) -> Meeting:
    """Take the slot's cells for this audience's meeting, new or moved. Raises Refused(TAKEN), then undo the rest.

    New cells are taken before old ones are let go, and always in the same order, so that two who swap their times
    cannot wait for each other for ever.
    """
    assert audience.host_id is not None
    meeting = meeting_ahead(audience) or Meeting(audience=audience, host_id=audience.host_id, serial=-1)
    meeting.starts_at, meeting.ends_at, meeting.state = slot.starts, slot.ends, state
    meeting.room_id = slot.room_id or None if not audience.video else None
    meeting.video_key = (meeting.video_key or secrets.token_urlsafe(12)) if audience.video else ""
    meeting.serial, meeting.held_at, meeting.reminders = meeting.serial + 1, now, 0
    meeting.agreed_at = now if state == Meeting.State.AGREED else None
    meeting.save()
    _take(meeting, keys_of(slot, audience.host_id, video=audience.video))
    return meeting


def _take(meeting: Meeting, wanted: list[tuple[str, int, datetime]]) -> None:
    mine = {(row.kind, row.key, row.cell_at): row.pk for row in meeting.cells.all()}
    fresh = sorted(key for key in wanted if key not in mine)
    if fresh and _insert(meeting.pk, fresh) < len(fresh):
        raise Refused(TAKEN)
    Taken.objects.filter(pk__in=[pk for key, pk in mine.items() if key not in set(wanted)]).delete()


def _insert(meeting_id: int, keys: list[tuple[str, int, datetime]]) -> int:
    """How many of the cells were free and are now this meeting's."""
    rows = ", ".join(["(%s, %s, %s, %s)"] * len(keys))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO secretary_taken (kind, key, cell_at, meeting_id) VALUES {rows} ON CONFLICT DO NOTHING",  # noqa: S608
            [value for kind, key, cell in keys for value in (kind, key, cell, meeting_id)],
        )
        return cursor.rowcount


def drop_meeting(audience: Audience, doer: Doer, now: datetime) -> None:
    """The meeting ahead, if any, will not be: its cells are free again, and its host is told."""
    meeting = meeting_ahead(audience)
    if meeting is None:
        return
    end_meeting(meeting, Meeting.State.DROPPED, now)
    key = f"{meeting.pk}.{meeting.serial}"
    tell_one(audience, "dropped", meeting.host_id, key, now, meeting.starts_at)
    tell_writer(audience, "dropped", key, now, meeting.starts_at)


def end_meeting(meeting: Meeting, state: str, now: datetime) -> None:
    """It has been, was missed or will not be; what it took of the time still ahead is free again."""
    meeting.state, meeting.ended_at, meeting.serial = state, now, meeting.serial + 1
    meeting.save(update_fields=["state", "ended_at", "serial"])
    meeting.cells.filter(cell_at__gte=now).delete()
