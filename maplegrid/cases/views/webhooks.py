"""The log of deliveries to other systems, for the system administrator: no case is named in it."""

from urllib.parse import urlsplit

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from maplegrid.cases.actions.webhooks import end_webhook, resend
from maplegrid.cases.models import Delivery, Webhook
from maplegrid.cases.queries.webhooks import deliveries
from maplegrid.kit.moment import now
from maplegrid.rules.vocabulary import N_, Role
from maplegrid.territory.guard import actor_in, desk

PAGE = 50
TROUBLES = {
    "refused": N_("地址在内部网络，不许推送"),
    "name": N_("域名查不到"),
    "tls": N_("证书不对"),
    "timeout": N_("太慢，没有等到答复"),
    "connection": N_("连不上或者中断"),
}


@desk(Role.SYSTEM_ADMIN)
@require_GET
def log(request: HttpRequest) -> HttpResponse:
    """Deliveries, newest first, and the addresses in use."""
    state = request.GET.get("state", "")
    state = state if state in Delivery.State.values else ""
    page = Paginator(deliveries(state), PAGE).get_page(request.GET.get("page"))
    live = Webhook.objects.filter(ended_at=None).select_related("key__person").order_by("pk")
    context = {
        "page": page,
        "rows": [
            {"delivery": row, "host": host_of(row.webhook), "trouble": trouble_words(row.trouble)}
            for row in page
        ],
        "live": [{"webhook": webhook, "host": host_of(webhook)} for webhook in live],
        "states": Delivery.State.choices,
        "state": state,
        "moment": now(),
    }
    return render(request, "cases/desk/webhooks.html", context)


def host_of(webhook: Webhook) -> str:
    """The host alone: the rest of an address may hold a secret of the receiver's."""
    return urlsplit(webhook.url).netloc


def trouble_words(code: str) -> str:
    """Why a delivery did not arrive, in words; a receiver's status as it was."""
    return _(TROUBLES[code]) if code in TROUBLES else code


@desk(Role.SYSTEM_ADMIN)
@require_POST
def send_again(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Once more, from the first pause on."""
    found = get_object_or_404(Delivery, pk=delivery_id)
    sent = resend(delivery=found, actor=f"person:{actor_in(request).person_id}", now=now())
    messages.success(request, _("再发一次，已排队") if sent else _("它正等着发送"))
    return redirect("cases:webhooks")


@desk(Role.SYSTEM_ADMIN)
@require_POST
def end(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Nothing more is sent to this address."""
    found = get_object_or_404(Webhook, pk=webhook_id)
    end_webhook(webhook=found, actor=f"person:{actor_in(request).person_id}", now=now())
    messages.success(request, _("已停止推送"))
    return redirect("cases:webhooks")
