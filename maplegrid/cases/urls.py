from django.urls import path

from maplegrid.cases.views import bulk, desk, doors, export, ledgers, maps, media, resident, saved_views

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
    path("cases/export", export.inbox, name="export"),
    path("cases/views/save", saved_views.save, name="save_view"),
    path("cases/views/<int:view_id>/change", saved_views.change, name="change_view"),
    path("cases/views/<int:view_id>/delete", saved_views.delete, name="delete_view"),
    path("cases/ledgers/forms", ledgers.forms, name="ledger_forms"),
    path("cases/ledgers/forms/<int:form_id>/withdraw", ledgers.withdraw, name="ledger_withdraw"),
    path("cases/ledgers/forms/<str:kind>.xlsx", ledgers.form_file, name="ledger_form_file"),
    path("cases/ledgers/<str:kind>", ledgers.ledger, name="ledger"),
    path("cases/ledgers/<str:kind>/excel", ledgers.excel, name="ledger_excel"),
    path("cases/bulk", bulk.bulk, name="bulk"),
    path("cases/map", maps.case_map, name="map"),
    path("cases/points.geojson", maps.case_points, name="points"),
    path("cases/register", doors.register, name="register"),
    path("cases/patrol", doors.patrol, name="patrol"),
    path("cases/relay", doors.relay, name="relay"),
    path("cases/photo/<int:photo_id>/<str:size>", media.photo, name="photo"),
    path("cases/<str:number>", desk.case, name="case"),
    path("cases/<str:number>/people", desk.people, name="people"),
    path("cases/<str:number>/live", desk.case_live, name="case_live"),
    path("cases/<str:number>/step/<str:action>", desk.step, name="step"),
]
