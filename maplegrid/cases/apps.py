from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "maplegrid.cases"
    label = "cases"
    verbose_name = "诉求与案件"
