"""What is refused before anything is made, in one sentence."""

from pathlib import Path

import pytest

from tests.cli.conftest import Desk
from tests.cli.running import free_port, run


@pytest.mark.parametrize("scale", ["much", "-1", "2", "nan"])
def test_a_demo_scale_that_cannot_be_is_refused_before_anything_is_made(tmp_path: Path, scale: str):
    done = run(tmp_path, "start", PORT=free_port(), MAPLEGRID_DEMO_SCALE=scale)
    assert done.returncode == 2
    assert done.stderr == f"maplegrid: MAPLEGRID_DEMO_SCALE={scale} is not a number from 0.02 to 1.\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("scale", ["0", "2"])
def test_the_demo_command_takes_the_same_scales(tmp_path: Path, scale: str):
    done = run(tmp_path, "demo", "--scale", scale)
    assert done.returncode == 2
    assert scale in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_command_without_tables_says_to_prepare_the_database(empty_desk: Desk):
    done = empty_desk.run("audit", "verify")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "maplegrid migrate" in done.stderr


def test_a_second_demo_is_refused_by_rule_and_changes_nothing(desk: Desk):
    before = desk.count("territory_unit")
    done = desk.run("demo", "--scale", "0.02")
    assert done.returncode == 3
    assert "已经有一个区" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert desk.count("territory_unit") == before
