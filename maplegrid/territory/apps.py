from django.apps import AppConfig


class TerritoryConfig(AppConfig):
    name = "maplegrid.territory"
    label = "territory"
    verbose_name = "辖区"
