from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConfigConfig(AppConfig):
    """The roof: wires events to hearers once everything below is loaded."""

    name = "maplegrid.config"
    label = "config"
    verbose_name = _("总装")

    def ready(self) -> None:
        from maplegrid.config.wiring import EVENTS, TEXT_MESSAGES
        from maplegrid.kit.events import wire
        from maplegrid.messaging.sms.wordings import name_wordings

        wire(EVENTS)
        name_wordings(TEXT_MESSAGES)
