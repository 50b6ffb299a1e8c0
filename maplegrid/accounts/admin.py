"""Back office: people and bodies. Where people are appointed stands under 辖区."""

from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.utils.translation import gettext_lazy as _

from maplegrid.accounts.models import Body, Delegation, Person
from maplegrid.audit.admin import AuditedAdmin

admin.site.unregister([SocialAccount, SocialApp, SocialToken])  # the one provider comes from the settings


@admin.register(Person)
class PersonAdmin(AuditedAdmin, UserAdmin):
    list_display = ["username", "display_name", "is_active", "is_staff", "is_demo"]
    list_filter = ["is_active", "is_staff", "is_demo"]
    search_fields = ["username", "display_name", "display_name_en"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("显示"), {"fields": ["display_name", "display_name_en", "staff_number", "language"]}),
        (_("权限"), {"fields": ["is_active", "is_staff", "is_superuser"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "display_name", "usable_password", "password1", "password2"]}),
    ]


@admin.register(Body)
class BodyAdmin(AuditedAdmin):
    list_display = ["code", "name", "kind", "parent", "active"]
    list_filter = ["kind", "active"]
    search_fields = ["code", "name", "name_en"]
    list_select_related = ["parent"]
    raw_id_fields = ["parent"]


@admin.register(Delegation)
class DelegationAdmin(AuditedAdmin):
    list_display = ["person", "deputy", "valid_from", "valid_to", "reason"]
    search_fields = ["person__display_name", "deputy__display_name"]
    list_select_related = ["person", "deputy"]
    raw_id_fields = ["person", "deputy"]
