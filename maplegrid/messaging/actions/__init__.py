"""What the doors do: keep, send, attach."""

from maplegrid.messaging.actions.notices import mark_read, queue_notice
from maplegrid.messaging.actions.photos import keep_photo
from maplegrid.messaging.actions.receiving import Received, receive_many, receive_message

__all__ = ["Received", "keep_photo", "mark_read", "queue_notice", "receive_many", "receive_message"]
