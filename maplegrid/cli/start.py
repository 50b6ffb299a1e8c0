"""maplegrid start: database, web and worker from one terminal, and everything stopped with one Ctrl-C."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from maplegrid.cli import preconditions
from maplegrid.cli.announcement import announce
from maplegrid.cli.framework import data_folder, stop, use_django
from maplegrid.cli.supervisor import Child
from maplegrid.kit import environment
from maplegrid.kit.database import DatabaseTrouble, EmbeddedDatabase, is_away, why_not_reachable

GLANCE_S = 0.5
SMALLEST = 0.02
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@click.command()
def command() -> None:
    """Start everything and stay in the foreground; Ctrl-C stops it all."""
    home = data_folder()
    port = environment.whole("PORT", 8000, 1, 65535)
    host = environment.text("MAPLEGRID_BIND", "127.0.0.1")
    demo_scale()
    with preconditions.hold_folder(home):
        preconditions.check_port(host, port)
        preconditions.check_room(home)
        os.environ |= {"MAPLEGRID_HOME": str(home), "PORT": str(port)}
        for number in ENDINGS:
            signal.signal(number, _interrupt)
        try:
            with _database(home) as database:
                _run(home, host, port, database)
        except KeyboardInterrupt:
            click.echo("已停止 (stopped)", err=True)


def demo_scale() -> float:
    """How large a demo district is asked for; refused before anything is made."""
    words = environment.text("MAPLEGRID_DEMO_SCALE", "1")
    try:
        scale = float(words)
    except ValueError:
        scale = 0.0
    if not SMALLEST <= scale <= 1:
        raise environment.BadSetting(f"MAPLEGRID_DEMO_SCALE={words} is not a number from {SMALLEST} to 1.")
    return scale


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


@contextmanager
def _unhurried() -> Iterator[None]:
    """A second Ctrl-C does not leave half of it running."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in ENDINGS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _database(home: Path) -> Iterator[EmbeddedDatabase | None]:
    """The embedded server while we run, its address written down for other commands; or None with DATABASE_URL."""
    given = environment.text("DATABASE_URL")
    if given:
        sentence = why_not_reachable(given)
        if sentence:
            stop(sentence)
        yield None
        return
    database, address = EmbeddedDatabase(home), home / "run" / "database.url"
    try:
        os.environ["DATABASE_URL"] = database.start()
        if database.lodging.moved:
            click.echo(
                f"root 的私有文件夹不对外开放，数据库放在 {database.lodging.data} (data kept there)", err=True
            )
        address.unlink(missing_ok=True)
        address.touch(mode=0o600)
        address.write_text(os.environ["DATABASE_URL"], encoding="utf-8")
        yield database
    except Exception as error:
        if is_away(error):
            raise DatabaseTrouble(database.trouble()) from error
        raise
    finally:
        with _unhurried():
            address.unlink(missing_ok=True)
            database.stop()


def _run(home: Path, host: str, port: int, database: EmbeddedDatabase | None) -> None:
    children = [
        Child("web", ["web", "--host", host], home / "log" / "web.log"),
        Child("worker", ["worker"], home / "log" / "worker.log"),
    ]
    _prepare(alone=database is not None)
    try:
        for child in children:
            child.start()
        announce(host, port, children)
        _watch(database, children)
    finally:
        with _unhurried():
            for child in children:
                child.stop()


def _prepare(*, alone: bool) -> None:
    """Translations, tables, catalogue, and the demo district in an empty database."""
    from maplegrid.cli.messages import compile_stale

    compile_stale()
    use_django()
    from django.conf import settings
    from django.db import connection

    from maplegrid.cli.demo import build
    from maplegrid.cli.migrate import forget_workers, prepare_database
    from maplegrid.territory.models import Unit

    prepare_database()
    if alone:
        forget_workers()
    if settings.DEMO and not Unit.objects.exists():
        build(demo_scale())
    connection.close()


def _watch(database: EmbeddedDatabase | None, children: list[Child]) -> None:
    """Until Ctrl-C: bring back the database when it was killed, and every child that died."""
    while True:
        time.sleep(GLANCE_S)
        if database is not None and not database.alive():
            _revive(database)
        for child in children:
            if child.died() and child.due is None:
                click.echo(f"{child.name} 停了 (died)：{child.last_words()}", err=True)
            if child.keep_alive(time.monotonic()):
                click.echo(f"{child.name} 已重新启动 (restarted)", err=True)
            for line in child.new_errors():
                click.echo(f"{child.name}: {line}  → {child.log}", err=True)
        sys.stderr.flush()


def _revive(database: EmbeddedDatabase) -> None:
    """Try until it runs; say once what is wrong."""
    click.echo("数据库停了，正在重新启动 (the database died, starting it again)", err=True)
    said = ""
    while not database.alive():
        try:
            database.revive()
        except DatabaseTrouble as trouble:
            if str(trouble) != said:
                said = str(trouble)
                click.echo(said, err=True)
            time.sleep(5)
    click.echo("数据库恢复了 (the database is back)", err=True)
