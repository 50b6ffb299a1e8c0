from django.urls import path

from maplegrid.territory import views

app_name = "territory"
urlpatterns = [
    path("outlines.geojson", views.outlines, name="outlines"),
    path("here", views.here, name="here"),
    path("places", views.places, name="places"),
]
