"""What a resident does to their own matter: add, answer, rate, ask to re-open, withdraw."""

from collections.abc import Callable
from typing import Any

from allauth.decorators import rate_limit
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from maplegrid.cases.actions import resident
from maplegrid.cases.actions.change import Faster, Refused
from maplegrid.cases.actions.rights import ask
from maplegrid.cases.forms.resident import AnswerForm, RateForm, ReasonForm, WordsForm, first_error
from maplegrid.cases.models import Appeal
from maplegrid.cases.queries.follow import follow_page
from maplegrid.cases.views.resident import memory
from maplegrid.cases.views.resident.follow import Trouble, follow_again, mine_or_404
from maplegrid.cases.views.resident.photos import take_photos
from maplegrid.kit.moment import now
from maplegrid.messaging.models import Message
from maplegrid.rules.retention import RequestKind
from maplegrid.territory.words import sentence_of

NOTED, WITHDRAW = "noted", "withdraw"


@never_cache
@require_http_methods(["GET", "POST"])
@rate_limit(action="resident_step")
def follow_step(request: HttpRequest, number: str, what: str) -> HttpResponse:
    """One thing a resident does. Only withdrawing is asked twice, on a page of its own."""
    message = mine_or_404(request, number)
    if request.method == "GET":
        return _confirm(request, message) if what == WITHDRAW else redirect("cases:follow", number)
    if what == NOTED:
        memory.forget_code(request, number)
        return redirect("cases:follow", number)
    if what in ASKED:
        return _ask(request, message, what)
    appeal = Appeal.objects.filter(message=message).first()
    if appeal is None or what not in STEPS:
        raise Http404(_("没有找到这件事"))
    return _take(request, message, appeal, what)


def _confirm(request: HttpRequest, message: Message) -> HttpResponse:
    page = follow_page(message, now())
    if not page.can_withdraw:
        return redirect("cases:follow", message.number)
    return render(request, "cases/resident/withdraw.html", {"page": page, "number": message.number})


def _take(request: HttpRequest, message: Message, appeal: Appeal, what: str) -> HttpResponse:
    form_class, doing = STEPS[what]
    form = form_class(request.POST)
    sentence = first_error(form) or _try(request, appeal, form, doing)
    if not sentence:
        return redirect("cases:follow", message.number)
    question = request.POST.get("question", "")
    trouble = Trouble(
        what,
        sentence,
        request.POST.get("text", ""),
        int(question) if question.isdecimal() else 0,
    )
    return follow_again(request, follow_page(message, now()), trouble)


ASKED = {"correct": RequestKind.CORRECTION, "erase": RequestKind.ERASURE}


def _ask(request: HttpRequest, message: Message, what: str) -> HttpResponse:
    """To have what one sent corrected or erased."""
    form = ReasonForm(request.POST)
    sentence = first_error(form)
    try:
        if not sentence:
            ask(message=message, kind=ASKED[what], words=form.cleaned_data["text"], now=now())
            messages.success(request, _("记下了，三十天内答复您，答复也在这一页"))
            return redirect("cases:follow", message.number)
    except Refused as no:
        sentence = sentence_of(no.refusal)
    trouble = Trouble(what, sentence, request.POST.get("text", ""))
    return follow_again(request, follow_page(message, now()), trouble)


def _try(request: HttpRequest, appeal: Appeal, form: Any, doing: "Doing") -> str:
    """Do it; the sentence of whatever stood against it, else nothing."""
    try:
        messages.success(request, doing(request, appeal, form))
    except Refused as no:
        return sentence_of(no.refusal)
    except Faster:
        return _("刚刚有新的进展，请看一眼再试一次")
    return ""


def _add(request: HttpRequest, appeal: Appeal, form: WordsForm) -> str:
    moment = now()
    photos = take_photos(request, moment, room=settings.PHOTOS_PER_MESSAGE)
    resident.add_words(appeal_id=appeal.pk, text=form.cleaned_data["text"], photos=photos, now=moment)
    return _("已经加上，办理的人会看到")


def _answer(request: HttpRequest, appeal: Appeal, form: AnswerForm) -> str:
    data = form.cleaned_data
    resident.answer_question(appeal_id=appeal.pk, question_id=data["question"], text=data["text"], now=now())
    return _("谢谢，已经转给问的人")


def _rate(request: HttpRequest, appeal: Appeal, form: RateForm) -> str:
    answer = form.answer()
    resident.rate(appeal_id=appeal.pk, now=now(), **answer)
    return _("谢谢您告诉我们") if answer["solved"] else _("记下了。要继续办，请点“要求重新办理”")


def _reopen(request: HttpRequest, appeal: Appeal, form: ReasonForm) -> str:
    resident.ask_reopen(appeal_id=appeal.pk, reason=form.cleaned_data["text"], now=now())
    return _("已经重新办理，交回原来办的人")


def _withdraw(request: HttpRequest, appeal: Appeal, form: ReasonForm) -> str:
    resident.withdraw(appeal_id=appeal.pk, reason=form.cleaned_data["text"], now=now())
    return _("已经撤回。以后有事随时再说")


Doing = Callable[[HttpRequest, Appeal, Any], str]
STEPS: dict[str, tuple[type[forms.Form], Doing]] = {
    "add": (WordsForm, _add),
    "answer": (AnswerForm, _answer),
    "rate": (RateForm, _rate),
    "reopen": (ReasonForm, _reopen),
    WITHDRAW: (ReasonForm, _withdraw),
}
