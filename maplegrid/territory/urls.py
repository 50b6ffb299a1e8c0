from django.urls import path

from maplegrid.territory.views import absence, exchange, maps, units

app_name = "territory"
urlpatterns = [
    path("", units.home, name="home"),
    path("outlines.geojson", maps.public_outlines, name="outlines"),
    path("here", maps.here, name="here"),
    path("places", maps.places, name="places"),
    path("units.geojson", maps.units, name="units"),
    path("unit/<str:code>.geojson", maps.unit_outline, name="unit_outline"),
    path("unit/<str:code>/roster", units.roster, name="roster"),
    path("unit/<str:code>", units.unit, name="unit"),
    path("police", units.police, name="police"),
    path("police/match", units.match_police, name="match_police"),
    path("absence", absence.absence, name="absence"),
    path("absence/<int:absence_id>/end", absence.end, name="end_absence"),
    path("import", exchange.take_in, name="import"),
    path("import/<str:token>", exchange.draft, name="import_draft"),
    path("export/<str:kind>.<str:ending>", exchange.hand_out, name="export"),
]
