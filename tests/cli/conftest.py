"""A database of its own for commands that run as processes of their own."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from subprocess import CompletedProcess

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests.cli.running import run


@dataclass(frozen=True)
class Desk:
    """Where the commands of a test work: a data folder and a database with the small district."""

    home: Path
    url: str

    def run(self, *arguments: str | Path) -> CompletedProcess[str]:
        return run(self.home, *map(str, arguments), DATABASE_URL=self.url)

    def count(self, table: str) -> int:
        with psycopg.connect(self.url) as connection:
            return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # type: ignore[index]


@contextmanager
def _new_desk(name: str) -> Iterator[Desk]:
    """An empty database of its own in the test run's server."""
    server = os.environ["DATABASE_URL"]
    home = Path(tempfile.mkdtemp(prefix="maplegrid-cli-"))
    _in_server(server, f"CREATE DATABASE {name} TEMPLATE template0")
    try:
        yield Desk(home, make_conninfo(**{**conninfo_to_dict(server), "dbname": name}))
    finally:
        _in_server(server, f"DROP DATABASE {name} WITH (FORCE)")
        rmtree(home)


def _in_server(server: str, statement: str) -> None:
    with psycopg.connect(make_conninfo(server, dbname="postgres"), autocommit=True) as connection:
        connection.execute(statement)


@pytest.fixture
def empty_desk() -> Iterator[Desk]:
    """A database without tables."""
    with _new_desk(f"cli_empty_{os.getpid()}") as desk:
        yield desk


@pytest.fixture(scope="session")
def desk() -> Iterator[Desk]:
    """A database with the small demo district, filled by the command itself."""
    with _new_desk(f"cli_{os.getpid()}") as made:
        done = made.run("demo", "--scale", "0.02")
        assert done.returncode == 0, done.stderr
        yield made
