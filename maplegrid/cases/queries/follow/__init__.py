"""What a resident sees of their own matter, and nothing of anybody else's."""

from maplegrid.cases.queries.follow.before import Promise, joinable_in, open_matters_in, promise_for
from maplegrid.cases.queries.follow.finding import is_phone_tail, message_with_code, normal_number
from maplegrid.cases.queries.follow.page import FollowPage, follow_page

__all__ = [
    "FollowPage",
    "Promise",
    "follow_page",
    "is_phone_tail",
    "joinable_in",
    "message_with_code",
    "normal_number",
    "open_matters_in",
    "promise_for",
]
