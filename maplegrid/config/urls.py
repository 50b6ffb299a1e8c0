"""Every address of the product. `tests/house/test_routes.py` lists each with who may open it."""

from django.contrib import admin
from django.urls import include, path

from maplegrid.config import health
from maplegrid.config.metrics import metrics

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("metrics", metrics, name="metrics"),
    path("admin/", admin.site.urls),
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("", include("maplegrid.accounts.urls")),
    path("open311/v2/", include("maplegrid.cases.open311.urls")),
    path("territory/", include("maplegrid.territory.urls")),
    path("", include("maplegrid.messaging.urls")),
    path("secretary/", include("maplegrid.secretary.urls")),
    path("", include("maplegrid.cases.urls")),
]

handler500 = "maplegrid.config.health.fault"
