"""Back office: the tower's reference data."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from shapely import get_num_coordinates

from maplegrid.audit.admin import AuditedAdmin, ReadOnlyAdmin
from maplegrid.kit.moment import now
from maplegrid.rules.access import clashing_roles
from maplegrid.rules.vocabulary import Role
from maplegrid.territory.models import (
    Assignment,
    Building,
    Door,
    Duty,
    DutyItem,
    OfficeDuty,
    PartyBranch,
    PoliceGrid,
    PoliceGridMatch,
    Portfolio,
    Post,
    SharedOffice,
    Station,
    Unit,
    UnitVersion,
)
from maplegrid.territory.queries import valid_on


@admin.register(Unit)
class UnitAdmin(AuditedAdmin):
    list_display = ["code", "name", "level", "parent", "residents", "valid_from", "valid_to"]
    list_filter = ["level"]
    search_fields = ["=code", "name", "name_en"]
    list_select_related = ["parent"]
    raw_id_fields = ["parent"]
    readonly_fields = ["path"]


@admin.register(UnitVersion)
class UnitVersionAdmin(ReadOnlyAdmin):
    list_display = ["unit", "datum", "area_m2", "valid_from", "valid_to", "source"]
    search_fields = ["=unit__code", "unit__name"]
    list_select_related = ["unit"]
    fields = ["unit", "datum", "area_m2", "valid_from", "valid_to", "source", "boundary"]
    readonly_fields = ["boundary"]

    @admin.display(description=gettext_lazy("边界"))
    def boundary(self, version: UnitVersion) -> str:
        """How many parts and corners the boundary has; the map shows it."""
        shape = version.geometry
        parts = len(getattr(shape, "geoms", [shape]))
        return _("{parts} 块，{corners} 个拐点").format(parts=parts, corners=get_num_coordinates(shape))


@admin.register(Building)
class BuildingAdmin(AuditedAdmin):
    list_display = ["code", "name", "address", "grid", "residents", "active"]
    search_fields = ["=code", "name", "address"]
    list_select_related = ["grid"]
    raw_id_fields = ["grid"]
    readonly_fields = ["path"]
    show_full_result_count = False


@admin.register(Door)
class DoorAdmin(AuditedAdmin):
    list_display = ["code", "building", "number", "printed_at", "active"]
    search_fields = ["=code", "building__name"]
    list_select_related = ["building"]
    raw_id_fields = ["building"]
    show_full_result_count = False


@admin.register(Station)
class StationAdmin(AuditedAdmin):
    list_display = ["code", "name", "tier", "unit", "opens", "closes", "valid_to"]
    list_filter = ["tier"]
    search_fields = ["=code", "name"]
    list_select_related = ["unit"]
    raw_id_fields = ["unit"]


class AssignmentForm(forms.ModelForm):
    """Refuses roles that may not be held together, with the rule's own sentence."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("person") and data.get("role"):
            held = Assignment.objects.filter(valid_on(now().date()), person=data["person"]).exclude(
                pk=self.instance.pk
            )
            roles = {Role(role) for role in held.values_list("role", flat=True)} | {Role(data["role"])}
            refusal = clashing_roles(frozenset(roles))
            if refusal:
                raise forms.ValidationError(_(refusal.sentence))
        return data


@admin.register(Assignment)
class AssignmentAdmin(AuditedAdmin):
    form = AssignmentForm
    list_display = ["person", "role", "unit", "body", "valid_from", "valid_to"]
    list_filter = ["role"]
    search_fields = ["person__username", "person__display_name", "unit__name", "body__name"]
    list_select_related = ["person", "unit", "body"]
    raw_id_fields = ["person", "unit", "body"]


@admin.register(Portfolio)
class PortfolioAdmin(AuditedAdmin):
    list_display = ["assignment", "valid_from", "valid_to"]
    list_select_related = ["assignment__person"]
    raw_id_fields = ["assignment"]


@admin.register(Post)
class PostAdmin(AuditedAdmin):
    list_display = ["unit", "role", "seats"]
    search_fields = ["=unit__code", "unit__name"]
    list_select_related = ["unit"]
    raw_id_fields = ["unit"]


@admin.register(PartyBranch)
class PartyBranchAdmin(AuditedAdmin):
    list_display = ["name", "unit", "members"]
    search_fields = ["name"]
    list_select_related = ["unit"]
    raw_id_fields = ["unit"]


@admin.register(DutyItem)
class DutyItemAdmin(AuditedAdmin):
    list_display = ["code", "name", "basis"]


@admin.register(Duty)
class DutyAdmin(AuditedAdmin):
    list_display = ["unit", "item", "valid_from", "valid_to"]
    search_fields = ["=unit__code", "unit__name"]
    list_select_related = ["unit", "item"]
    raw_id_fields = ["unit"]


@admin.register(SharedOffice)
class SharedOfficeAdmin(AuditedAdmin):
    list_display = ["name", "unit", "station"]
    search_fields = ["name"]
    list_select_related = ["unit", "station"]
    raw_id_fields = ["unit", "station"]


@admin.register(OfficeDuty)
class OfficeDutyAdmin(AuditedAdmin):
    list_display = ["office", "weekday", "person", "opens", "closes"]
    list_select_related = ["office", "person"]
    raw_id_fields = ["office", "person"]


@admin.register(PoliceGrid)
class PoliceGridAdmin(ReadOnlyAdmin):
    list_display = ["code", "name", "body", "valid_from", "valid_to"]
    search_fields = ["=code", "name"]
    list_select_related = ["body"]


@admin.register(PoliceGridMatch)
class PoliceGridMatchAdmin(ReadOnlyAdmin):
    list_display = ["unit", "police_grid", "share_of_unit", "share_of_police_grid", "computed_on"]
    search_fields = ["unit__name"]
    list_select_related = ["unit", "police_grid"]
