from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KitConfig(AppConfig):
    name = "maplegrid.kit"
    verbose_name = _("基础件")
