"""What the system told me, and how I want to be told."""

from datetime import datetime, time
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from maplegrid.accounts.models import Person
from maplegrid.kit.moment import now
from maplegrid.messaging.staff.listing import bundled, notices_of, spans_of
from maplegrid.messaging.staff.marking import NotKept, keep_wish, read_notices, unread_again
from maplegrid.messaging.staff.tables import NoticeWish
from maplegrid.rules.notices import HOW_NAMES, KIND_NAMES, MOST_DIGESTS, NEVER_SILENT, How, Kind, Quiet, Wish
from maplegrid.territory.guard import desk
from maplegrid.territory.words import sentence_of

PAGE = 50


def me(request: HttpRequest) -> Person:
    """Whoever is signed in."""
    return cast(Person, request.user)


@desk()
@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """Newest first, bursts as one line; opening the page marks nothing, the buttons do."""
    kind, unread, span = _asked(request)
    mine = notices_of(me(request).pk, kind=kind, unread=unread, span=span)
    rows = mine.order_by("-pk") if span is not None else spans_of(mine)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "bundles": [] if span is not None else bundled(mine, cast(list[dict[str, Any]], list(page))),
        "flat": list(page) if span is not None else [],
        "kinds": [(str(each), _(words)) for each, words in KIND_NAMES.items()],
        "names": {str(each): _(words) for each, words in KIND_NAMES.items()},
        "kind": kind,
        "unread": unread,
        "span": span,
        "undo": _moment(request.GET.get("read", "")),
        "moment": now(),
    }
    return render(request, "messaging/notices.html", context)


def _asked(request: HttpRequest) -> tuple[str, bool, int | None]:
    """Kind, only unread, and one burst of that kind; nonsense is passed over."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in set(Kind) else ""
    span = request.GET.get("span", "")
    return (
        kind,
        request.GET.get("unread") == "1",
        int(span) if kind and span.isdecimal() and len(span) < 10 else None,
    )


@desk()
@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Mark as read (all, a kind, a burst, one), or take that back."""
    undo = _moment(request.POST.get("undo", ""))
    if undo is not None:
        count = unread_again(person=me(request), read_at=undo)
        messages.success(request, ngettext("{n} 条又标为没看过", "{n} 条又标为没看过", count).format(n=count))
        return redirect("messaging:notices")
    moment = now()
    known = {"read": moment.isoformat()} if _read(request, moment) else {}
    if request.POST.get("kind") in set(Kind) and not request.POST.get("span"):
        known["kind"] = request.POST["kind"]
    return redirect(f"{reverse('messaging:notices')}?{urlencode(known)}")


def _moment(words: str) -> datetime | None:
    """A moment with its offset, as an address or a form brought it back."""
    try:
        moment = parse_datetime(words.replace(" ", "+"))
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def _read(request: HttpRequest, moment: datetime) -> int:
    kind, span, one = (request.POST.get(name, "") for name in ("kind", "span", "notice"))
    count = read_notices(
        person=me(request),
        now=moment,
        kind=kind if kind in set(Kind) else "",
        span=int(span) if span.isdecimal() and len(span) < 10 else None,
        notice_id=int(one) if one.isdecimal() and len(one) < 18 else None,
    )
    messages.success(request, ngettext("{n} 条标为看过了", "{n} 条标为看过了", count).format(n=count))
    return count


class WishForm(forms.Form):
    """How somebody wants to be told; one choice a kind, named `how_KIND`."""

    texts = forms.BooleanField(required=False)
    number = forms.CharField(required=False, max_length=20)
    quiet = forms.BooleanField(required=False)
    quiet_from = forms.TimeField(
        required=False, error_messages={"invalid": gettext_lazy("时间请写成 22:00 这样")}
    )
    quiet_to = forms.TimeField(
        required=False, error_messages={"invalid": gettext_lazy("时间请写成 22:00 这样")}
    )
    digests = forms.CharField(required=False, max_length=80)
    rest_days = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **known: Any) -> None:
        super().__init__(*args, **known)
        ways = [(str(way), words) for way, words in HOW_NAMES.items()]
        for kind in Kind:
            self.fields[f"how_{kind}"] = forms.ChoiceField(choices=ways, required=False)

    def clean_digests(self) -> tuple[time, ...]:
        words = self.cleaned_data["digests"].replace("，", " ").replace(",", " ").replace("、", " ").split()
        try:
            return tuple(time.fromisoformat(word.replace("：", ":").zfill(5)) for word in words)
        except ValueError:
            raise forms.ValidationError(_("时间请写成 09:00 14:00 这样")) from None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("quiet") and not (data.get("quiet_from") and data.get("quiet_to")):
            self.add_error("quiet_from", _("免打扰要写从几点到几点"))
        return data

    @property
    def wish(self) -> Wish:
        """What the rules read."""
        data = self.cleaned_data
        how = {kind: How(data[f"how_{kind}"]) for kind in Kind if data.get(f"how_{kind}")}
        quiet = Quiet(data["quiet_from"], data["quiet_to"]) if data["quiet"] else None
        return Wish({**Wish().how, **how}, quiet, data["digests"], data["rest_days"])


@desk()
@require_http_methods(["GET", "POST"])
def wish(request: HttpRequest) -> HttpResponse:
    """My own wish: shown, changed."""
    form = WishForm(request.POST or None)
    if request.method == "POST" and _keep(request, form):
        return redirect("messaging:notice_wish")
    row = NoticeWish.objects.filter(person=me(request)).first() or NoticeWish(person=me(request))
    known = form.wish if form.is_bound and form.is_valid() else row.wish
    context = {
        "row": row,
        "wish": known,
        "number": form.data.get("number", me(request).phone),
        "texts": bool(form.data.get("texts")) if form.is_bound else row.texts,
        "digests": " ".join(f"{at:%H:%M}" for at in known.digests),
        "lines": [_line(kind, known) for kind in Kind],
        "most": MOST_DIGESTS,
    }
    return render(request, "messaging/wish.html", context)


def _keep(request: HttpRequest, form: WishForm) -> bool:
    if not form.is_valid():
        for error in (words for errors in form.errors.values() for words in errors):
            messages.error(request, str(error))
        return False
    data = form.cleaned_data
    try:
        keep_wish(
            person=me(request), wish=form.wish, texts=data["texts"], number=data["number"].strip(), now=now()
        )
    except NotKept as no:
        messages.error(request, sentence_of(no.refusal))
        return False
    messages.success(request, _("记下了"))
    return True


def _line(kind: Kind, known: Wish) -> dict[str, Any]:
    """One kind and its ways; urgent has one way, what cannot be silenced has two."""
    ways = [way for way in How if not (way == How.NONE and kind in NEVER_SILENT)]
    return {
        "kind": str(kind),
        "name": _(KIND_NAMES[kind]),
        "ways": [(str(way), _(HOW_NAMES[way])) for way in (ways if kind != Kind.URGENT else [How.AT_ONCE])],
        "chosen": str(known.how_of(kind)),
    }
