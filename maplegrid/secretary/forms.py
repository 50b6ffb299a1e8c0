"""What the pages of 书记在线 ask for. Sentences say what to do; the rules say what may be."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from maplegrid.kit.moment import CHINA
from maplegrid.messaging.forms import ReportForm
from maplegrid.rules.secretary.answers import PARTS, Answer
from maplegrid.rules.secretary.level import MeetingLevel
from maplegrid.rules.vocabulary import Channel
from maplegrid.secretary.actions.meeting import Promise

PHONE = _("请留手机号：十分钟内给您发短信，见面的时间也发到这里")
WISHES = (("room", _("当面谈")), ("video", _("视频谈")), ("written", _("只提意见建议，书面答复就行")))


class LetterForm(ReportForm):
    """A letter to the secretary: somebody who can be answered, so a phone is asked for."""

    phone = forms.RegexField(
        r"^\+?[0-9][0-9\- ]{4,18}$",
        error_messages={"required": PHONE, "invalid": _("电话请写数字，例如 13800000000")},
    )
    wish = forms.ChoiceField(choices=WISHES, error_messages={"required": _("请选想怎么谈")})
    accessible = forms.BooleanField(required=False)
    companion = forms.CharField(required=False, max_length=80)

    def letter(self) -> dict[str, Any]:
        """What the letter asks for, as it is kept with the message."""
        data = self.cleaned_data
        return {
            "asks": "secretary",
            "wish": data["wish"],
            "accessible": data["accessible"],
            "companion": data["companion"],
        }


class DeskLetterForm(LetterForm):
    """The same, written down at the hall or the hotline."""

    channel = forms.ChoiceField(choices=[(c.value, c.value) for c in (Channel.HALL, Channel.HOTLINE)])


class AgreeForm(forms.Form):
    """Confirming, moving, or asking for somebody else."""

    starts = forms.CharField(required=False, max_length=40)
    video = forms.BooleanField(required=False)
    companion = forms.CharField(required=False, max_length=80)
    text = forms.CharField(required=False, max_length=200)

    def clean_starts(self) -> datetime | None:
        words = self.cleaned_data["starts"]
        try:
            at = datetime.fromisoformat(words) if words else None
        except ValueError:
            at = None
        if words and (at is None or at.tzinfo is None):
            raise forms.ValidationError(_("请选一个时间"))
        return at


class DeedForm(forms.Form):
    """Every field any deed of staff may ask for; each is optional here, and the rules say what is missing."""

    level = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, choices=[(int(n), str(int(n))) for n in MeetingLevel]
    )
    written = forms.BooleanField(required=False)
    unit = forms.IntegerField(required=False)
    person = forms.IntegerField(required=False)
    text = forms.CharField(required=False, max_length=2000)
    attended = forms.CharField(required=False, max_length=200)
    minutes = forms.CharField(required=False, max_length=5000)
    promise = forms.CharField(required=False, max_length=300)
    due_on = forms.DateField(required=False, error_messages={"invalid": _("日期请写成 2026-11-30 这样")})
    owner = forms.IntegerField(required=False)
    asked = forms.CharField(required=False, max_length=2000)
    found = forms.CharField(required=False, max_length=2000)
    decided = forms.CharField(required=False, max_length=2000)
    basis = forms.CharField(required=False, max_length=1000)
    remedy = forms.CharField(required=False, max_length=1000)

    def promises(self, host_id: int | None) -> list[Promise]:
        """What was promised, if anything; without a name the host does it."""
        data = self.cleaned_data
        if not data["promise"]:
            return []
        if not data["due_on"]:
            raise forms.ValidationError(_("答应的事要写哪天以前"))
        return [Promise(data["promise"], data["due_on"], data["owner"] or host_id or 0)]

    def answer(self) -> Answer:
        return Answer(**{part: self.cleaned_data[part] for part in PARTS})


class HoursForm(forms.Form):
    """Standing hours, a time away, or extra times."""

    weekday = forms.TypedChoiceField(
        required=False, coerce=int, choices=[(n, n) for n in range(1, 8)], empty_value=None
    )
    opens = forms.TimeField(required=False)
    closes = forms.TimeField(required=False)
    starts = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M"])
    ends = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M"])
    minutes = forms.IntegerField(required=False, min_value=15, max_value=180)
    room = forms.IntegerField(required=False)
    video = forms.BooleanField(required=False)
    reason = forms.CharField(required=False, max_length=120)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("starts", "ends"):
            if data.get(name):
                data[name] = data[name].astimezone(CHINA)
        return data
