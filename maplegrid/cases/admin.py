"""Back office: the catalogue a district edits. Cases are worked at the desks, not here."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from maplegrid.audit.admin import AuditedAdmin, ReadOnlyAdmin
from maplegrid.cases.models import Case, Category, Milestone, ServiceProfile


@admin.register(Category)
class CategoryAdmin(AuditedAdmin):
    list_display = ["code", "l1_name", "name", "route", "profile", "active"]
    list_filter = ["l1_name", "route", "active"]
    search_fields = ["=code", "name", "name_en", "keywords"]


class MilestoneInline(admin.TabularInline):
    model = Milestone
    extra = 0


@admin.register(ServiceProfile)
class ServiceProfileAdmin(AuditedAdmin):
    """A change of limits is a new version; running clocks keep the limits they started under."""

    list_display = ["code", "name", "version", "in_force"]
    list_filter = ["in_force"]
    inlines = [MilestoneInline]


@admin.register(Case)
class CaseAdmin(ReadOnlyAdmin):
    """Where cases stand, for whoever keeps the system: no words, no contacts, nothing of sealed ones."""

    list_display = ["number", "category", "status", "area", "unit", "body", "received_at", "closed_at"]
    list_filter = ["status", "channel"]
    search_fields = ["=number"]
    list_select_related = ["category", "area", "unit", "body"]
    list_display_links = None
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        return super().get_queryset(request).filter(sealed=False)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The list only: a case itself is opened at the desks, by whom it concerns."""
        return obj is None and super().has_view_permission(request)
