"""A backup brings everything back: cases, photos, contacts that were sealed, the audit; the keys are never in the clear."""

import json
import subprocess
import sys
import tarfile
from pathlib import Path

import psycopg
import pytest

from maplegrid.kit.backup import BackupTrouble, open_sealed, seal_folder
from tests.cli.conftest import Desk
from tests.cli.running import clean_environment, run

PASS = "maple-drill-passphrase"
CSV = "id,title,text,phone\n1,路灯,公明社区富豪花园C区1栋的路灯坏了,13800001234\n"


@pytest.fixture
def told(desk: Desk, tmp_path: Path) -> Desk:
    """An installation with somebody's message, its case and a photo."""
    file = tmp_path / "in.csv"
    file.write_text(CSV, encoding="utf-8")
    assert desk.run("import", str(file), "--source", "t").returncode == 0
    (desk.home / "media" / "ab").mkdir(parents=True, exist_ok=True)
    (desk.home / "media" / "ab" / "photo.jpg").write_bytes(b"\xff\xd8picture")
    return desk


def backup(desk: Desk, file: Path, passphrase: str = PASS):
    return run(desk.home, "backup", str(file), DATABASE_URL=desk.url, MAPLEGRID_BACKUP_PASSPHRASE=passphrase)


def restore(home: Path, url: str, file: Path, *words: str, passphrase: str = PASS):
    return run(home, "restore", str(file), *words, DATABASE_URL=url, MAPLEGRID_BACKUP_PASSPHRASE=passphrase)


def phones(home: Path, url: str) -> str:
    script = (
        "import django; django.setup(); from maplegrid.messaging.models import Message;"
        "print(Message.objects.get(channel='import').contact_phone)"
    )
    settings = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "maplegrid.config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=clean_environment(home, **settings),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or done.stderr


def test_everything_comes_back_into_an_empty_installation(told: Desk, empty_desk: Desk, tmp_path: Path):
    file = tmp_path / "a.maplegrid"
    made = backup(told, file)
    assert made.returncode == 0, made.stderr
    assert file.stat().st_mode & 0o077 == 0
    back = restore(empty_desk.home, empty_desk.url, file)
    assert back.returncode == 0, back.stderr
    facts, again = json.loads(made.stdout.splitlines()[-1]), json.loads(back.stdout.splitlines()[-1])
    assert again["audit_ok"] is True
    assert {n: facts[n] for n in ("messages", "cases")} == {n: again[n] for n in ("messages", "cases")}
    assert phones(empty_desk.home, empty_desk.url) == "13800001234"
    assert (empty_desk.home / "media" / "ab" / "photo.jpg").read_bytes() == b"\xff\xd8picture"
    assert (empty_desk.home / "keys" / "fields.json").stat().st_mode & 0o077 == 0
    refused = restore(empty_desk.home, empty_desk.url, file)
    assert (refused.returncode, "--replace" in refused.stderr) == (3, True)
    assert restore(empty_desk.home, empty_desk.url, file, "--replace").returncode == 0


def test_keys_are_not_in_the_archive_in_the_clear(told: Desk, tmp_path: Path):
    file = tmp_path / "b.maplegrid"
    assert backup(told, file).returncode == 0
    key = json.loads((told.home / "keys" / "fields.json").read_text())["index_key"].encode()
    assert key not in file.read_bytes()
    again = backup(told, file)
    assert (again.returncode, "file exists" in again.stderr) == (3, True)


def test_a_wrong_passphrase_touches_nothing(told: Desk, empty_desk: Desk, tmp_path: Path):
    file = tmp_path / "c.maplegrid"
    backup(told, file)
    refused = restore(empty_desk.home, empty_desk.url, file, passphrase="another-passphrase")
    assert (refused.returncode, "wrong passphrase" in refused.stderr) == (3, True)
    with psycopg.connect(empty_desk.url) as connection:
        row = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert row == (0,)


def test_a_short_passphrase_and_a_file_of_something_else_are_refused(
    told: Desk, empty_desk: Desk, tmp_path: Path
):
    assert backup(told, tmp_path / "d", "short").returncode == 3
    other = tmp_path / "e"
    other.write_bytes(b"no backup at all")
    assert restore(empty_desk.home, empty_desk.url, other).returncode == 2
    with tarfile.open(tmp_path / "f", "w") as archive:
        archive.add(other, "manifest.json")
    assert restore(empty_desk.home, empty_desk.url, tmp_path / "f").returncode == 2


def test_every_changed_byte_of_the_sealed_keys_is_noticed(tmp_path: Path):
    (tmp_path / "fields.json").write_text("{}")
    sealed = seal_folder(tmp_path, PASS)
    assert open_sealed(sealed, PASS) == {"fields.json": b"{}"}
    for at in (0, 16, 28, len(sealed) - 1):
        changed = bytes([*sealed[:at], sealed[at] ^ 1, *sealed[at + 1 :]])
        with pytest.raises(BackupTrouble):
            open_sealed(changed, PASS)
