"""The staff's pages: inbox, case, and the steps they take."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from maplegrid.accounts.models import Person
from maplegrid.cases.actions.change import Faster, Refused
from maplegrid.cases.actions.steps import take_step
from maplegrid.cases.badges import badge_of_case
from maplegrid.cases.catalogue import catalogue
from maplegrid.cases.forms.steps import StepForm
from maplegrid.cases.models import Appeal, Case
from maplegrid.cases.queries.inbox import Filters, counts_of, inbox_of
from maplegrid.cases.queries.mentions import suggested
from maplegrid.cases.queries.orders import latest_order, why_not_apply_beside
from maplegrid.cases.queries.page import case_page, people_to_assign
from maplegrid.cases.queries.saved_views import circles_of, side_views
from maplegrid.cases.views.choices import choices
from maplegrid.cases.views.guard import case_or_404
from maplegrid.kit.moment import now
from maplegrid.kit.words import named
from maplegrid.messaging.actions import keep_photo
from maplegrid.messaging.models import Attachment
from maplegrid.rules.access import Actor, works_on_foot
from maplegrid.rules.lifecycle import ARROWS, STATUS_NAMES, Action, Status
from maplegrid.rules.vocabulary import HANDLING_ROLES, N_, REGISTERING_ROLES, Refusal
from maplegrid.territory.guard import actor_in, desk
from maplegrid.territory.queries import tower
from maplegrid.territory.words import sentence_of

SIDE_VIEWS = (
    ("queue", N_("手上"), "list"),
    ("waiting", N_("等人接"), "bell"),
    ("triage", N_("待分拨"), "swap"),
    ("checking", N_("待核查"), "check"),
    ("area", N_("辖区在办"), "map"),
    ("late", N_("已超时"), "warn"),
    ("soon", N_("2 小时内到期"), "clock"),
    ("many", N_("多户反映"), "users"),
    ("unsolved", N_("居民说没解决"), "undo"),
    ("paused", N_("暂停中"), "pause"),
    ("ended", N_("已结束"), "doc"),
)

# action, words, the key that takes the ticked rows there, icon
BULK_BUTTONS = (
    (Action.ASSIGN, ARROWS[Action.ASSIGN].words, "a", "user"),
    (Action.COMMENT, ARROWS[Action.COMMENT].words, "c", "doc"),
    (Action.HAND_OVER, ARROWS[Action.HAND_OVER].words, "h", "swap"),
    (Action.TELL_RESIDENT, ARROWS[Action.TELL_RESIDENT].words, "t", "chat"),
)


@desk()
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """The list; a phone of a grid person gets cards, a desk a table. HTMX asks for the rows alone."""
    actor, moment = actor_in(request), now()
    filters = Filters.of({"view": _first_view(actor), **request.GET.dict()})
    counts = counts_of(actor, moment)
    box = inbox_of(actor, filters, moment, counts)
    on_foot = works_on_foot(actor)
    context = {
        "box": box,
        "rows": [{"case": case, "badge": badge_of_case(case, moment)} for case in box.rows],
        "counts": counts,
        "views": [(view, _(words), icon) for view, words, icon in SIDE_VIEWS],
        "filters": filters,
        "moment": moment,
        "categories": first_level_categories(),
        "units": units_below(request),
        "statuses": [(status.value, _(STATUS_NAMES[status])) for status in Status],
        "on_foot": on_foot,
        "place": _place_words(actor),
        "may_register": actor.holds(*REGISTERING_ROLES),
        "here": filters.address(),
        "bulk_actions": BULK_BUTTONS,
    }
    if not request.htmx:  # type: ignore[attr-defined]
        context |= {"saved": side_views(actor, moment), "circles": circles_of(actor)}
    part = "_cards" if on_foot else "_table"
    name = f"cases/desk/{part}.html" if request.htmx else f"cases/desk/{'chief' if on_foot else 'inbox'}.html"  # type: ignore[attr-defined]
    return render(request, name, context)


def _first_view(actor: Actor) -> str:
    """Who handles cases begins with the own queue, who only reads with the area."""
    return "queue" if actor.holds(*HANDLING_ROLES) else "area"


def _place_words(actor: Actor) -> str:
    """What the desk is called: its unit or body."""
    seat = actor.seats[0]
    if seat.unit_id in tower().by_id:
        return named(tower().by_id[seat.unit_id])
    return named(catalogue().body(seat.body_id)) or seat.words


def first_level_categories() -> list[tuple[str, str]]:
    """(code, name) of the first-level types in use."""
    return sorted({(c.l1_code, _(c.l1_name)) for c in catalogue().categories.values() if c.active})


def units_below(request: HttpRequest) -> list[Any]:
    """Units of this person's area down to sub-grids, for the place filter."""
    areas = actor_in(request).areas
    return [
        unit
        for unit in tower().by_id.values()
        if unit.level in {"street", "community", "sub_grid"}
        and any(unit.path.startswith(area) for area in areas)
    ]


@desk()
@require_GET
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One case: what was said, what happened, what can be done."""
    found = case_or_404(request, number)
    moment = now()
    page = case_page(actor_in(request), found, moment)
    order = latest_order(found)
    context = {
        "page": page,
        "case": found,
        "moment": moment,
        "people": SimpleLazyObject(lambda: people_to_assign(found, moment)),
        "choices": choices(),
        "unsent": unsent(request, number),
        "order": order,
        "may_apply": why_not_apply_beside(actor_in(request), found, order) is None,
        "contact": request.session.pop(f"contact:{found.pk}", None) and contacts_of(found),
    }
    return render(request, "cases/desk/case.html", context)


@desk()
@require_GET
def case_live(request: HttpRequest, number: str) -> HttpResponse:
    """The parts of the case page that change by themselves: badge, clocks, timeline."""
    found = case_or_404(request, number)
    moment = now()
    page = case_page(actor_in(request), found, moment)
    return render(request, "cases/desk/_live.html", {"page": page, "case": found, "moment": moment})


@desk()
@require_GET
def people(request: HttpRequest, number: str) -> HttpResponse:
    """Who may be mentioned in this case and fits what was typed after the @."""
    found = case_or_404(request, number)
    fitting = suggested(found, request.GET.get("q", "")[:40], now())
    return JsonResponse({"people": [str(person) for person in fitting]})


def contacts_of(found: Case) -> list[Appeal]:
    """Reporters with their contacts; only after the reason was written down."""
    return list(found.appeals.select_related("message"))


@desk()
@require_POST
def step(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """Take one step and come back to where one was, with a sentence."""
    if action not in set(Action) or action == Action.WITHDRAW:
        return redirect("cases:case", number)
    found = case_or_404(request, number)
    form = StepForm(request.POST)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, str(errors[0]))
        return _back(request, number)
    _try(request, found, Action(action), form)
    return _back(request, number)


def _try(request: HttpRequest, found: Case, action: Action, form: StepForm) -> None:
    actor = actor_in(request)
    moment = now()
    try:
        take_step(
            case_id=found.pk,
            action=action,
            actor=actor,
            now=moment,
            version=form.cleaned_data["version"],
            wish=form.wish(kept_photos(request, moment)),
        )
    except Refused as no:
        messages.error(request, sentence_of(no.refusal))
        keep_unsent(request, found.number, action)
    except Faster:
        messages.warning(request, _("有人比您快了一步，这件事刚刚变了。您写的还在，请看一眼最新的经过再决定"))
        keep_unsent(request, found.number, action)
    else:
        if action is Action.OPEN_CONTACT:
            request.session[f"contact:{found.pk}"] = True
        messages.success(
            request,
            _("{action}：{number} 已记下").format(action=_(ARROWS[action].words), number=found.number),
        )


def keep_unsent(request: HttpRequest, about: str, action: str) -> None:
    """Words that were refused stay with the browser's session until the page shows them again."""
    words = {name: request.POST.get(name, "")[:2000] for name in ("text", "public_text")}
    request.session["unsent"] = {"about": about, "action": str(action), **words}


def unsent(request: HttpRequest, about: str) -> dict[str, str]:
    """What was refused a moment ago on this page, once."""
    held = request.session.get("unsent") or {}
    return request.session.pop("unsent") if held.get("about") == about else {}


def kept_photos(request: HttpRequest, moment: Any) -> list[Attachment]:
    """Photos sent with a step; one that cannot be read is said and left out, the step goes on."""
    kept, sentences = photos_of(request, moment)
    for words in sentences:
        messages.warning(request, words)
    return kept


def photos_of(request: HttpRequest, moment: Any) -> tuple[list[Attachment], list[str]]:
    """Photos of this request that were kept, and a sentence for each that was not."""
    kept, sentences = [], []
    for upload in request.FILES.getlist("photos"):
        result = keep_photo(upload, message=None, uploaded_by=cast(Person, request.user), now=moment)
        if isinstance(result, Refusal):
            sentences.append(sentence_of(result))
            continue
        kept.append(result)
        if result.waiting_scan:
            sentences.append(aside_words(result))
    return kept, sentences


def aside_words(photo: Attachment) -> str:
    """What to say of a photo that the scanner has not looked at yet."""
    words = _("扫描服务没有回答，照片 {name} 先放在一边，查过再显示；写的内容已经收到")
    return words.format(name=photo.name)


def _back(request: HttpRequest, number: str) -> HttpResponse:
    """To `next` on this host, or to the case."""
    target = request.POST.get("next", "")
    if target and url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        return redirect(target)
    return redirect("cases:case", number)
