"""Who hears what, and which panel stands where. The only file that knows both ends of a wire."""

from maplegrid.rules.vocabulary import N_

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
    "case.erased": ("maplegrid.secretary.handlers.on_case_erased",),
    "order.applied": (),
    "order.closed": (),
    "referral.requested": (),
}

# Foreign panels on the case page: HTMX fragments, named here so that no template of the spine names a leaf.
# (profile of the case, route taking its number); the resident's page has the same in FOLLOW_PANELS.
CASE_PANELS: tuple[tuple[str, str], ...] = (("SEC", "secretary:case_panel"),)
FOLLOW_PANELS: tuple[tuple[str, str], ...] = (("SEC", "secretary:follow_panel"),)
# Other doors on the resident's pages: (route, icon, words); a door's code comes along as `?door=`.
DOORS: tuple[tuple[str, str, str], ...] = (("secretary:write", "chat", N_("书记在线：写给书记，约时间见面")),)
