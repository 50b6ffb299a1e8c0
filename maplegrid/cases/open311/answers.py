"""JSON and XML of one answer. JSON follows the XML by the Spark convention: lists lose their element names."""

import json
import re
from typing import Any
from xml.etree import ElementTree

from django.http import HttpResponse

from maplegrid.cases.open311.errors import Fault

CONTENT_TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
# Each list of the specification and what its elements are called.
ELEMENTS = {
    "services": "service",
    "service_requests": "request",
    "attributes": "attribute",
    "values": "value",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}
# What XML 1.0 cannot hold at all, not even escaped.
UNSPEAKABLE = re.compile("[^\\t\\n\\r\\u0020-\\uD7FF\\uE000-\\uFFFD\\U00010000-\\U0010FFFF]")


def answer(form: str, root: str, content: Any, status: int = 200) -> HttpResponse:
    """`content` (a list or a record) under the root element's name."""
    body = _json(content) if form == "json" else _xml(root, content)
    return HttpResponse(body, status=status, content_type=CONTENT_TYPES[form])


def faults(form: str, *wrong: Fault) -> HttpResponse:
    """The error document, with the first fault's code as HTTP status."""
    rows = [{"code": fault.code, "description": fault.description} for fault in wrong]
    return answer(form, "errors", rows, wrong[0].code)


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, allow_nan=False).encode()


def _xml(root: str, content: Any) -> bytes:
    top = ElementTree.Element(root)
    _fill(top, content)
    return ElementTree.tostring(top, encoding="utf-8", xml_declaration=True)


def _fill(element: ElementTree.Element, content: Any) -> None:
    if isinstance(content, dict):
        for name, value in content.items():
            _fill(ElementTree.SubElement(element, name), value)
    elif isinstance(content, list):
        for value in content:
            _fill(ElementTree.SubElement(element, ELEMENTS[element.tag]), value)
    elif content is not None:
        element.text = _words(content)


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return UNSPEAKABLE.sub("\ufffd", str(value))
