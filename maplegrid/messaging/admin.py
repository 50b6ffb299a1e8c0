"""Back office: what came in and went out, without anybody's contact details."""

from django.contrib import admin

from maplegrid.audit.admin import ReadOnlyAdmin
from maplegrid.messaging.models import ImportBatch, Message, Notice, RelayLink


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """That something arrived and whether it was opened; not what it says nor from whom."""

    list_display = ["number", "channel", "received_at", "opened_at", "trouble"]
    list_filter = ["channel"]
    search_fields = ["=number", "=external_id"]
    fields = [
        "number",
        "channel",
        "received_at",
        "opened_at",
        "trouble",
        "external_id",
        "sent_at",
        "language",
    ]
    show_full_result_count = False


@admin.register(ImportBatch)
class ImportBatchAdmin(ReadOnlyAdmin):
    list_display = ["name", "source", "rows", "taken", "repeated", "troubled", "started_at"]


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ["queued_at", "gateway", "subject", "state"]
    list_filter = ["state", "gateway"]
    search_fields = ["=subject"]
    fields = ["queued_at", "gateway", "subject", "state", "sent_at", "delivered_at"]
    show_full_result_count = False


@admin.register(RelayLink)
class RelayLinkAdmin(ReadOnlyAdmin):
    list_display = ["person", "unit", "group_name", "created_at", "expires_at"]
    list_select_related = ["person", "unit"]
    fields = ["person", "unit", "building", "group_name", "created_at", "expires_at"]
