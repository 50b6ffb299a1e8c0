"""django-oauth-toolkit's own addresses, and a page to sign in."""

from django.contrib.auth.views import LoginView
from django.http import HttpResponse
from django.urls import include, path

urlpatterns = [
    path("favicon.ico", lambda request: HttpResponse(status=204)),
    path("login", LoginView.as_view(template_name="sign_in.html"), name="login"),
    path("", include("oauth2_provider.urls")),
]
