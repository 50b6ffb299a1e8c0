"""GeoReport v2 as an OpenAPI document, written from the specification's text, for the fuzzer."""

from typing import Any

WORDS = {"type": "string"}
FORM = dict.fromkeys(("api_key", "service_code", "lat", "long", "address_string", "address_id", "email", "device_id", "account_id", "first_name", "last_name", "phone", "description", "media_url", "jurisdiction_id", "attribute[datum]"), WORDS)  # fmt: skip
FILTERS = (
    "service_request_id",
    "service_code",
    "start_date",
    "end_date",
    "status",
    "page",
    "page_size",
    "api_key",
)
RECORD = {"type": "object", "required": ["service_request_id"]}
ANSWERS: dict[str, Any] = {
    str(code): {
        "description": "x",
        "content": {"application/json": {"schema": {}}, "text/xml": {"schema": {}}},
    }
    for code in (200, 201, 400, 403, 404, 405, 429)
}


def document() -> dict[str, Any]:
    """Every method in both formats."""
    paths: dict[str, Any] = {}
    for form in ("json", "xml"):
        paths |= {
            f"/discovery.{form}": {"get": _get()},
            f"/services.{form}": {"get": _get("jurisdiction_id")},
            f"/services/{{name}}.{form}": {"get": _get(inside="name")},
            f"/requests.{form}": {"get": _get(*FILTERS), "post": _post()},
            f"/requests/{{name}}.{form}": {"get": _get("api_key", inside="name")},
            f"/tokens/{{name}}.{form}": {"get": _get(inside="name")},
        }
    servers = [{"url": "/open311/v2"}]
    return {
        "openapi": "3.0.3",
        "info": {"title": "GeoReport", "version": "2"},
        "servers": servers,
        "paths": paths,
    }


def _get(*queries: str, inside: str = "") -> dict[str, Any]:
    found: list[dict[str, Any]] = [{"name": name, "in": "query", "schema": WORDS} for name in queries]
    if inside:
        found.append({"name": inside, "in": "path", "required": True, "schema": WORDS})
    return {"parameters": found, "responses": ANSWERS}


def _post() -> dict[str, Any]:
    body = {"type": "object", "properties": FORM}
    content = {"application/x-www-form-urlencoded": {"schema": body}}
    return {"requestBody": {"content": content}, "responses": ANSWERS}
