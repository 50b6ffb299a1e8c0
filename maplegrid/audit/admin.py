"""The back office writes to the audit too; the audit itself can only be read."""

from typing import Any

from django.contrib import admin
from django.db import models, transaction
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest

from maplegrid.audit.actions import record
from maplegrid.audit.models import Anchor, Entry
from maplegrid.kit.moment import now


class AuditedAdmin(admin.ModelAdmin):
    """Every change through the back office is one audit entry in the same transaction."""

    list_per_page = 50

    def save_model(self, request: HttpRequest, obj: models.Model, form: ModelForm, change: bool) -> None:
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            _tell(request, obj, "changed" if change else "added", list(form.changed_data))

    def save_formset(
        self, request: HttpRequest, form: ModelForm, formset: BaseInlineFormSet, change: bool
    ) -> None:
        with transaction.atomic():
            for row in formset.deleted_forms:
                if row.instance.pk:
                    _tell(request, row.instance, "deleted", [])
            super().save_formset(request, form, formset, change)
            for obj in formset.new_objects:
                _tell(request, obj, "added", [])
            for obj, fields in formset.changed_objects:
                _tell(request, obj, "changed", list(fields))

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        with transaction.atomic():
            _tell(request, obj, "deleted", [])
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        with transaction.atomic():
            for obj in queryset:
                _tell(request, obj, "deleted", [])
            super().delete_queryset(request, queryset)


def _tell(request: HttpRequest, obj: models.Model, what: str, fields: list[str]) -> None:
    record(
        actor=f"person:{request.user.pk}",
        action=f"office.{what}",
        subject=f"{obj._meta.label_lower}:{obj.pk}",
        now=now(),
        detail={"fields": fields},
    )


class ReadOnlyAdmin(admin.ModelAdmin):
    """Can be looked at and searched, never changed."""

    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    list_display = ["at", "actor", "action", "subject", "reason"]
    search_fields = ["=actor", "=subject", "=action"]
    show_full_result_count = False


@admin.register(Anchor)
class AnchorAdmin(ReadOnlyAdmin):
    list_display = ["day", "count", "digest"]
