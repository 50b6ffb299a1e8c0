"""Under /open311/v2/. The format is part of the address."""

from django.urls import re_path

from maplegrid.cases.open311 import views

FORM = r"\.(?P<form>json|xml)$"
app_name = "open311"
urlpatterns = [
    re_path(rf"^discovery{FORM}", views.discovery, name="discovery"),
    re_path(rf"^services{FORM}", views.services, name="services"),
    re_path(rf"^services/(?P<code>[^/]+){FORM}", views.service, name="service"),
    re_path(rf"^requests{FORM}", views.requests, name="requests"),
    re_path(rf"^requests/(?P<number>[^/]+){FORM}", views.one_request, name="request"),
    re_path(rf"^tokens/(?P<token>[^/]+){FORM}", views.token, name="token"),
    re_path(r"^(?P<rest>.*?)(?:\.(?P<form>json|xml))?$", views.nothing_here, name="nothing_here"),
]
