"""Every wording the product can send, as it must be registered with a vendor; the roof names them (config/wiring.py)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext, override

from maplegrid.messaging.sms.tables import SmsTemplate
from maplegrid.rules.text_messages import without_sign

_places: list[tuple[str, str]] = []


@dataclass(frozen=True)
class Wording:
    """`words` without the sign, which the vendor puts in front; blanks as {name}."""

    name: str
    language: str
    words: str


def name_wordings(places: Sequence[tuple[str, str]]) -> None:
    """Take over the whole list: (prefix, dotted path of a sentence or a table of them). Called once by the roof."""
    _places[:] = places


def sentences() -> dict[str, str]:
    """Name → msgid of every sentence that can leave."""
    found: dict[str, str] = {}
    for prefix, path in _places:
        there = import_string(path)
        table = {"": there} if isinstance(there, str) else there
        found |= {f"{prefix}_{name}" if name else prefix: words for name, words in table.items()}
    return found


def every_wording() -> list[Wording]:
    """Each sentence in each language, in the order of the table."""
    found = []
    for name, sentence in sentences().items():
        for language, _label in settings.LANGUAGES:
            with override(language):
                found.append(Wording(name, language, without_sign(gettext(sentence))))
    return found


def registered(gateways: list[str]) -> dict[tuple[str, str], SmsTemplate]:
    """(gateway, wording) → the registration in use."""
    live = SmsTemplate.objects.filter(gateway__in=gateways, active=True)
    return {(row.gateway, row.wording): row for row in live}


def missing_from(gateways: list[str]) -> list[tuple[str, Wording]]:
    """What would not leave through which gateway, because nobody has registered it."""
    have = registered(gateways)
    return [(name, one) for name in gateways for one in every_wording() if (name, one.words) not in have]
