from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SecretaryConfig(AppConfig):
    name = "maplegrid.secretary"
    label = "secretary"
    verbose_name = _("书记在线")

    def ready(self) -> None:
        """Teach the timeline of a case the words of this app's entries."""
        from maplegrid.cases.names import STEP_NAMES
        from maplegrid.secretary.words import STEP_NAMES as OURS

        STEP_NAMES.update({name: _(words) for name, words in OURS.items()})
