"""`maplegrid start` as an operator meets it: what it says, what it refuses, how it comes back, how it ends."""

import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.resident import kept, opened, report
from tests.cli.running import Running, eventually, free_port, run, survivors

pytestmark = pytest.mark.xdist_group("start")
BEFORE = "数据库被杀掉之前说的：管道堵塞了"


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A data folder that the database's own user may pass."""
    folder = Path(tempfile.mkdtemp(prefix="maplegrid-start-"))
    folder.chmod(0o755)
    yield folder / "home"
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def site(home: Path) -> Iterator[Running]:
    """One that runs, with a tiny demo district."""
    running = Running(home).until_ready()
    yield running
    running.stop()


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_it_says_where_it_is_and_who_can_sign_in(site: Running):
    password = (site.home / "keys" / "demo-password").read_text()
    assert f"http://localhost:{site.port}" in site.said()
    assert password in site.said()
    assert "gm04.chief" in site.said()


def test_it_is_well_when_it_says_so(site: Running):
    assert site.health() == {"well": True, "database": True, "worker": True}
    assert site.ask("/")[0] == 200


def test_secrets_and_photos_are_private(site: Running):
    for folder in ("keys", "media", "log"):
        assert mode_of(site.home / folder) == 0o700
    assert mode_of(site.home / "run" / "database.url") == 0o600
    assert {mode_of(key) for key in (site.home / "keys").iterdir()} == {0o600}


def test_other_commands_find_its_database(site: Running):
    answer = run(site.home, "audit", "verify")
    assert answer.returncode == 0, answer.stderr


def test_a_second_start_in_the_same_folder_is_refused_in_one_sentence(site: Running):
    answer = run(site.home, "start", PORT=free_port())
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1
    assert f"已经在运行了（进程 {site.process.pid}）" in answer.stderr


def test_a_taken_port_is_refused_in_one_sentence(site: Running, tmp_path: Path):
    answer = run(tmp_path / "home", "start", PORT=site.port)
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1
    assert f"端口 {site.port} 被别的程序占着" in answer.stderr


@pytest.mark.crash
def test_a_killed_database_comes_back_and_pages_and_worker_with_it(site: Running):
    database, worker = site.child("bin/postgres"), site.child("run worker")
    assert database is not None
    assert worker is not None
    assert report(site, BEFORE) == 302
    database.kill()
    eventually(lambda: "数据库恢复了" in site.said(), "the database is back")
    eventually(lambda: (new := site.child("run worker")) and new.pid != worker.pid, "a new worker")
    eventually(lambda: site.health().get("well"), "well again")
    assert site.ask("/account/login/")[0] == 200
    assert kept(site, BEFORE) == 1
    eventually(lambda: opened(site, BEFORE) == 1, "a case for what was said before")


@pytest.mark.crash
@pytest.mark.parametrize("words", ["run worker", "run web"])
def test_a_killed_child_comes_back_and_leaves_nothing_behind(site: Running, words: str):
    before = eventually(lambda: site.child(words), "a child to kill")
    family = [before, *before.children(recursive=True)]
    before.kill()
    eventually(lambda: site.child(words), "a new child")
    eventually(lambda: site.ask("/")[0] == 200 and site.health().get("well"), "well again")
    # Killed processes need a moment to be gone on a busy machine; what is left behind would stay for good.
    assert eventually(lambda: survivors(family) == [], "nothing left behind")


@pytest.mark.crash
def test_a_killed_web_process_is_replaced(site: Running):
    web = eventually(lambda: site.child("run web"), "the pages")
    before = eventually(lambda: len(web.children()) == 2 and web.children(), "two processes that answer")
    before[0].kill()
    eventually(lambda: len(set(web.children()) - set(before)) == 1, "a new process that answers")
    assert site.ask("/")[0] == 200


@pytest.mark.crash
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_ends_with_everything_it_started(site: Running, home: Path, number: int):
    site.stop()
    again = Running(home).until_ready()
    family = again.family()
    assert again.stop(number) == 0
    assert survivors(family) == []
    assert not (home / "run" / "database.url").exists()


@pytest.mark.crash
def test_when_it_is_killed_outright_everything_it_started_ends_too(site: Running, home: Path):
    site.stop()
    again = Running(home).until_ready()
    family = again.family()
    assert any("postgres" in one.name() for one in family)
    again.stop(signal.SIGKILL)
    eventually(lambda: not survivors(family), "everybody gone")


def test_a_later_start_keeps_the_district_and_the_password(site: Running, home: Path):
    site.stop()
    password = (home / "keys" / "demo-password").read_text()
    again = Running(home).until_ready()
    again.stop()
    assert password in again.said()
    assert "演示区 ·" not in again.said()


def test_commands_bring_the_database_when_nothing_runs(site: Running, home: Path):
    site.stop()
    answer = run(home, "audit", "verify")
    assert answer.returncode == 0, answer.stderr
    assert '"fault": null' in answer.stdout.splitlines()[-1]


def test_an_unreachable_database_is_refused_in_one_sentence(tmp_path: Path):
    nowhere = f"postgresql://nobody@127.0.0.1:{free_port()}/nothing"
    answer = run(tmp_path / "home", "start", DATABASE_URL=nowhere, PORT=free_port())
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1
    assert "连不上数据库" in answer.stderr


def test_a_database_address_that_is_none_is_refused_in_one_sentence(tmp_path: Path):
    answer = run(tmp_path / "home", "start", DATABASE_URL="my database", PORT=free_port())
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1
    assert "DATABASE_URL 写得不对" in answer.stderr


def test_a_folder_that_cannot_be_written_is_refused_in_one_sentence(tmp_path: Path):
    (tmp_path / "file").touch()
    answer = run(tmp_path / "file" / "home", "start", PORT=free_port())
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1
    assert "不能写" in answer.stderr


def test_an_address_of_another_machine_is_refused_in_one_sentence(tmp_path: Path):
    answer = run(tmp_path / "home", "start", PORT=free_port(), MAPLEGRID_BIND="192.0.2.1")
    assert answer.returncode == 1
    assert "MAPLEGRID_BIND=192.0.2.1 不是这台机器的地址" in answer.stderr


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of 64 MB, where mounting one is allowed."""
    place = Path(tempfile.mkdtemp(prefix="maplegrid-small-"))
    words = ["mount", "-t", "tmpfs", "-o", "size=64m,mode=755", "tmpfs", str(place)]
    if not shutil.which("mount") or subprocess.run(words, capture_output=True, check=False).returncode:
        place.rmdir()
        pytest.skip("no small disk can be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)
    place.rmdir()


def test_a_nearly_full_disk_is_refused_before_anything_is_begun(small_disk: Path):
    answer = run(small_disk / "home", "start", PORT=free_port())
    assert answer.returncode == 1
    assert "磁盘只剩不到 1 GB" in answer.stderr
    assert not (small_disk / "home" / "postgres").exists()


def test_a_disk_that_fills_up_on_the_way_is_said_in_one_sentence(small_disk: Path):
    (small_disk / "home" / "postgres").mkdir(parents=True)
    answer = run(small_disk / "home", "start", PORT=free_port(), MAPLEGRID_DEMO_SCALE="0.3")
    assert answer.returncode == 1
    assert "磁盘满了" in answer.stderr.splitlines()[-1]
    assert "Traceback" not in answer.stderr
