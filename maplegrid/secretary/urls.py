from django.urls import path

from maplegrid.secretary.views import desk, figures, host, resident

app_name = "secretary"
urlpatterns = [
    path("write", resident.write, name="write"),
    path("mine/<str:number>", resident.appointment, name="appointment"),
    path("mine/<str:number>/card", resident.follow_panel, name="follow_panel"),
    path("mine/<str:number>/answer", resident.answer, name="answer"),
    path("mine/<str:number>/<str:what>", resident.appointment_step, name="appointment_step"),
    path("letters", desk.letters, name="letters"),
    path("register", desk.register, name="register"),
    path("today", host.today, name="today"),
    path("hours", host.hours, name="hours"),
    path("hours/<str:what>", host.hours_step, name="hours_step"),
    path("named", host.named, name="named"),
    path("figures", figures.table, name="figures"),
    path("figures/letters", figures.behind, name="behind"),
    path("meetings/<int:meeting_id>.ics", host.meeting_file, name="meeting_file"),
    path("calendar/<str:token>.ics", host.calendar, name="calendar"),
    path("promises/<int:promise_id>", desk.promise_kept, name="promise_kept"),
    path("calls/<int:call_id>", desk.call_made, name="call_made"),
    path("letters/<str:number>", desk.letter, name="letter"),
    path("letters/<str:number>/card", desk.case_panel, name="case_panel"),
    path("letters/<str:number>/<str:deed>", desk.letter_step, name="letter_step"),
]
