from django.urls import path

from maplegrid.accounts import views
from maplegrid.accounts.oidc import views as oidc

app_name = "accounts"
urlpatterns = [
    path("preferences/large-text", views.large_text, name="large_text"),
    path("preferences/language", views.language, name="language"),
    path("oidc/login", oidc.leave_for_issuer, name="oidc_login"),
    path("oidc/back", oidc.back_from_issuer, name="oidc_back"),
    path("oidc/signed-out", oidc.signed_out, name="oidc_signed_out"),
    path("identities", views.identities, name="identities"),
    path("identities/<int:identity_id>/unlink", views.unlink, name="unlink_identity"),
]
