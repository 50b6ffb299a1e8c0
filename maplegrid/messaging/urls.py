from django.urls import path

from maplegrid.messaging import views
from maplegrid.messaging.sms import views as sms
from maplegrid.messaging.staff import views as staff

app_name = "messaging"
urlpatterns = [
    path("import", views.import_file, name="import"),
    path("doors/<str:code>", views.door_sheet, name="door_sheet"),
    path("notices", staff.notices, name="notices"),
    path("notices/read", staff.read, name="notices_read"),
    path("notices/wish", staff.wish, name="notice_wish"),
    path("outbox", views.outbox, name="outbox"),
    path("texts", sms.texts, name="texts"),
    path("texts/<int:template_id>/withdraw", sms.withdraw, name="text_withdraw"),
    path("calls", sms.calls, name="calls"),
    path("calls/<int:call_id>", sms.call_made, name="call_made"),
    path("calls/<int:call_id>/number", sms.call_number, name="call_number"),
    path("sms/receipts/<str:gateway>", sms.receipts, name="receipts"),
    path("sms/receipts/<str:gateway>/<str:token>", sms.receipts, name="receipts_by_secret"),
]
