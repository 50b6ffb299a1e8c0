from django.apps import AppConfig


class SimulateConfig(AppConfig):
    name = "maplegrid.simulate"
    label = "simulate"
    verbose_name = "演示区"
