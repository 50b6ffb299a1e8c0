from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "maplegrid.audit"
    label = "audit"
    verbose_name = "审计"
