"""Sets Django up for the commands that need it, and speaks the exit codes scripts rely on (formats.md)."""

import atexit
import os
import sys
from pathlib import Path
from typing import NoReturn

from maplegrid.kit import environment

UNREADABLE = 2
REFUSED = 3


def data_folder() -> Path:
    """MAPLEGRID_HOME, or `var` beside the package."""
    return environment.folder("MAPLEGRID_HOME", Path(__file__).resolve().parent.parent.parent / "var")


def use_django(*, bring_database: bool = True) -> None:
    """Load settings and apps.

    The database is DATABASE_URL; else the embedded one that `maplegrid start` runs; else, when that is not running,
    the same embedded one for as long as this command lasts.
    """
    if bring_database and not environment.text("DATABASE_URL"):
        _bring_database(data_folder())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maplegrid.config.settings")
    import django

    django.setup()


def _bring_database(home: Path) -> None:
    from maplegrid.kit.database import EmbeddedDatabase, why_not_reachable

    address = home / "run" / "database.url"
    if address.exists() and why_not_reachable(address.read_text(encoding="utf-8").strip()) is None:
        return
    database = EmbeddedDatabase(home)
    os.environ["DATABASE_URL"] = database.start()
    atexit.register(database.stop)


def stop(sentence: str, code: int = 1) -> NoReturn:
    """One sentence on standard error, and out."""
    print(f"maplegrid: {sentence}", file=sys.stderr)
    sys.exit(code)


def sentence_for(error: BaseException) -> str | None:
    """One sentence for what an operator can put right (database, disk, permissions); None for a fault of ours."""
    from maplegrid.kit.database import DatabaseTrouble, is_away, is_full, is_unprepared

    if isinstance(error, DatabaseTrouble):
        return str(error)
    if is_full(error):
        return "磁盘满了，请腾出空间再来 (the disk is full)"
    if is_unprepared(error):
        return "数据库还没有准备好，请先 maplegrid migrate (the database is not prepared)"
    if is_away(error):
        return f"连不上数据库，请先 make start 或设 DATABASE_URL (the database cannot be reached)：{_last(error)}"
    if isinstance(error, PermissionError):
        return f"没有权限用 {error.filename} (permission denied)"
    return None


def _last(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [""])[-1].strip()
