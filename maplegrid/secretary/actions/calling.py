"""A phone call in place of a text message that did not arrive."""

from datetime import datetime

from django.db import transaction

from maplegrid.cases.actions.change import Refused
from maplegrid.rules.access import Actor
from maplegrid.rules.secretary.life import is_desk
from maplegrid.rules.vocabulary import N_, Refusal
from maplegrid.secretary.actions.doing import held
from maplegrid.secretary.actions.telling import doer_of, note
from maplegrid.secretary.models import Call
from maplegrid.secretary.queries.scope import view_of


def record_call(*, call_id: int, reached: bool, words: str, actor: Actor, now: datetime) -> Call:
    """Rung, reached or not, and what was said. Raises Refused."""
    with transaction.atomic():
        call = Call.objects.select_for_update(of=("self",)).get(pk=call_id)
        audience = held(call.audience_id)
        if call.person_id not in actor.person_ids and not is_desk(actor, view_of(audience)):
            raise Refused(Refusal("not_caller", N_("电话由被点名的人来打")))
        if call.done_at:
            raise Refused(Refusal("done", N_("已经记过了")))
        if not words:
            raise Refused(Refusal("no_words", N_("请写一句说明")))
        call.done_at, call.reached, call.words = now, reached, words[:300]
        call.save(update_fields=["done_at", "reached", "words"])
        public = N_("打电话找到了您") if reached else N_("打电话没有找到您")
        note(audience, "call", doer_of(actor), now, text=words, public=public, detail={"reached": reached})
    return call
