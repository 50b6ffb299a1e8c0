"""Back office: people and bodies. Where people are appointed stands under 辖区."""

from typing import Any, cast

from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from maplegrid.accounts.actions import issue_key, revoke_key, why_not_issue
from maplegrid.accounts.models import ApiKey, Body, Delegation, Person
from maplegrid.accounts.scopes import SCOPE_NAMES
from maplegrid.audit.admin import AuditedAdmin, ReadOnlyAdmin
from maplegrid.kit.moment import now

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


class KeyForm(forms.ModelForm):
    """What a new key is for; the rule says what is missing."""

    scopes = forms.MultipleChoiceField(
        label=_("可以做什么"),
        choices=[(scope.value, _(name)) for scope, name in SCOPE_NAMES.items()],
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = ApiKey
        fields = ["name", "scopes", "person", "body", "valid_from", "valid_to"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        asked: dict[str, Any] = {
            name: data.get(name) for name in ("scopes", "person", "body", "valid_from", "valid_to")
        }
        if not self.errors and (refusal := why_not_issue(**asked)):
            raise ValidationError(gettext(refusal.sentence).format(**refusal.params))
        return data


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin):
    """Keys are issued and revoked, never changed; the secret stands on one page, once."""

    form = KeyForm
    list_display = ["name", "prefix", "person", "body", "scopes", "valid_to", "last_used_at", "revoked_at"]
    search_fields = ["name", "=prefix"]
    list_select_related = ["person", "body"]
    raw_id_fields = ["person", "body"]
    exclude = ["digest"]
    actions = ["revoke"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def save_model(self, request: HttpRequest, obj: ApiKey, form: forms.ModelForm, change: bool) -> None:
        issued = issue_key(**form.cleaned_data, actor=cast(Person, request.user), now=now())
        obj.__dict__.update(issued.key.__dict__)
        request.issued_secret = issued.secret  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: ApiKey, post_url_continue: Any = None) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "key": obj, "secret": request.issued_secret}  # type: ignore[attr-defined]
        page = render(request, "accounts/key_issued.html", context)
        page["Cache-Control"] = "no-store"
        return page

    @admin.action(description=_("作废"), permissions=["view"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        for key in queryset:
            revoke_key(key=key, actor=cast(Person, request.user), now=now())
