from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "maplegrid.messaging"
    label = "messaging"
    verbose_name = "收发"
