"""Who hears what, and which panel stands where. The only file that knows both ends of a wire."""

from maplegrid.rules.vocabulary import N_

EVENTS: dict[str, tuple[str, ...]] = {
    "message.received": ("maplegrid.cases.handlers.on_message_received",),
    "notice.delivered": ("maplegrid.secretary.handlers.on_notice_delivered",),
    "notice.undelivered": ("maplegrid.secretary.handlers.on_notice_undelivered",),
    "case.asked": ("maplegrid.secretary.handlers.on_case_asked",),
    "case.erased": ("maplegrid.secretary.handlers.on_case_erased",),
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
# (profile of the case, route taking its number); the resident's page has the same in FOLLOW_PANELS.
CASE_PANELS: tuple[tuple[str, str], ...] = (("SEC", "secretary:case_panel"),)
FOLLOW_PANELS: tuple[tuple[str, str], ...] = (("SEC", "secretary:follow_panel"),)
# Other doors on the resident's pages: (route, icon, words); a door's code comes along as `?door=`.
DOORS: tuple[tuple[str, str, str], ...] = (("secretary:write", "chat", N_("书记在线：写给书记，约时间见面")),)

# Every text message that can leave: a prefix, and where the sentences stand (one, or a table of them by name).
TEXT_MESSAGES: tuple[tuple[str, str], ...] = (
    ("received", "maplegrid.messaging.actions.receiving.RECEIPT"),
    ("case", "maplegrid.cases.actions.telling.RESIDENT_WORDS"),
    ("letter", "maplegrid.secretary.words.SMS"),
    ("staff", "maplegrid.messaging.staff.telling.WAITING"),
)
