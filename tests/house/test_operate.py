"""The operator's page tells of commands, settings and metrics that exist."""

import re

import click
import pytest

from maplegrid.cli import COMMANDS, main
from tests.house.collect import PACKAGE
from tests.house.reference import MEANINGS

PAGE = (PACKAGE.parent / "docs" / "operate.md").read_text(encoding="utf-8")
CALLS = sorted(
    set(re.findall(r"(?:^|[`/ ])maplegrid ((?:[a-z]+)(?: [a-z]+| --[a-z-]+)*)", PAGE, re.MULTILINE))
)


@pytest.mark.parametrize("call", CALLS)
def test_every_command_exists(call: str):
    name, *rest = call.split()
    assert name in COMMANDS, call
    command = main.get_command(click.Context(main), name)
    assert command is not None
    context = click.Context(command)
    for word in rest:
        if word.startswith("--"):
            assert word in {option for p in command.params for option in p.opts}, call
        elif isinstance(command, click.Group):
            command = command.get_command(context, word)
            assert command is not None, call


def test_every_setting_exists():
    named = set(re.findall(r"MAPLEGRID_[A-Z_]+", PAGE))
    assert named
    assert named <= set(MEANINGS), named - set(MEANINGS)


@pytest.mark.django_db
def test_every_metric_is_exported(client):
    client.get("/report")
    told = client.get("/metrics").content.decode()
    exported = {line.split()[2] for line in told.splitlines() if line.startswith("# TYPE")}
    named = set(re.findall(r"maplegrid_[a-z_]+", PAGE))
    assert "maplegrid_request_seconds_bucket" in named
    assert {name.removesuffix("_bucket") for name in named} <= exported, named - exported
    assert {name for name in exported if "request" not in name} <= named, exported - named
