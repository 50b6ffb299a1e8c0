"""A client of the Open311 door, and both formats read into one shape."""

import json
from typing import Any
from xml.etree import ElementTree

from django.test import Client

from maplegrid.cases.models import Category
from tests.builders import story_building

LISTS = {"services", "service_requests", "attributes", "values", "errors", "endpoints", "formats"}
TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
BASE = "/open311/v2"


def ask(path: str, form: str, **query: Any):
    return Client().get(f"{BASE}/{path}.{form}", query)


def post(form: str, headers: dict[str, str] | None = None, **fields: Any):
    building = story_building()
    known = {
        "service_code": "1201",
        "lat": str(building.lat),
        "long": str(building.lon),
        "description": "管道堵塞了，厨房地漏往上返水",
    }
    filled = {name: value for name, value in (known | fields).items() if value is not None}
    return Client().post(f"{BASE}/requests.{form}", filled, headers=headers or {})


def read(response, form: str) -> Any:
    """The content of an answer: JSON as it is, XML by the Spark convention with every value as words."""
    assert response["Content-Type"] == TYPES[form]
    if form == "json":
        return json.loads(response.content)
    assert response.content.lower().startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    return shape(ElementTree.fromstring(response.content))


def shape(element: ElementTree.Element) -> Any:
    if element.tag in LISTS:
        return [shape(child) for child in element]
    if len(element):
        return {child.tag: shape(child) for child in element}
    return element.text


def as_words(value: Any) -> Any:
    """JSON's values as XML would write them."""
    if isinstance(value, dict):
        return {name: as_words(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [as_words(inner) for inner in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None or value == "" else str(value)


def category(code: str) -> Category:
    return Category.objects.get(code=code)
