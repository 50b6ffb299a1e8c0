"""The embedded database: one owner, back after a kill, gone with its owner, nothing made more open for it."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from maplegrid.kit.database import DatabaseTrouble, EmbeddedDatabase, lodging, why_not_reachable
from maplegrid.kit.database import trouble as troubles

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to lodge its database elsewhere")


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="maplegrid-kit-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def database(home: Path) -> Iterator[EmbeddedDatabase]:
    server = EmbeddedDatabase(home, durable=False)
    server.start()
    yield server
    server.stop()


def ask(server: EmbeddedDatabase, question: str) -> object:
    with psycopg.connect(server.url()) as connection:
        row = connection.execute(question).fetchone()
        return row and row[0]


def test_it_speaks_utf_8_and_listens_on_no_network(database: EmbeddedDatabase):
    assert ask(database, "SHOW server_encoding") == "UTF8"
    assert ask(database, "SHOW listen_addresses") == ""
    assert ask(database, "SELECT lower('ÀÉ')") == "àé"


def test_its_folder_is_private(database: EmbeddedDatabase):
    assert stat.S_IMODE(database.lodging.data.stat().st_mode) == 0o700


def test_a_second_owner_is_refused(database: EmbeddedDatabase):
    with pytest.raises(DatabaseTrouble, match="另一个进程"):
        EmbeddedDatabase(database.home).start()
    assert database.alive()
    assert ask(database, "SELECT 1") == 1


def test_what_was_committed_is_there_after_stop_and_start(database: EmbeddedDatabase):
    with psycopg.connect(database.url()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    database.stop()
    assert not database.alive()
    database.start()
    assert ask(database, "SELECT number FROM kept") == 7


@pytest.mark.crash
def test_a_killed_server_is_revived_with_what_was_committed(home: Path):
    database = EmbeddedDatabase(home)
    database.start()
    with psycopg.connect(database.url()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    assert database.process is not None
    database.process.kill()
    database.process.wait()
    assert not database.alive()
    database.revive()
    assert ask(database, "SELECT number FROM kept") == 7
    database.stop()


OWNER = """
import sys, time
from pathlib import Path
from maplegrid.kit.database import EmbeddedDatabase
server = EmbeddedDatabase(Path(sys.argv[1]), durable=False)
server.start()
print(server.process.pid, flush=True)
time.sleep(600)
"""


def owned_elsewhere(home: Path) -> tuple[subprocess.Popen[str], psutil.Process]:
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(home)], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    return owner, psutil.Process(int(owner.stdout.readline()))


def gone(process: psutil.Process) -> bool:
    deadline = time.monotonic() + 60
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.crash
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_it_ends_when_its_owner_was_killed(home: Path, number: int):
    owner, server = owned_elsewhere(home)
    with owner:
        owner.send_signal(number)
    assert gone(server)


@pytest.mark.crash
def test_a_server_that_outlived_its_owner_is_ended_first(home: Path):
    owner, server = owned_elsewhere(home)
    watcher = next(one for one in psutil.Process(owner.pid).children() if one.name() == "sh")
    watcher.kill()
    with owner:
        owner.kill()
    again = EmbeddedDatabase(home, durable=False)
    again.start()
    try:
        assert gone(server)
        assert ask(again, "SELECT 1") == 1
    finally:
        again.stop()


def test_a_pid_that_now_belongs_to_another_program_does_not_stop_it(database: EmbeddedDatabase):
    database.stop()
    stale = database.lodging.data / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{database.lodging.data}\n0\n5432\n\n\n\nready\n")
    database.lodging.own(stale)
    database.start()
    assert ask(database, "SELECT 1") == 1


def test_a_first_start_that_was_interrupted_is_begun_anew(home: Path):
    half = home / "postgres.half"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    server = EmbeddedDatabase(home, durable=False)
    server.start()
    server.stop()
    assert not half.exists()


def test_a_cluster_of_another_version_is_refused_in_one_sentence(home: Path):
    (home / "postgres").mkdir()
    (home / "postgres" / "PG_VERSION").write_text("16\n")
    with pytest.raises(DatabaseTrouble, match="别的版本"):
        EmbeddedDatabase(home).start()


def test_a_server_that_does_not_come_up_says_where_the_reason_is(database: EmbeddedDatabase):
    database.stop()
    with (database.lodging.data / "postgresql.conf").open("a") as file:
        file.write("\nshared_buffers = 'a lot'\n")
    with pytest.raises(DatabaseTrouble, match=r"postgres\.log.*contains errors"):
        database.start()
    assert not database.alive()


def test_a_name_too_long_for_a_socket_gets_a_short_private_one(home: Path):
    server = EmbeddedDatabase(home / ("长" * 40), durable=False)
    server.start()
    sockets = server.lodging.sockets
    try:
        assert ask(server, "SELECT 1") == 1
        assert sockets != server.lodging.data
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    finally:
        server.stop()
    assert not sockets.exists()


@pytest.fixture
def common(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """In place of /var/lib/maplegrid."""
    monkeypatch.setattr(lodging, "COMMON", home / "common")
    return home / "common"


@AS_ROOT
def test_as_root_it_runs_as_a_user_of_its_own_without_roots_groups(database: EmbeddedDatabase):
    assert database.process is not None
    server = psutil.Process(database.process.pid)
    assert server.username() == lodging.OS_USER
    assert server.gids().effective != 0
    groups = Path(f"/proc/{server.pid}/status").read_text().partition("Groups:")[2].splitlines()[0].split()
    assert groups == []


@AS_ROOT
def test_a_private_folder_stays_private_and_its_data_are_lodged_elsewhere(home: Path, common: Path):
    private = home / "private"
    private.mkdir(mode=0o700)
    server = EmbeddedDatabase(private / "home", durable=False)
    server.start()
    try:
        assert server.lodging.moved
        assert server.lodging.data.parent.parent == common
        assert ask(server, "SELECT 1") == 1
    finally:
        server.stop()
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    assert (private / "home" / "postgres").resolve().is_relative_to(common)
    server.start()
    server.stop()
    assert len(list(common.iterdir())) == 1


@AS_ROOT
def test_programs_in_a_private_folder_are_copied_to_where_they_can_be_reached(
    home: Path, common: Path, monkeypatch: pytest.MonkeyPatch
):
    hidden = home / "private"
    hidden.mkdir(mode=0o700)
    programs = lodging._wheel_programs()
    shutil.copytree(programs, hidden / programs.parent.name / programs.name)
    shutil.copytree(lodging._libraries(programs), hidden / lodging._libraries(programs).name)
    monkeypatch.setattr(lodging, "_wheel_programs", lambda: hidden / programs.parent.name / programs.name)
    server = EmbeddedDatabase(home / "home", durable=False)
    server.start()
    try:
        assert common in server.lodging.programs.parents
        assert ask(server, "SELECT 1") == 1
    finally:
        server.stop()
    assert stat.S_IMODE(hidden.stat().st_mode) == 0o700


@AS_ROOT
def test_data_that_have_gone_from_their_place_are_not_replaced_in_silence(home: Path, common: Path):
    (home / "postgres").symlink_to(common / "data-gone" / "postgres")
    with pytest.raises(DatabaseTrouble, match="不见了"):
        EmbeddedDatabase(home).start()


def test_why_not_reachable_says_one_sentence_or_nothing(database: EmbeddedDatabase):
    assert why_not_reachable(database.url()) is None
    for wrong in (database.url("nothing"), "postgresql://x@127.0.0.1:1/x", "my database"):
        sentence = why_not_reachable(wrong)
        assert sentence
        assert "\n" not in sentence


def test_a_missing_table_means_unprepared_and_nothing_else(database: EmbeddedDatabase):
    with pytest.raises(psycopg.Error) as caught:
        ask(database, "SELECT * FROM nowhere")
    error = caught.value
    assert troubles.is_unprepared(error)
    assert not troubles.is_away(error)
    assert not troubles.is_full(error)
