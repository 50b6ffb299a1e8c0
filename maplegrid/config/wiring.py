"""Who hears what, and which panel stands where. The only file that knows both ends of a wire."""

EVENTS: dict[str, tuple[str, ...]] = {
    "message.received": ("maplegrid.cases.handlers.on_message_received",),
    "case.opened": ("maplegrid.cases.webhooks.on_case_opened",),
    "case.joined": ("maplegrid.cases.webhooks.on_case_joined",),
    "case.assigned": ("maplegrid.cases.webhooks.on_case_assigned",),
    "case.closed": ("maplegrid.cases.webhooks.on_case_closed",),
    "case.reopened": ("maplegrid.cases.webhooks.on_case_reopened",),
    "case.withdrawn": ("maplegrid.cases.webhooks.on_case_withdrawn",),
    "case.corrected": ("maplegrid.cases.webhooks.on_case_corrected",),
    "order.applied": ("maplegrid.cases.webhooks.on_order_applied",),
    "order.closed": ("maplegrid.cases.webhooks.on_order_closed",),
    "referral.requested": (),
}

# Foreign panels on the case page: HTMX fragments, named here so that no template of the spine names a leaf.
CASE_PANELS: tuple[str, ...] = ()
