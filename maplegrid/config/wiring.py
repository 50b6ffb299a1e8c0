"""Who hears what, and which panel stands where. The only file that knows both ends of a wire."""

EVENTS: dict[str, tuple[str, ...]] = {
    "message.received": ("maplegrid.cases.handlers.on_message_received",),
    "notice.delivered": ("maplegrid.secretary.handlers.on_notice_delivered",),
    "case.opened": (),
    "case.asked": ("maplegrid.secretary.handlers.on_case_asked",),
    "case.joined": (),
    "case.assigned": (),
    "case.closed": (),
    "case.reopened": (),
    "case.withdrawn": (),
    "case.corrected": (),
    "order.applied": (),
    "order.closed": (),
    "referral.requested": (),
}

# Foreign panels on the case page: HTMX fragments, named here so that no template of the spine names a leaf.
CASE_PANELS: tuple[str, ...] = ()
