"""What the tower's pages ask for."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maplegrid.accounts.models import Person
from maplegrid.engines.geodesy import Datum
from maplegrid.kit.scanner import why_not_take
from maplegrid.territory.exchange import DATUM_NAMES, KIND_NAMES, Kind, Upload
from maplegrid.territory.exchange.drafts import Draft
from maplegrid.territory.exchange.files import MAX_BYTES
from maplegrid.territory.models import SharedOffice
from maplegrid.territory.words import sentence_of

MINUTE = "%Y-%m-%dT%H:%M"
BLANK_LINES = 3


class AbsenceForm(forms.Form):
    """From when to when, who stands in, why."""

    deputy = forms.ModelChoiceField(
        queryset=Person.objects.none(), error_messages={"required": gettext_lazy("请选代理人")}
    )
    start = forms.DateTimeField(
        input_formats=[MINUTE], error_messages={"required": gettext_lazy("请写从什么时候开始")}
    )
    end = forms.DateTimeField(
        input_formats=[MINUTE], error_messages={"required": gettext_lazy("请写到什么时候结束")}
    )
    reason = forms.CharField(required=False, max_length=200)

    def __init__(self, data: Any = None, *, people: QuerySet[Person]) -> None:
        super().__init__(data)
        field = self.fields["deputy"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people


class ImportForm(forms.Form):
    """A file, what it holds, and the datum of its coordinates."""

    file = forms.FileField(error_messages={"required": gettext_lazy("请选一个文件")})
    kind = forms.ChoiceField(choices=[(kind.value, words) for kind, words in KIND_NAMES.items()])
    datum = forms.ChoiceField(choices=[(datum.value, words) for datum, words in DATUM_NAMES.items()])

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("文件超过 64 MB，请分成几个"))
        refusal = why_not_take(file.name, file.read())
        file.seek(0)
        if refusal:
            raise forms.ValidationError(sentence_of(refusal))
        return file

    def draft(self) -> Draft:
        """The file as the exchange takes it."""
        data = self.cleaned_data
        return Draft(Upload(data["file"].name, data["file"].read()), Kind(data["kind"]), Datum(data["datum"]))


class RosterForm(forms.Form):
    """The lines of a roster: weekday, person, from, to; an empty person takes the line out."""

    def __init__(self, data: Any = None, *, people: QuerySet[Person], office: SharedOffice) -> None:
        super().__init__(data)
        self.held = list(office.roster.all())
        sent = int(data["count"]) if data and str(data.get("count", "")).isdecimal() else 0
        self.count = min(sent, 60) if data else len(self.held) + BLANK_LINES
        for i in range(self.count):
            self.fields[f"weekday{i}"] = forms.IntegerField(min_value=1, max_value=7, required=False)
            self.fields[f"person{i}"] = forms.ModelChoiceField(queryset=people, required=False)
            self.fields[f"opens{i}"] = forms.TimeField(required=False)
            self.fields[f"closes{i}"] = forms.TimeField(required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for i in range(self.count):
            if data.get(f"person{i}") and not all(
                data.get(f"{part}{i}") for part in ("weekday", "opens", "closes")
            ):
                self.add_error(None, _("第 {n} 行要写星期、从、到").format(n=i + 1))
        return data

    def lines(self) -> list[tuple[int, int, time, time]]:
        """Weekday, person, from, to of every line with a person."""
        data = self.cleaned_data
        return [
            (data[f"weekday{i}"], data[f"person{i}"].pk, data[f"opens{i}"], data[f"closes{i}"])
            for i in range(self.count)
            if data.get(f"person{i}")
        ]

    def shown(self) -> list[dict[str, Any]]:
        """Lines for the page: what was sent, else what is published, then blank ones."""
        rows = [{"i": i, "weekday": "", "person": "", "opens": "", "closes": ""} for i in range(self.count)]
        if self.is_bound:
            for row in rows:
                row.update({part: self.data.get(f"{part}{row['i']}", "") for part in row if part != "i"})
            return rows
        for row, line in zip(rows, self.held, strict=False):
            row.update(
                weekday=str(line.weekday),
                person=str(line.person_id),
                opens=f"{line.opens:%H:%M}",
                closes=f"{line.closes:%H:%M}",
            )
        return rows


def in_minutes(moment: datetime) -> str:
    """As `<input type="datetime-local">` writes it."""
    return moment.strftime(MINUTE)
