"""What webhooks hear of, event by event. No job is written while nobody listens."""

from collections.abc import Callable
from typing import Any

from maplegrid.cases.actions.webhooks import queue_deliveries
from maplegrid.cases.queries.webhooks import anybody_listens
from maplegrid.kit.moment import now


def _telling(event: str) -> Callable[..., None]:
    def tell(**facts: Any) -> None:
        queue_deliveries(event=event, facts=facts, now=now())

    tell.wanted = anybody_listens  # type: ignore[attr-defined]
    return tell


on_case_opened = _telling("case.opened")
on_case_joined = _telling("case.joined")
on_case_assigned = _telling("case.assigned")
on_case_closed = _telling("case.closed")
on_case_reopened = _telling("case.reopened")
on_case_withdrawn = _telling("case.withdrawn")
on_case_corrected = _telling("case.corrected")
on_order_applied = _telling("order.applied")
on_order_closed = _telling("order.closed")
