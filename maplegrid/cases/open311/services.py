"""The services: types of the district's own catalogue whose requests anybody may see."""

from typing import Any

from maplegrid.cases.catalogue import catalogue
from maplegrid.cases.models import Category
from maplegrid.cases.open311.errors import Fault, Wrong
from maplegrid.cases.words import category_words
from maplegrid.engines.geodesy import Datum
from maplegrid.kit.words import translated
from maplegrid.rules.publishing import is_public_type
from maplegrid.rules.vocabulary import N_

DATUM = "datum"
# Phones in China give points in a shifted system; a client that knows says so (about 600 m otherwise).
DATUM_WORDS = N_("经纬度的坐标系；不写就是 WGS-84")
DATUM_CHOICE = N_("选一个")


def public_categories() -> dict[str, Category]:
    """By code: types in use that may be listed."""
    return {
        code: category
        for code, category in catalogue().categories.items()
        if category.active and is_public_type(route=category.route, flags=category.flags)
    }


def public_category(code: str) -> Category:
    """The type of this code; Wrong 404 when it is no service here."""
    found = public_categories().get(code)
    if found is None:
        raise Wrong(Fault(404, translated(N_("没有这个服务类别：{code}"), code=code[:40])))
    return found


def service_list() -> list[dict[str, Any]]:
    """GET services."""
    return [_service(category) for category in public_categories().values()]


def _service(category: Category) -> dict[str, Any]:
    return {
        "service_code": category.code,
        "service_name": category_words(category),
        "description": f"{category.l1_name} · {category.name}",
        "metadata": True,
        "type": "realtime",
        "keywords": ",".join([category.l1_name, *category.keywords.split()]),
        "group": category.l1_name,
    }


def service_definition(code: str) -> dict[str, Any]:
    """GET services/[service_code]: the one extra question every service has, and nobody must answer."""
    category = public_category(code)
    return {"service_code": category.code, "attributes": [_datum_attribute()]}


def _datum_attribute() -> dict[str, Any]:
    return {
        "variable": True,
        "code": DATUM,
        "datatype": "singlevaluelist",
        "required": False,
        "datatype_description": translated(DATUM_CHOICE),
        "order": 1,
        "description": translated(DATUM_WORDS),
        "values": [{"key": datum.value, "name": datum.value.upper()} for datum in Datum],
    }
