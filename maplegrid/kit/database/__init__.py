"""The database of an installation: embedded from a wheel, or one of your own, and what to say when it is away."""

from maplegrid.kit.database.embedded import EmbeddedDatabase
from maplegrid.kit.database.trouble import DatabaseTrouble, is_away, is_full, is_unprepared, why_not_reachable

__all__ = ["DatabaseTrouble", "EmbeddedDatabase", "is_away", "is_full", "is_unprepared", "why_not_reachable"]
