from django.urls import path

from maplegrid.accounts import views

app_name = "accounts"
urlpatterns = [
    path("preferences/large-text", views.large_text, name="large_text"),
    path("preferences/language", views.language, name="language"),
]
