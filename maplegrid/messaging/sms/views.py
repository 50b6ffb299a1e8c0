"""Pages around text messages: receipts of the gateways, the calls that remain, wordings and costs."""

from collections.abc import Mapping
from datetime import date, datetime
from itertools import groupby
from types import MappingProxyType
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from maplegrid.kit.moment import CHINA, now
from maplegrid.messaging.sms.calls import CALLERS, NotCalled, open_calls, settle_call, show_number
from maplegrid.messaging.sms.choosing import NoSuchGateway, gateways_in_order, real_gateway
from maplegrid.messaging.sms.figures import MonthOf, costs_of
from maplegrid.messaging.sms.gateway import Callback, NotGenuine
from maplegrid.messaging.sms.receipts import take_receipt
from maplegrid.messaging.sms.registering import NotRegistered, register_wording, withdraw_wording
from maplegrid.messaging.sms.tables import CallTask, SmsAttempt
from maplegrid.messaging.sms.wordings import every_wording, registered
from maplegrid.rules.text_messages import without_code
from maplegrid.rules.vocabulary import N_, Role
from maplegrid.territory.guard import actor_in, desk
from maplegrid.territory.words import sentence_of

LARGEST_CALL = 512 * 1024
PAGE = 50
EMPTY: Mapping[int, str] = MappingProxyType({})
NAMES = {"aliyun": N_("阿里云"), "tencent": N_("腾讯云"), "http": N_("其他（HTTP）")}


@csrf_exempt  # no cookie opens anything here: a signature or the secret of the address does
@never_cache
@require_POST
def receipts(request: HttpRequest, gateway: str, token: str = "") -> HttpResponse:
    """A gateway tells what became of messages. Whatever is not genuine is not said why."""
    if gateway not in gateways_in_order() or int(request.headers.get("Content-Length") or 0) > LARGEST_CALL:
        raise Http404
    try:
        vendor = real_gateway(gateway)
        told = vendor.read(Callback(request.body, request.headers, token))
    except (NoSuchGateway, NotGenuine):
        raise Http404 from None
    for receipt in told:
        take_receipt(gateway=gateway, receipt=receipt, now=now())
    return JsonResponse(vendor.answer())


@desk(*CALLERS)
@require_GET
def calls(request: HttpRequest) -> HttpResponse:
    """Whom this desk rings because no text message arrived."""
    return _calls(request)


@desk(*CALLERS)
@require_POST
def call_number(request: HttpRequest, call_id: int) -> HttpResponse:
    """The number, for this once; the look is recorded."""
    try:
        number = show_number(call_id=call_id, actor=actor_in(request), now=now())
    except NotCalled as no:
        messages.error(request, sentence_of(no.refusal))
        return redirect("messaging:calls")
    return _calls(request, {call_id: number})


def _calls(request: HttpRequest, numbers: Mapping[int, str] = EMPTY) -> HttpResponse:
    rows = [_row(call, numbers.get(call.pk, "")) for call in open_calls(actor_in(request))]
    return render(request, "messaging/calls.html", {"rows": rows, "moment": now()})


def _row(call: CallTask, shown: str) -> dict[str, Any]:
    """The numbers of the matters, and what the lost messages said without the code that opens them."""
    notices = list(call.notices.select_related("message").order_by("pk"))
    return {
        "call": call,
        "numbers": sorted({notice.message.number for notice in notices if notice.message}),
        "says": [without_code(notice.body) for notice in notices],
        "shown": shown,
    }


@desk(*CALLERS)
@require_POST
def call_made(request: HttpRequest, call_id: int) -> HttpResponse:
    """Rung, and what was said."""
    try:
        settle_call(
            call_id=call_id,
            reached=request.POST.get("reached") == "yes",
            words=request.POST.get("text", ""),
            actor=actor_in(request),
            now=now(),
        )
    except NotCalled as no:
        messages.error(request, sentence_of(no.refusal))
    else:
        messages.success(request, _("记下了"))
    return redirect("messaging:calls")


class WordingForm(forms.Form):
    """One wording under the number the vendor gave it."""

    gateway = forms.CharField(max_length=20)
    wording = forms.CharField(max_length=500, label=_lazy("短信原文"))
    code = forms.CharField(max_length=60, label=_lazy("审核编号"))
    approved_on = forms.DateField(label=_lazy("审核通过"))
    a_day = forms.IntegerField(min_value=1, max_value=1_000_000, required=False, label=_lazy("每天最多"))


@desk(Role.SYSTEM_ADMIN, Role.DISTRICT_COMMAND)
@require_http_methods(["GET", "POST"])
def texts(request: HttpRequest) -> HttpResponse:
    """Gateways, wordings with their numbers, costs of a month, and the last attempts."""
    if request.method == "POST":
        return _register(request)
    month = _month(request.GET.get("month", ""))
    page = Paginator(SmsAttempt.objects.order_by("-id"), PAGE).get_page(request.GET.get("page"))
    context = {
        "gateways": [_gateway(name) for name in gateways_in_order()],
        "wordings": _wordings(),
        "costs": [_cost(row) for row in costs_of(month)],
        "month": f"{month:%Y-%m}",
        "page": page,
        "rows": [{"attempt": attempt, "name": name_of(attempt.gateway)} for attempt in page],
        "limits": (settings.SMS_NUMBER_HOUR, settings.SMS_NUMBER_DAY),
        "registers": actor_in(request).holds(Role.SYSTEM_ADMIN),
        "moment": now(),
    }  # fmt: skip
    return render(request, "messaging/texts.html", context)


def _register(request: HttpRequest) -> HttpResponse:
    form = WordingForm(request.POST)
    if not form.is_valid():
        for name, errors in form.errors.items():
            label = form.fields[name].label if name in form.fields else ""
            messages.error(request, f"{label}：{errors[0]}")
        return redirect("messaging:texts")
    try:
        register_wording(**form.cleaned_data, actor=actor_in(request), now=now())
    except NotRegistered as no:
        messages.error(request, sentence_of(no.refusal))
    else:
        messages.success(request, _("登记好了，从现在起用这个编号发"))
    return redirect("messaging:texts")


@desk(Role.SYSTEM_ADMIN)
@require_POST
def withdraw(request: HttpRequest, template_id: int) -> HttpResponse:
    """This number is not used any more."""
    done = withdraw_wording(template_id=template_id, actor=actor_in(request), now=now())
    messages.success(request, _("已停用，登记新编号前这句话发不出去") if done else _("已经停用过了"))
    return redirect("messaging:texts")


def _month(words: str) -> datetime:
    """The month asked for, or this one."""
    here = now().astimezone(CHINA)
    try:
        first = date.fromisoformat(f"{words}-01")
    except ValueError:
        return here
    return here.replace(year=first.year, month=first.month, day=1)


def _cost(row: MonthOf) -> dict[str, Any]:
    share = "" if row.share is None else f"{row.share:.1%}"
    return {"row": row, "name": name_of(row.gateway), "share": share}


def name_of(gateway: str) -> str:
    """The vendor in the reader's language."""
    return _(NAMES[gateway]) if gateway in NAMES else gateway


def _gateway(name: str) -> dict[str, Any]:
    return {"name": name_of(name), "code": name, "missing": real_gateway(name).missing()}


def _wordings() -> list[list[dict[str, Any]]]:
    """Each sentence: its wording in every language, with the registration at each gateway."""
    gateways = gateways_in_order()
    have = registered(gateways)
    lines = [
        (
            one,
            [
                {"gateway": name, "name": name_of(name), "template": have.get((name, one.words))}
                for name in gateways
            ],
        )
        for one in every_wording()
    ]
    by_name = groupby(lines, key=lambda line: line[0].name)
    return [[{"wording": one, "cells": cells} for one, cells in group] for _name, group in by_name]
