"""What each action asks for, and reading it into a `Wish`."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from maplegrid.accounts.models import Person
from maplegrid.cases.actions.steps import Wish
from maplegrid.kit.moment import CHINA
from maplegrid.rules.lifecycle import Action
from maplegrid.territory.models import Building, Unit
from maplegrid.territory.queries import tower

FIELDS: dict[Action, tuple[str, ...]] = {
    Action.REGISTER: ("unit", "building", "category", "text"),
    Action.ASSIGN: ("person", "text"),
    Action.ACCEPT: (),
    Action.CONTACT: ("text", "photos"),
    Action.ARRIVE: ("text", "photos", "position"),
    Action.REPORT_RESULT: ("text", "photos"),
    Action.SEND_BACK: ("text",),
    Action.CLOSE: ("public_text", "text"),
    Action.RETURN: ("text",),
    Action.HAND_UP: ("text",),
    Action.HAND_OVER: ("body", "unit", "building", "text"),
    Action.SUSPEND: ("text", "until"),
    Action.RESUME: (),
    Action.MERGE: ("number", "text"),
    Action.DIVERT: ("body", "text"),
    Action.REOPEN: ("text",),
    Action.COMMENT: ("text", "photos"),
    Action.TELL_RESIDENT: ("public_text",),
    Action.ASK_RESIDENT: ("text",),
    Action.CORRECT: ("category", "unit", "building", "text"),
    Action.NAME_SUBJECT: ("person", "body", "unit", "text"),
    Action.SEND_TO_POLICE: ("body", "text"),
    Action.CANCEL_POLICE: ("text",),
    Action.RECORD_RECEIPT: ("handover", "number", "text"),
    Action.OPEN_CONTACT: ("text",),
}


class StepForm(forms.Form):
    """Every field any action may ask for; each is optional here, and the rules say what is missing."""

    version = forms.IntegerField(required=False)
    text = forms.CharField(required=False, max_length=2000)
    public_text = forms.CharField(required=False, max_length=500)
    person = forms.IntegerField(required=False)
    unit = forms.CharField(required=False, max_length=20)
    building = forms.CharField(required=False, max_length=80)
    body = forms.IntegerField(required=False)
    category = forms.CharField(required=False, max_length=8)
    until = forms.DateTimeField(required=False)
    number = forms.CharField(required=False, max_length=60)
    handover = forms.IntegerField(required=False)
    lon = forms.FloatField(required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90)
    accuracy_m = forms.FloatField(required=False, min_value=0)

    def clean_unit(self) -> Unit | None:
        code = self.cleaned_data["unit"].strip()
        if not code:
            return None
        unit = tower().by_code.get(code)
        if unit is None:
            raise forms.ValidationError(_("没有这个单元，请从列表里选"))
        return unit

    def clean_building(self) -> Building | None:
        words = self.cleaned_data["building"].strip()
        if not words:
            return None
        found = list(Building.objects.filter(active=True, code=words)[:1]) or self._by_name(words)
        if len(found) != 1:
            raise forms.ValidationError(
                _("有几栋楼都叫这个名字，请写上小区或社区") if found else _("没有找到这栋楼，请写楼栋的全名")
            )
        return found[0]

    def _by_name(self, words: str) -> list[Building]:
        named = Building.objects.filter(active=True, name=words)
        unit = self.cleaned_data.get("unit")
        return list((named.filter(path__startswith=unit.path) if unit else named)[:2])

    def clean_person(self) -> int | None:
        person_id = self.cleaned_data["person"]
        if person_id and not Person.objects.filter(pk=person_id, is_active=True).exists():
            raise forms.ValidationError(_("没有这个人，请从列表里选"))
        return person_id

    def wish(self, photos: list[Any]) -> Wish:
        """The filled fields as a Wish."""
        data = self.cleaned_data
        until = data["until"]
        return Wish(
            text=data["text"].strip(),
            public_text=data["public_text"].strip(),
            person_id=data["person"],
            unit_id=data["unit"].pk if data["unit"] else None,
            building_id=data["building"].pk if data["building"] else None,
            body_id=data["body"],
            category=data["category"],
            until=until.astimezone(CHINA) if until else None,
            number=data["number"].strip(),
            handover_id=data["handover"],
            lon=data["lon"],
            lat=data["lat"],
            accuracy_m=data["accuracy_m"],
            photos=photos,
        )
