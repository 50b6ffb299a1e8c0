"""/api/v1 as one interface, and its OpenAPI document (`/api/v1/openapi.json`, docs/reference/openapi.json)."""

from typing import Any

from ninja import NinjaAPI

from maplegrid.cases.api.problems import answer_problems
from maplegrid.cases.api.routes.cases import router as cases
from maplegrid.cases.api.routes.district import router as district
from maplegrid.cases.api.routes.messages import router as messages
from maplegrid.cases.api.routes.orders import router as orders
from maplegrid.cases.api.routes.webhooks import router as webhooks

PREFIX = "/api/v1/"


class Interface(NinjaAPI):
    """Operations are called what their functions are called."""

    def get_openapi_operation_id(self, operation: Any) -> str:
        return str(operation.view_func.__name__)


api = Interface(
    title="MapleGrid",
    version="1",
    description="Cases, orders and messages of the district, for systems that hold an interface key. "
    "A key sees and does what the person it acts for sees and does, within its scopes, and not a row more.",
    urls_namespace="api",
    docs_url=None,  # its page would load scripts from a foreign host
)
answer_problems(api)
for router in (cases, orders, messages, district, webhooks):
    api.add_router("", router)


def document() -> dict[str, Any]:
    """The OpenAPI document."""
    return dict(api.get_openapi_schema(path_prefix=PREFIX))
