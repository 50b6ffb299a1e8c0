from django.urls import path

from maplegrid.messaging import views

app_name = "messaging"
urlpatterns = [
    path("import", views.import_file, name="import"),
    path("doors/<str:code>", views.door_sheet, name="door_sheet"),
    path("notices", views.notices, name="notices"),
    path("outbox", views.outbox, name="outbox"),
]
