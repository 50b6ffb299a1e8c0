"""Orders (发令): the list of whose turn it is, the application, one order with its strip, its printed form."""

from io import BytesIO
from urllib.parse import quote

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from maplegrid.cases.actions.change import Faster, Refused
from maplegrid.cases.actions.orders import apply_for_order, take_order_step
from maplegrid.cases.forms.orders import ORDER_FIELDS, TEXT_LABELS, ApplyForm, OrderStepForm
from maplegrid.cases.models import Order
from maplegrid.cases.queries.order_sheet import sheet_of
from maplegrid.cases.queries.orders import (
    VIEWS,
    badge_of_order,
    bodies_to_order,
    count_orders,
    on_time_by_body,
    order_page,
    orders_of,
    orders_visible_to,
    units_to_order,
    why_not_apply_here,
)
from maplegrid.cases.views.desk import keep_unsent, kept_photos, unsent
from maplegrid.cases.views.guard import case_or_404
from maplegrid.kit.moment import CHINA, now
from maplegrid.rules.access import works_on_foot
from maplegrid.rules.orders import ORDER_ARROWS, OrderAction
from maplegrid.rules.vocabulary import N_
from maplegrid.territory.guard import actor_in, desk
from maplegrid.territory.words import sentence_of

VIEW_WORDS = {"turn": N_("轮到我们"), "area": N_("在走的"), "late": N_("超时的"), "ended": N_("办完的")}
PAGE = 40
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@desk()
@require_GET
def orders(request: HttpRequest) -> HttpResponse:
    """Orders of one list, by the next moment, and how each lead body kept its limits this year."""
    actor, moment = actor_in(request), now()
    view = request.GET.get("view", "turn")
    view = view if view in VIEWS else "turn"
    page = Paginator(orders_of(actor, view, moment), PAGE).get_page(request.GET.get("page"))
    counts = count_orders(actor, moment)
    context = {
        "page": page,
        "rows": [{"order": order, "badge": badge_of_order(order, moment)} for order in page],
        "views": [(name, _(words), counts[name]) for name, words in VIEW_WORDS.items()],
        "view": view,
        "moment": moment,
        "on_foot": works_on_foot(actor),
        "rates": on_time_by_body(actor, moment.replace(month=1, day=1, hour=0, minute=0), moment)
        if view == "ended"
        else [],
    }
    return render(request, "cases/orders/list.html", context)


@desk()
@require_http_methods(["GET", "POST"])
def apply_order(request: HttpRequest, number: str) -> HttpResponse:
    """The application of the chief or the community that has the case."""
    found = case_or_404(request, number)
    refusal = why_not_apply_here(actor_in(request), found)
    if refusal:
        messages.error(request, sentence_of(refusal))
        return redirect("cases:case", number)
    form = ApplyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            order = apply_for_order(case_id=found.pk, wish=form.wish(), actor=actor_in(request), now=now())
        except Refused as no:
            messages.error(request, sentence_of(no.refusal))
        else:
            messages.success(request, _("已申请发令，等社区受理") if not order.number else _("已发令给街道"))
            return redirect("cases:order", order.pk)
    return render(request, "cases/orders/apply.html", {"case": found, "form": form})


def order_or_404(request: HttpRequest, order_id: int) -> Order:
    """The order if this person may know of it; a stranger and a wrong number get the same answer."""
    order = (
        orders_visible_to(actor_in(request))
        .select_related(
            "case__area", "case__building", "case__category", "applicant_unit", "community", "street",
            "applicant", "issued_by", "signed_by", "assigned_by", "filed_by", "closed_by", "accountable",
        )
        .prefetch_related("parties", "case__subjects")
        .filter(pk=order_id)
        .first()
    )  # fmt: skip
    if order is None:
        raise Http404(_("没有找到这张发令单，或者它不在您负责的范围内"))
    return order


@desk()
@require_GET
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    """One order: what is asked of whom, where it stands, what this person can do."""
    found = order_or_404(request, order_id)
    moment = now()
    page = order_page(actor_in(request), found, moment)
    context = {
        "page": page,
        "order": found,
        "case": found.case,
        "moment": moment,
        "offers": [
            {"offer": offer, "fields": ORDER_FIELDS[offer.action], "label": TEXT_LABELS.get(offer.action)}
            for offer in page.offers
        ],
        "bodies": bodies_to_order(found.case),
        "units": units_to_order(found),
        "unsent": unsent(request, f"order:{order_id}"),
    }
    return render(request, "cases/orders/order.html", context)


@desk()
@require_POST
def order_step(request: HttpRequest, order_id: int, action: str) -> HttpResponse:
    """Take one step and come back with a sentence; what was written comes back too when it was refused."""
    found = order_or_404(request, order_id)
    form = OrderStepForm(request.POST)
    if action not in set(OrderAction) or not form.is_valid():
        messages.error(request, _("请看一下填的内容"))
        return redirect("cases:order", order_id)
    moment = now()
    try:
        take_order_step(
            order_id=found.pk,
            action=OrderAction(action),
            actor=actor_in(request),
            now=moment,
            version=form.cleaned_data["version"],
            wish=form.wish(kept_photos(request, moment)),
        )
    except Refused as no:
        messages.error(request, sentence_of(no.refusal))
        keep_unsent(request, f"order:{order_id}", action)
    except Faster:
        messages.warning(request, _("有人比您快了一步，这张发令单刚刚变了。您写的还在，请看最新的情况再决定"))
        keep_unsent(request, f"order:{order_id}", action)
    else:
        messages.success(
            request, _("{action}：已记下").format(action=_(ORDER_ARROWS[OrderAction(action)].words))
        )
    if orders_visible_to(actor_in(request)).filter(pk=order_id).exists():
        return redirect("cases:order", order_id)
    return redirect("cases:orders")


@desk()
@require_GET
def order_print(request: HttpRequest, order_id: int) -> HttpResponse:
    """One page A4, at every stage."""
    found = order_or_404(request, order_id)
    page = order_page(actor_in(request), found, now())
    context = {"page": page, "order": found, "case": found.case, "sheet": sheet_of(found, page.parties)}
    return render(request, "cases/orders/print.html", context)


@desk()
@require_GET
def order_word(request: HttpRequest, order_id: int) -> HttpResponse:
    """The same as a Word form."""
    from docxtpl import DocxTemplate

    from maplegrid.cases.queries.order_sheet import TEMPLATE

    found = order_or_404(request, order_id)
    page = order_page(actor_in(request), found, now())
    form, out = DocxTemplate(TEMPLATE), BytesIO()
    form.render(sheet_of(found, page.parties), autoescape=True)
    form.save(out)
    response = HttpResponse(out.getvalue(), content_type=WORD)
    name = f"{found.number or _('发令申请')} {now().astimezone(CHINA):%Y%m%d}.docx"
    response["Content-Disposition"] = f"attachment; filename=\"order.docx\"; filename*=UTF-8''{quote(name)}"
    return response
