"""The staff's pages: inbox, case, and the steps they take."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from maplegrid.accounts.models import Person
from maplegrid.cases.actions.change import Faster, Refused
from maplegrid.cases.actions.steps import take_step
from maplegrid.cases.badges import badge_of_case
from maplegrid.cases.catalogue import catalogue
from maplegrid.cases.forms.steps import StepForm
from maplegrid.cases.models import Appeal, Case
from maplegrid.cases.queries.inbox import Filters, counts_of, inbox_of
from maplegrid.cases.queries.page import bodies_to_choose, case_page, people_to_assign
from maplegrid.cases.views.guard import case_or_404
from maplegrid.kit.moment import now
from maplegrid.messaging.actions import keep_photo
from maplegrid.messaging.models import Attachment
from maplegrid.rules.access import works_on_foot
from maplegrid.rules.lifecycle import ARROWS, STATUS_NAMES, Action, Status
from maplegrid.rules.vocabulary import N_, Refusal
from maplegrid.territory.guard import actor_in, desk
from maplegrid.territory.queries import tower

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


@desk()
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """The list; a phone of a grid person gets cards, a desk a table. HTMX asks for the rows alone."""
    actor, moment = actor_in(request), now()
    filters = Filters.of(request.GET)
    box = inbox_of(actor, filters, moment)
    on_foot = works_on_foot(actor)
    context = {
        "box": box,
        "rows": [{"case": case, "badge": badge_of_case(case, moment)} for case in box.rows],
        "counts": counts_of(actor, moment),
        "views": [(view, _(words), icon) for view, words, icon in SIDE_VIEWS],
        "filters": filters,
        "moment": moment,
        "categories": first_level_categories(),
        "units": units_below(request),
        "statuses": [(status.value, _(STATUS_NAMES[status])) for status in Status],
        "on_foot": on_foot,
        "place": actor.seats[0].words,
    }
    part = "_cards" if on_foot else "_table"
    name = f"cases/desk/{part}.html" if request.htmx else f"cases/desk/{'chief' if on_foot else 'inbox'}.html"  # type: ignore[attr-defined]
    return render(request, name, context)


def first_level_categories() -> list[tuple[str, str]]:
    """(code, name) of the first-level types in use."""
    return sorted({(c.l1_code, c.l1_name) for c in catalogue().categories.values() if c.active})


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
    context = {
        "page": page,
        "case": found,
        "moment": moment,
        "people": people_to_assign(found, moment),
        "bodies": bodies_to_choose(),
        "categories": [c for c in catalogue().categories.values() if c.active],
        "sub_grids": sub_grids_grouped(),
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


def sub_grids_grouped() -> list[tuple[str, list[Any]]]:
    """(community name, its sub-grids) for the place select."""
    known = tower()
    groups: dict[str, list[Any]] = {}
    for unit in known.by_id.values():
        if unit.level == "sub_grid":
            groups.setdefault(known.by_id[unit.parent_id].name if unit.parent_id else "", []).append(unit)
    return sorted(groups.items())


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
        messages.error(request, sentence(no.refusal))
    except Faster:
        messages.warning(
            request, _("有人比您快了一步，这件事刚刚变了。请看一眼最新的经过再决定，您写的没有提交")
        )
    else:
        if action is Action.OPEN_CONTACT:
            request.session[f"contact:{found.pk}"] = True
        messages.success(
            request,
            _("{action}：{number} 已记下").format(action=_(ARROWS[action].words), number=found.number),
        )


def sentence(refusal: Refusal) -> str:
    """A rule's sentence in the reader's language, its own words translated too."""
    return _(refusal.sentence).format(
        **{name: _(words) if words else "" for name, words in refusal.params.items()}
    )


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
            sentences.append(sentence(result))
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


@desk()
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """The same step on several chosen cases; each is asked for itself and the refused are named."""
    action = request.POST.get("action", "")
    form = StepForm(request.POST)
    if action not in {Action.ASSIGN, Action.COMMENT, Action.TELL_RESIDENT} or not form.is_valid():
        messages.error(request, _("请选要做什么"))
        return redirect(request.POST.get("next") or reverse("cases:inbox"))
    done = sum(
        _bulk_one(request, number, Action(action), form) for number in request.POST.getlist("number")[:100]
    )
    messages.success(request, ngettext("做好了 {count} 件", "做好了 {count} 件", done).format(count=done))
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return redirect(target if safe else reverse("cases:inbox"))


def _bulk_one(request: HttpRequest, number: str, action: Action, form: StepForm) -> bool:
    try:
        found = case_or_404(request, number)
        take_step(case_id=found.pk, action=action, actor=actor_in(request), now=now(), wish=form.wish([]))
    except Refused as no:
        messages.error(request, f"{number}：{sentence(no.refusal)}")
        return False
    return True
