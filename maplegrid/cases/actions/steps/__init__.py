"""Staff move a case: one door, one table (`rules.lifecycle`), one function per action."""

from maplegrid.cases.actions.steps.door import take_step
from maplegrid.cases.actions.steps.wish import Wish

__all__ = ["Wish", "take_step"]
