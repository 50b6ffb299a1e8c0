from django.urls import path

from maplegrid.cases.views import desk, doors, maps, media, patrol, resident, shell

app_name = "cases"
urlpatterns = [
    path("", resident.home, name="home"),
    path("report", resident.report, name="report"),
    path("d/<str:code>", resident.report_at_door, name="report_at_door"),
    path("r/<str:token>", resident.report_by_relay, name="report_by_relay"),
    path("follow", resident.find, name="find"),
    path("follow/<str:number>", resident.follow, name="follow"),
    path("follow/<str:number>/photo/<int:photo_id>/<str:size>", resident.follow_photo, name="follow_photo"),
    path("follow/<str:number>/<str:what>", resident.follow_step, name="follow_step"),
    path("stations", resident.stations, name="stations"),
    path("cases/", desk.inbox, name="inbox"),
    path("cases/bulk", desk.bulk, name="bulk"),
    path("cases/map", maps.case_map, name="map"),
    path("cases/points.geojson", maps.case_points, name="points"),
    path("cases/register", doors.register, name="register"),
    path("cases/patrol", patrol.patrol, name="patrol"),
    path("cases/patrol/me", patrol.patrol_me, name="patrol_me"),
    path("cases/patrol/shell", shell.empty_page, name="patrol_shell"),
    path("cases/patrol.webmanifest", shell.manifest, name="patrol_manifest"),
    path("cases/patrol-worker.js", shell.worker, name="patrol_worker"),
    path("cases/relay", doors.relay, name="relay"),
    path("cases/photo/<int:photo_id>/<str:size>", media.photo, name="photo"),
    path("cases/<str:number>", desk.case, name="case"),
    path("cases/<str:number>/live", desk.case_live, name="case_live"),
    path("cases/<str:number>/step/<str:action>", desk.step, name="step"),
]
