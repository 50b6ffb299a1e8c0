"""The staff's pages: the list, one letter with what can be done, and writing a letter down for somebody."""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from maplegrid.cases.actions.change import Faster, Refused
from maplegrid.cases.queries.orders import why_not_apply_here
from maplegrid.kit.moment import now
from maplegrid.messaging.actions import receive_message
from maplegrid.rules.access import Actor
from maplegrid.rules.secretary.answers import PARTS
from maplegrid.rules.secretary.level import LEVEL_NAMES, MeetingLevel
from maplegrid.rules.secretary.life import ROWS, Deed
from maplegrid.rules.vocabulary import N_, REGISTERING_ROLES, Channel, Refusal, Role
from maplegrid.secretary.actions.answering import close_audience, write_answer
from maplegrid.secretary.actions.booking import offer_again
from maplegrid.secretary.actions.calling import record_call
from maplegrid.secretary.actions.meeting import (
    NO_WORDS,
    add_promise,
    ask_mediation,
    keep_promise,
    miss_meeting,
    record_meeting,
    settle_mediation,
)
from maplegrid.secretary.actions.seating import bar, name_host, recuse, set_level
from maplegrid.secretary.actions.telling import doer_of
from maplegrid.secretary.forms import WISHES, DeedForm, DeskLetterForm
from maplegrid.secretary.models import Audience, Call, Commitment
from maplegrid.secretary.queries.desk import (
    VIEWS,
    count_letters,
    letter_page,
    letters_of,
    lines_of,
    open_calls,
    people_for_district,
    people_to_bar,
    people_to_promise,
)
from maplegrid.secretary.queries.scope import audiences_visible_to
from maplegrid.territory.guard import actor_in, desk
from maplegrid.territory.queries import tower
from maplegrid.territory.words import sentence_of

READERS = (
    Role.COMMUNITY_DESK,
    Role.COMMUNITY_SECRETARY,
    Role.STREET_DESK,
    Role.STREET_DEPUTY,
    Role.STREET_SECRETARY,
    Role.DISTRICT_COMMAND,
    Role.AUDITOR,
)
VIEW_WORDS = {
    "asked": N_("待定级别"),
    "waiting": N_("等安排时间"),
    "booked": N_("约了的"),
    "answer": N_("待答复"),
    "answered": N_("已答复"),
    "ended": N_("结束的"),
}
PAGE = 40
NO_LEVEL = Refusal("no_level", N_("请选级别"))
NOBODY = Refusal("nobody", N_("请选一个人"))


@desk(*READERS)
@require_GET
def letters(request: HttpRequest) -> HttpResponse:
    """Letters of one list by how long they wait."""
    actor, moment = actor_in(request), now()
    view = request.GET.get("view", "asked")
    view = view if view in VIEWS else "asked"
    counts = count_letters(actor)
    page = Paginator(letters_of(actor, view), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": lines_of(page, moment),
        "view": view,
        "views": [(name, _(words), counts[name]) for name, words in VIEW_WORDS.items()],
        "moment": moment,
        "calls": open_calls(actor),
        "may_register": actor.holds(*REGISTERING_ROLES),
    }
    return render(request, "secretary/letters.html", context)


@desk(*sorted(REGISTERING_ROLES))
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """At the hall or by phone: the same letter, written down for somebody."""
    form = DeskLetterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        raw = form.raw_message(
            channel=Channel(form.cleaned_data["channel"]), registered_by_id=request.user.pk, raw=form.letter()
        )
        received = receive_message(raw=raw, actor=f"person:{request.user.pk}", now=now())
        words = _("已登记：编号 {number}，查询码 {code}，请告诉来电或来访的人")
        messages.success(request, words.format(number=received.message.number, code=received.code or "—"))
        return redirect("secretary:register")
    token = request.POST.get("token") or secrets.token_urlsafe(16)
    return render(request, "secretary/register.html", {"form": form, "token": token, "wishes": WISHES})


def audience_or_404(request: HttpRequest, number: str) -> Audience:
    """The letter if this person may know of it; a stranger and a wrong number get the same answer."""
    found = audiences_visible_to(actor_in(request)).filter(case__number=number).first()
    if found is None:
        raise Http404(_("没有找到这件事，或者它不在您负责的范围内"))
    return found


@desk(*READERS)
@require_GET
def letter(request: HttpRequest, number: str) -> HttpResponse:
    """One letter: what was written, who meets when, what was promised, what can be done."""
    return _page(request, audience_or_404(request, number))


def _page(
    request: HttpRequest, audience: Audience, form: DeedForm | None = None, deed: str = ""
) -> HttpResponse:
    moment, actor = now(), actor_in(request)
    page = letter_page(actor, audience, moment)
    deeds = {row.deed for row in page.deeds}
    context = {
        "page": page,
        "audience": audience,
        "case": audience.case,
        "moment": moment,
        "form": form or DeedForm(),
        "opened": deed,
        "levels": [(int(level), _(LEVEL_NAMES[level])) for level in MeetingLevel],
        "units": _units(audience) if Deed.SET_LEVEL in deeds else [],
        "owners": people_to_promise(audience, moment) if deeds & {Deed.PROMISE, Deed.RECORD} else [],
        "named": people_for_district(audience, moment) if Deed.NAME_HOST in deeds else [],
        "to_bar": people_to_bar(audience, moment) if Deed.SET_LEVEL in deeds else [],
        "parts": [(part, _(words)) for part, words in PARTS.items()],
        "may_order": why_not_apply_here(actor, audience.case) is None,
        "may_keep": {p.pk for p in page.promises if {p.owner_id, audience.host_id} & actor.person_ids},
    }
    return render(request, "secretary/letter.html", context, status=422 if deed else 200)


def _units(audience: Audience) -> list[Any]:
    """Streets and communities it may belong to."""
    return [unit for unit in tower().by_id.values() if unit.level in ("street", "community")]


@desk()
@require_GET
def case_panel(request: HttpRequest, number: str) -> HttpResponse:
    """The card on the case page, for whoever may see the letter; nothing for others."""
    actor = actor_in(request)
    found = audiences_visible_to(actor).filter(case__number=number).first()
    if found is None:
        return HttpResponse("")
    page = letter_page(actor, found, now())
    context = {"audience": found, "page": page, "may_open": actor.holds(*READERS)}
    return render(request, "secretary/_panel.html", context)


@desk(*READERS)
@require_POST
def letter_step(request: HttpRequest, number: str, deed: str) -> HttpResponse:
    """Do one thing and come back with a sentence; what was written stays when it was refused."""
    audience = audience_or_404(request, number)
    if deed not in DOING:
        raise Http404(_("没有找到这件事"))
    form = DeedForm(request.POST)
    trouble = _do(deed, audience, form, actor_in(request))
    if trouble:
        messages.error(request, trouble)
        return _page(request, audience, form, deed)
    messages.success(request, _("{action}：已记下").format(action=_(_name(deed))))
    if audiences_visible_to(actor_in(request)).filter(pk=audience.pk).exists():
        return redirect("secretary:letter", number)
    return redirect("secretary:letters")


def _name(deed: str) -> str:
    return ROWS[Deed(deed)].words if deed in set(Deed) else N_("标明要回避的人")


def _do(deed: str, audience: Audience, form: DeedForm, actor: Actor) -> str:
    if not form.is_valid():
        return next(str(errors[0]) for errors in form.errors.values())
    try:
        DOING[deed](audience, form, actor, now())
    except Refused as no:
        return sentence_of(no.refusal)
    except forms.ValidationError as wrong:
        return str(wrong.message)
    except Faster:
        return _("有人比您快了一步。您写的还在，请看最新的情况再决定")
    return ""


def _set_level(audience: Audience, form: DeedForm, actor: Actor, moment: datetime) -> None:
    data = form.cleaned_data
    if data["level"] is None:
        raise Refused(NO_LEVEL)
    set_level(
        audience_id=audience.pk,
        level=MeetingLevel(data["level"]),
        written=data["written"],
        unit_id=data["unit"],
        actor=actor,
        now=moment,
    )


def _name_host(audience: Audience, form: DeedForm, actor: Actor, moment: datetime) -> None:
    able = {person.pk for person in people_for_district(audience, moment)}
    person = form.cleaned_data["person"]
    if person not in able:
        raise Refused(NOBODY)
    name_host(
        audience_id=audience.pk, person_id=person, reason=form.cleaned_data["text"], actor=actor, now=moment
    )


def _bar(audience: Audience, form: DeedForm, actor: Actor, moment: datetime) -> None:
    person = form.cleaned_data["person"]
    if person not in {able.pk for able in people_to_bar(audience, moment)}:
        raise Refused(NOBODY)
    if not form.cleaned_data["text"]:
        raise Refused(NO_WORDS)
    bar(audience_id=audience.pk, person_id=person, reason=form.cleaned_data["text"], actor=actor, now=moment)


def _recuse(audience: Audience, form: DeedForm, actor: Actor, moment: datetime) -> None:
    recuse(audience_id=audience.pk, reason=form.cleaned_data["text"], actor=actor, now=moment)


def _offer(audience: Audience, form: DeedForm, actor: Actor, moment: datetime) -> None:
    if not offer_again(audience_id=audience.pk, now=moment, doer=doer_of(actor)):
        raise Refused(Refusal("no_slot", N_("接访的人没有空的时间，请先加接访时间")))


def _miss(audience: Audience, form: DeedForm, actor: Actor, moment: datetime) -> None:
    miss_meeting(audience_id=audience.pk, reason=form.cleaned_data["text"], actor=actor, now=moment)


def _record(audience: Audience, form: DeedForm, actor: Actor, moment: datetime) -> None:
    data = form.cleaned_data
    record_meeting(
        audience_id=audience.pk,
        attended=data["attended"],
        minutes=data["minutes"],
        promises=_checked(audience, form, moment),
        actor=actor,
        now=moment,
    )


def _promise(audience: Audience, form: DeedForm, actor: Actor, moment: datetime) -> None:
    promises = _checked(audience, form, moment)
    if not promises:
        raise Refused(NO_WORDS)
    add_promise(audience_id=audience.pk, promise=promises[0], actor=actor, now=moment)


def _checked(audience: Audience, form: DeedForm, moment: datetime) -> list[Any]:
    promises = form.promises(audience.host_id)
    able = {person.pk for person in people_to_promise(audience, moment)}
    if any(promise.owner_id not in able for promise in promises):
        raise Refused(NOBODY)
    return promises


def _refer(audience: Audience, form: DeedForm, actor: Actor, moment: datetime) -> None:
    ask_mediation(audience_id=audience.pk, reason=form.cleaned_data["text"], actor=actor, now=moment)


def _settle(audience: Audience, form: DeedForm, actor: Actor, moment: datetime) -> None:
    settle_mediation(audience_id=audience.pk, outcome=form.cleaned_data["text"], actor=actor, now=moment)


def _answer(audience: Audience, form: DeedForm, actor: Actor, moment: datetime) -> None:
    write_answer(audience_id=audience.pk, parts=form.answer(), actor=actor, now=moment)


def _close(audience: Audience, form: DeedForm, actor: Actor, moment: datetime) -> None:
    close_audience(audience_id=audience.pk, actor=actor, now=moment)


DOING: dict[str, Callable[[Audience, DeedForm, Actor, datetime], None]] = {
    Deed.SET_LEVEL: _set_level,
    Deed.NAME_HOST: _name_host,
    Deed.RECUSE: _recuse,
    Deed.OFFER: _offer,
    Deed.MISS: _miss,
    Deed.RECORD: _record,
    Deed.PROMISE: _promise,
    Deed.REFER: _refer,
    Deed.SETTLE: _settle,
    Deed.ANSWER: _answer,
    Deed.CLOSE: _close,
    "bar": _bar,
}


@desk(*READERS)
@require_POST
def promise_kept(request: HttpRequest, promise_id: int) -> HttpResponse:
    """Something promised was done."""
    mine = Commitment.objects.filter(audience__in=audiences_visible_to(actor_in(request)))
    made = mine.select_related("audience__case").filter(pk=promise_id).first()
    if made is None:
        raise Http404(_("没有找到这件事，或者它不在您负责的范围内"))
    try:
        keep_promise(
            commitment_id=made.pk,
            words=request.POST.get("text", "").strip()[:500],
            actor=actor_in(request),
            now=now(),
        )
    except Refused as no:
        messages.error(request, sentence_of(no.refusal))
    else:
        messages.success(request, _("记下了，居民也看得到"))
    return redirect("secretary:letter", made.audience.case.number)


@desk(*READERS)
@require_POST
def call_made(request: HttpRequest, call_id: int) -> HttpResponse:
    """Somebody rang."""
    call = Call.objects.filter(pk=call_id, audience__in=audiences_visible_to(actor_in(request))).first()
    if call is None:
        raise Http404(_("没有找到这件事，或者它不在您负责的范围内"))
    try:
        record_call(
            call_id=call.pk,
            reached=request.POST.get("reached") == "yes",
            words=request.POST.get("text", "").strip(),
            actor=actor_in(request),
            now=now(),
        )
    except Refused as no:
        messages.error(request, sentence_of(no.refusal))
    else:
        messages.success(request, _("记下了"))
    return redirect("secretary:letters")
