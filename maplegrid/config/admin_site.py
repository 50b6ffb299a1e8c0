"""Django's admin as the back office for reference data, in the same dress."""

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class MapleAdminConfig(AdminConfig):
    default_site = "maplegrid.config.admin_site.MapleAdminSite"


class MapleAdminSite(AdminSite):
    """Reference data only; cases are worked at the desks."""

    site_header = _("枫格 · 基础数据")
    site_title = _("枫格")
    index_title = _("基础数据")
    site_url = "/"
