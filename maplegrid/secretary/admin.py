"""Back office: the tables a district edits. Letters are worked at the desks, not here."""

from typing import Any

from django import forms
from django.contrib import admin

from maplegrid.audit.admin import AuditedAdmin
from maplegrid.rules.secretary.level import level_row
from maplegrid.secretary.models import HostOfLevel, LevelRule, Room


class LevelRuleForm(forms.ModelForm):
    """Asks the rules whether a row can be read."""

    class Meta:
        model = LevelRule
        fields = ["place", "level", "fact", "value", "why", "why_en"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        row = {name: str(data.get(name) or "") for name in ("level", "fact", "value", "why")}
        try:
            level_row(row)
        except ValueError as problem:
            raise forms.ValidationError(str(problem)) from None
        return data


@admin.register(LevelRule)
class LevelRuleAdmin(AuditedAdmin):
    """Rows are tried in their order; without any the product's own table counts."""

    form = LevelRuleForm
    list_display = ["place", "fact", "value", "level", "why"]


@admin.register(HostOfLevel)
class HostOfLevelAdmin(AuditedAdmin):
    list_display = ["level", "role"]


@admin.register(Room)
class RoomAdmin(AuditedAdmin):
    list_display = ["name", "unit", "accessible", "active"]
    list_filter = ["accessible", "active"]
    raw_id_fields = ["unit"]
