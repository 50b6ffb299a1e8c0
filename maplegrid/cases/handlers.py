"""What the spine hears from below."""

from maplegrid.cases.actions.intake import open_case
from maplegrid.kit.moment import now


def on_message_received(message_id: int) -> None:
    """A door kept a message: open its case, or join one."""
    open_case(message_id=message_id, now=now())
