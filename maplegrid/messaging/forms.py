"""What the doors ask for. Sentences say what to do; nothing a resident wrote is lost by a mistake beside it."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from maplegrid.messaging.raw import RawMessage
from maplegrid.messaging.relay import looks_like_chat_log
from maplegrid.rules.vocabulary import Channel
from maplegrid.territory.models import Building

FOUND_WITHIN = timedelta(days=30)
CLOCKS_DIFFER = timedelta(minutes=5)


class ReportForm(forms.Form):
    """The resident's page. `token` was made when the page was rendered: the same page sent twice is one message."""

    token = forms.CharField(max_length=60)
    words = forms.CharField(max_length=5000, error_messages={"required": _("请写一下出了什么事")})
    place = forms.CharField(required=False, max_length=200)
    building = forms.CharField(required=False, max_length=24)
    lon = forms.FloatField(required=False)
    lat = forms.FloatField(required=False)
    datum = forms.CharField(required=False, max_length=12)
    accuracy_m = forms.FloatField(required=False)
    anonymous = forms.BooleanField(required=False)
    name = forms.CharField(required=False, max_length=40)
    phone = forms.RegexField(
        r"^[0-9+\- ]{5,20}$", required=False, error_messages={"invalid": _("电话请写数字，例如 13800000000")}
    )
    me_too_of = forms.CharField(required=False, max_length=20)

    def raw_message(self, *, channel: Channel, **known: Any) -> RawMessage:
        """The message this form makes; `known` is what the door itself knows (building, door, relay …)."""
        data = self.cleaned_data
        building = known.pop("building_id", None) or self._building_id()
        return RawMessage(
            channel=channel,
            external_id=data["token"],
            text=data["words"],
            place_words=data["place"],
            building_id=building,
            lon=data["lon"],
            lat=data["lat"],
            datum=data["datum"],
            accuracy_m=data["accuracy_m"],
            anonymous=data["anonymous"],
            contact_name=data["name"],
            contact_phone=data["phone"],
            me_too_of=data["me_too_of"],
            **known,
        )

    def _building_id(self) -> int | None:
        """A building whose full name (or code) the resident picked, when only one has it."""
        words = self.cleaned_data["building"] or self.cleaned_data["place"]
        if not words:
            return None
        found = list(Building.objects.filter(active=True, name=words)[:2])
        found = found or list(Building.objects.filter(active=True, code=words)[:1])
        return found[0].pk if len(found) == 1 else None


class DeskForm(ReportForm):
    """Hall, hotline and patrol: somebody registers on behalf of a caller or for what they found themselves."""

    channel = forms.ChoiceField(
        choices=[(c.value, c.value) for c in (Channel.HALL, Channel.HOTLINE, Channel.PATROL)]
    )


class PatrolForm(DeskForm):
    """What grid staff found themselves, maybe hours ago in a dead spot."""

    found = forms.CharField(required=False, max_length=40)

    def found_at(self, now: datetime) -> datetime | None:
        """When the phone says it was found; a phone whose clock cannot be right is not believed."""
        try:
            found = parse_datetime(self.cleaned_data["found"])
        except ValueError:
            return None
        if found is None or found.tzinfo is None:
            return None
        return found if now - FOUND_WITHIN <= found <= now + CLOCKS_DIFFER else None


class RelayForm(ReportForm):
    """A worker passes on one person's words with that person's consent, which is recorded."""

    consent_how = forms.ChoiceField(
        choices=[("spoken", _("当面或电话里说同意")), ("written", _("在群里或短信里写了同意"))],
        error_messages={"required": _("请选本人是怎么同意的")},
    )
    named = forms.BooleanField(required=False)

    def clean_words(self) -> str:
        words = self.cleaned_data["words"]
        if looks_like_chat_log(words):
            raise forms.ValidationError(_("这像是几个人的聊天记录。请只写这一位居民自己说的话"))
        return words
