"""What each action on an order asks for, and reading it into an `OrderWish`."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from maplegrid.cases.actions.orders import OrderWish
from maplegrid.rules.orders import OrderAction

ORDER_FIELDS: dict[OrderAction, tuple[str, ...]] = {
    OrderAction.AMEND: ("application", "text"),
    OrderAction.ISSUE: ("text",),
    OrderAction.RETURN: ("text",),
    OrderAction.TAKE_ON: ("text",),
    OrderAction.SIGN: (),
    OrderAction.ASSIGN: ("parties", "text"),
    OrderAction.RECEIVE: (),
    OrderAction.OBJECT: ("text",),
    OrderAction.RULE: ("ruling", "text"),
    OrderAction.ARRIVE: ("photos", "position", "text"),
    OrderAction.FILE: ("text", "photos"),
    OrderAction.SEND_BACK: ("text", "photos"),
    OrderAction.VERIFY: ("photos", "resident_says", "text"),
    OrderAction.CANCEL: ("text",),
}
# What the box for words is called where "说明" would be too little.
TEXT_LABELS: dict[OrderAction, Any] = {
    OrderAction.ISSUE: _("社区党委意见"),
    OrderAction.ASSIGN: _("要求做到什么、什么时候到场"),
    OrderAction.OBJECT: _("为什么不归你们管"),
    OrderAction.RULE: _("裁决理由"),
    OrderAction.FILE: _("怎么办的、办到什么程度"),
    OrderAction.VERIFY: _("看到的情况"),
    OrderAction.AMEND: _("补充了什么"),
}


class ApplyForm(forms.Form):
    """What was tried, why this level cannot settle it, what is asked of whom."""

    tried = forms.CharField(max_length=1000, error_messages={"required": _("请写已经做了什么")})
    why = forms.CharField(max_length=1000, error_messages={"required": _("请写本级为什么解决不了")})
    asked = forms.CharField(max_length=1000, error_messages={"required": _("请写要求谁做什么")})
    urgent = forms.BooleanField(required=False)

    def wish(self) -> OrderWish:
        return OrderWish(**self.cleaned_data)


class OrderStepForm(forms.Form):
    """Every field any action may ask for; each is optional here, and the rules say what is missing."""

    version = forms.IntegerField(required=False)
    text = forms.CharField(required=False, max_length=2000)
    tried = forms.CharField(required=False, max_length=1000)
    why = forms.CharField(required=False, max_length=1000)
    asked = forms.CharField(required=False, max_length=1000)
    party = forms.IntegerField(required=False)
    uphold = forms.ChoiceField(required=False, choices=[("yes", ""), ("no", "")])
    resident_says = forms.BooleanField(required=False)
    lon = forms.FloatField(required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90)
    accuracy_m = forms.FloatField(required=False, min_value=0)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["named"] = [found for words in self._named("lead") if (found := named_party(words))]
        data["helpers"] = tuple(found for words in self._named("assisting") if (found := named_party(words)))
        return data

    def _named(self, name: str) -> list[str]:
        return self.data.getlist(name) if hasattr(self.data, "getlist") else []

    def wish(self, photos: list[Any]) -> OrderWish:
        """The filled fields as an OrderWish."""
        data = self.cleaned_data
        return OrderWish(
            text=data["text"].strip(),
            tried=data["tried"].strip(),
            why=data["why"].strip(),
            asked=data["asked"].strip(),
            lead=data["named"][0] if data["named"] else None,
            assisting=data["helpers"],
            party_id=data["party"],
            uphold=data["uphold"] == "yes",
            resident_says=data["resident_says"],
            lon=data["lon"],
            lat=data["lat"],
            accuracy_m=data["accuracy_m"],
            photos=photos,
        )


def named_party(words: str) -> tuple[str, int] | None:
    """`body:12` or `unit:3`; nonsense is None."""
    kind, _colon, number = words.partition(":")
    return (
        (kind, int(number)) if kind in {"body", "unit"} and number.isdecimal() and len(number) < 10 else None
    )
