"""The one who looks after the children: restarts, logs, remains."""

import signal
from pathlib import Path

import pytest

from maplegrid.cli import supervisor
from maplegrid.cli.supervisor import Child
from tests.cli.running import eventually


@pytest.fixture
def short_lived(tmp_path: Path) -> Child:
    """A child that ends by itself at once."""
    return Child("short", ["--help"], tmp_path / "log" / "short.log")


def ended(child: Child) -> Child:
    eventually(child.died, "the child ends")
    return child


def test_a_child_that_lives_is_left_alone(short_lived: Child):
    assert not short_lived.keep_alive(0.0)
    assert short_lived.process is None


def test_pauses_double_while_it_dies_young_up_to_half_a_minute(short_lived: Child):
    pauses = []
    short_lived.start()
    for _ in range(9):
        now = ended(short_lived).born + 1.0
        assert not short_lived.keep_alive(now)
        pauses.append(short_lived.due - now)
        assert not short_lived.keep_alive(short_lived.due - 0.01)
        assert short_lived.keep_alive(short_lived.due)
    ended(short_lived)
    assert pauses == pytest.approx([0.5, 1, 2, 4, 8, 16, 30, 30, 30])


def test_after_a_steady_life_the_pause_is_short_again(short_lived: Child):
    short_lived.start()
    short_lived.deaths = 6
    now = ended(short_lived).born + supervisor.STEADY_S + 1
    short_lived.keep_alive(now)
    assert short_lived.due - now == pytest.approx(0.5)


def test_its_last_words_say_why_it_ended(short_lived: Child):
    short_lived.arguments = ["dance"]
    short_lived.start()
    assert "No such command 'dance'" in ended(short_lived).last_words()


def test_a_child_that_was_killed_says_by_what(short_lived: Child):
    short_lived.start()
    assert short_lived.process is not None
    short_lived.process.send_signal(signal.SIGKILL)
    if ended(short_lived).process.returncode < 0:
        assert short_lived.last_words() == "signal 9"


def write(child: Child, *lines: str) -> None:
    child.log.parent.mkdir(parents=True, exist_ok=True)
    with child.log.open("a", encoding="utf-8") as log:
        log.writelines(line + "\n" for line in lines)


def test_errors_are_told_once_each_and_only_new_ones(short_lived: Child):
    write(
        short_lived,
        "09:00:01 ERROR a.b too short",
        "09:00:01 WARNING a.b fine",
        "09:00:02 ERROR a.b too short",
    )
    assert short_lived.new_errors() == ["09:00:01 ERROR a.b too short"]
    assert short_lived.new_errors() == []
    write(short_lived, "09:00:03 CRITICAL a.b 断了")
    assert short_lived.new_errors() == ["09:00:03 CRITICAL a.b 断了"]


def test_a_page_that_said_it_was_unavailable_is_no_news(short_lived: Child):
    write(short_lived, "09:00:01 ERROR django.request Service Unavailable: /healthz")
    assert short_lived.new_errors() == []


def test_half_a_line_waits_for_its_other_half(short_lived: Child):
    short_lived.log.parent.mkdir(parents=True)
    with short_lived.log.open("a", encoding="utf-8") as log:
        log.write("09:00:01 ERROR a.b half")
        log.flush()
        assert short_lived.new_errors() == []
        log.write(" and half\n")
    assert short_lived.new_errors() == ["09:00:01 ERROR a.b half and half"]


def test_a_full_log_is_turned_over_once_and_written_on(short_lived: Child, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(supervisor, "LOG_LIMIT", 100)
    with short_lived_log(short_lived) as log:
        log.write("x" * 200 + "\n")
        log.flush()
        short_lived.new_errors()
        assert short_lived.log.stat().st_size == 0
        log.write("09:00:01 ERROR a.b after\n")
        log.flush()
        assert short_lived.new_errors() == ["09:00:01 ERROR a.b after"]
    assert short_lived.log.with_name("short.log.1").stat().st_size == 201


def short_lived_log(child: Child):
    child.log.parent.mkdir(parents=True)
    return child.log.open("a", encoding="utf-8")
