from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "maplegrid.kit"
    verbose_name = "基础件"
