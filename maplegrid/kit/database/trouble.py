"""When a database cannot be started, reached or written: which kind of trouble, and one sentence that says so."""

import errno
from collections.abc import Iterator

import psycopg
from psycopg.conninfo import make_conninfo

# SQLSTATE classes (PostgreSQL, Appendix A): connection exception, operator intervention (shut down, starting up),
# insufficient resources (too many connections). A lost connection has no SQLSTATE at all.
AWAY = ("08", "57P", "53300")
DISK_FULL = "53100"
UNDEFINED_TABLE = "42P01"


class DatabaseTrouble(Exception):
    """The database cannot be started or reached; the sentence says what to do."""


def why_not_reachable(url: str) -> str | None:
    """One sentence if no connection can be made within five seconds, else None."""
    try:
        psycopg.connect(make_conninfo(url, connect_timeout=5)).close()
    except psycopg.OperationalError as error:
        return f"连不上数据库：{str(error).strip().splitlines()[-1].strip()} (the database cannot be reached)"
    except psycopg.ProgrammingError:
        return (
            "DATABASE_URL 写得不对，要像 postgresql://user:password@host:5432/name (not a database address)"
        )
    return None


def is_away(error: BaseException | None) -> bool:
    """Whether an error, or what caused it, means that the database is down, starting or unreachable."""
    return any(_lost(cause) for cause in _causes(error))


def is_full(error: BaseException | None) -> bool:
    """Whether an error, or what caused it, means that no room is left on a disk."""
    return any(_no_room(cause) for cause in _causes(error))


def is_unprepared(error: BaseException | None) -> bool:
    """Whether an error, or what caused it, means that the tables were never made."""
    return any(isinstance(e, psycopg.Error) and e.sqlstate == UNDEFINED_TABLE for e in _causes(error))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _lost(error: BaseException) -> bool:
    if not isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return False
    return error.sqlstate is None or error.sqlstate.startswith(AWAY)


def _no_room(error: BaseException) -> bool:
    if isinstance(error, psycopg.Error):
        return error.sqlstate == DISK_FULL
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
