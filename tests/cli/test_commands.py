"""The `maplegrid` command: its list, its exit codes, its one-sentence refusals."""

import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
from click.testing import CliRunner
from django.db import transaction

from maplegrid.audit.actions import record
from maplegrid.audit.models import Entry
from maplegrid.cli import COMMANDS, main
from maplegrid.cli import messages as messages_command
from tests.audit.test_chain import tamper
from tests.cast import NOON
from tests.cli.running import free_port, run


def test_help_lists_every_command_with_its_explanation():
    answer = CliRunner().invoke(main, ["--help"])
    assert answer.exit_code == 0
    for name, (_, words) in COMMANDS.items():
        assert any(line.split()[:1] == [name] for line in answer.output.splitlines()), name
        assert words.split("(")[0].strip()[:12] in answer.output


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_list_can_be_loaded_and_explains_itself(name: str):
    command = import_module(f"maplegrid.cli.{COMMANDS[name][0]}").command
    assert isinstance(command, click.Command)
    assert command.help


def test_help_loads_neither_django_nor_a_database_driver():
    program = (
        "import sys\nfrom maplegrid.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "print(sorted({'django', 'psycopg', 'numpy'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.splitlines()[-1] == "[]"


def test_an_unknown_command_or_option_is_a_bad_argument():
    assert CliRunner().invoke(main, ["dance"]).exit_code == 2
    assert CliRunner().invoke(main, ["audit", "verify", "--quickly"]).exit_code == 2


def test_a_setting_that_cannot_be_meant_is_a_bad_argument_in_one_sentence(tmp_path: Path):
    answer = run(tmp_path, "start", PORT="eighty")
    assert answer.returncode == 2
    assert answer.stderr == "maplegrid: PORT=eighty is not a whole number from 1 to 65535.\n"


def test_a_command_without_its_database_says_so_in_one_sentence(tmp_path: Path):
    answer = run(tmp_path, "audit", "verify", DATABASE_URL=f"postgresql://x@127.0.0.1:{free_port()}/x")
    assert answer.returncode == 1
    assert answer.stderr.startswith("maplegrid: 连不上数据库")
    assert answer.stderr.count("\n") == 1


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """Commands of this process use the test's own connection."""
    monkeypatch.setenv("DATABASE_URL", "the test's own")
    return CliRunner()


@pytest.mark.django_db
def test_audit_verify_ends_with_one_json_object(in_process: CliRunner):
    answer = in_process.invoke(main, ["audit", "verify"])
    assert answer.exit_code == 0
    verdict = json.loads(answer.stdout.splitlines()[-1])
    assert verdict["entries"] == Entry.objects.count()
    assert verdict["chains"] == 64
    assert len(verdict["head"]) == 64


@pytest.mark.django_db
def test_audit_verify_exits_1_and_names_the_first_entry_that_does_not_fit(in_process: CliRunner):
    with transaction.atomic():
        entry = record(actor="person:1", action="look", subject="case:1", now=NOON)
    tamper(f"UPDATE audit_entry SET reason = 'changed' WHERE id = {entry.pk}")
    answer = in_process.invoke(main, ["audit", "verify"])
    assert answer.exit_code == 1
    assert answer.stderr.startswith(f"{entry.pk} ")
    assert json.loads(answer.stdout.splitlines()[-1])["fault"] == entry.pk


@pytest.mark.django_db
def test_audit_anchor_keeps_the_heads_once_a_day(in_process: CliRunner):
    first = in_process.invoke(main, ["audit", "anchor"])
    assert json.loads(first.stdout)["entries"] == Entry.objects.count()
    with transaction.atomic():
        record(actor="person:1", action="look", subject="case:1", now=NOON)
    assert in_process.invoke(main, ["audit", "anchor"]).stdout == first.stdout


@pytest.fixture
def locale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text('msgid ""\nmsgstr ""\n\nmsgid "好"\nmsgstr "fine"\n', encoding="utf-8")
    monkeypatch.setattr(messages_command, "LOCALE", tmp_path)
    return SimpleNamespace(po=folder / "django.po", mo=folder / "django.mo")


def test_translations_are_compiled_when_they_are_missing_or_older_and_only_then(locale: SimpleNamespace):
    assert messages_command.compile_stale() == [locale.po]
    assert b"fine" in locale.mo.read_bytes()
    assert messages_command.compile_stale() == []
    later = locale.mo.stat().st_mtime + 5

    os.utime(locale.po, (later, later))
    assert messages_command.compile_stale() == [locale.po]
    assert sorted(path.name for path in locale.po.parent.iterdir()) == ["django.mo", "django.po"]
