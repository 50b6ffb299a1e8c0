"""maplegrid start: database, web and worker from one terminal, and everything stopped with one Ctrl-C."""

import errno
import fcntl
import os
import shutil
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO

import click

from maplegrid.cli.framework import stop, use_django
from maplegrid.cli.supervisor import Child, keep_alive
from maplegrid.kit import environment

ROOM_NEEDED = 2**30
READY_WITHIN_S = 60.0


@click.command()
def command() -> None:
    """Start everything and stay in the foreground; Ctrl-C stops it all."""
    home = environment.folder("MAPLEGRID_HOME", Path(__file__).resolve().parent.parent.parent / "var")
    port = environment.whole("PORT", 8000, 1, 65535)
    host = environment.text("MAPLEGRID_BIND", "127.0.0.1")
    lock = _lock(home)
    _check_port(host, port)
    _check_room(home)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        _run(home, host, port)
    except KeyboardInterrupt:
        click.echo("已停止 (stopped)", err=True)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            stop(f"磁盘满了，请在 {home} 所在的盘上腾出空间再启动 (the disk is full)")
        raise
    finally:
        lock.close()


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _lock(home: Path) -> IO[str]:
    """One start per data folder."""
    try:
        (home / "run").mkdir(parents=True, exist_ok=True)
        for private in ("keys", "media"):
            (home / private).mkdir(mode=0o700, exist_ok=True)
        lock = (home / "run" / "start.lock").open("a+")
    except OSError as error:
        stop(f"数据目录 {home} 不能写：{error.strerror} (the data folder cannot be written)")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        stop(f"已经在运行了，数据目录 {home} (already running)")
    return lock


def _check_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            stop(f"端口 {port} 被别的程序占着，换一个：PORT={port + 1} make start (the port is taken)")


def _check_room(home: Path) -> None:
    if not (home / "postgres").exists() and shutil.disk_usage(home).free < ROOM_NEEDED:
        stop(f"磁盘只剩不到 1 GB，请在 {home} 所在的盘上腾出空间 (less than 1 GB of disk is free)")


def _run(home: Path, host: str, port: int) -> None:
    database, url = _database(home)
    children: list[Child] = []
    read_end, write_end = os.pipe()
    os.environ |= {"DATABASE_URL": url, "MAPLEGRID_HOME": str(home), "PORT": str(port)}
    try:
        _prepare()
        children = [
            Child("worker", ["worker"], home / "log" / "worker.log", read_end),
            Child("web", ["web", "--host", host], home / "log" / "web.log", read_end),
        ]
        for child in children:
            child.start(dict(os.environ))
        _announce(host, port)
        _watch(database, children)
    finally:
        for child in reversed(children):
            child.stop()
        os.close(write_end)
        if database is not None:
            (home / "run" / "database.url").unlink(missing_ok=True)
            database.stop()


def _database(home: Path):
    """(embedded server or None, URL); DATABASE_URL wins."""
    from maplegrid.kit.database import DatabaseTrouble, EmbeddedDatabase, why_not_reachable

    given = environment.text("DATABASE_URL")
    if given:
        sentence = why_not_reachable(given)
        if sentence:
            stop(f"{sentence} (DATABASE_URL cannot be reached)")
        return None, given
    database = EmbeddedDatabase(home)
    try:
        url = database.start()
    except DatabaseTrouble as trouble:
        stop(str(trouble))
    file = home / "run" / "database.url"
    file.touch(mode=0o600)
    file.write_text(url, encoding="utf-8")
    return database, url


def _prepare() -> None:
    """Tables, catalogue, translations, and the demo district in an empty database."""
    use_django()
    from django.conf import settings
    from django.db import connection

    from maplegrid.cli.demo import build
    from maplegrid.cli.messages import compile_stale
    from maplegrid.cli.migrate import prepare_database
    from maplegrid.territory.models import Unit

    compile_stale()
    prepare_database()
    if settings.DEMO and not Unit.objects.exists():
        build(float(environment.text("MAPLEGRID_DEMO_SCALE", "1")))
    connection.close()


def _announce(host: str, port: int) -> None:
    """Wait until it is well, then say where it is and who can sign in."""
    from maplegrid.cli.demo import print_sign_ins

    address = f"http://{'localhost' if host in {'127.0.0.1', '0.0.0.0'} else host}:{port}"  # noqa: S104
    if not _well(port):
        click.echo("还没有完全起来，请看 log 目录 (not well yet, see the log folder)", err=True)
    click.echo(f"\n  枫格 MapleGrid  {address}\n")
    print_sign_ins()
    click.echo("\n  Ctrl-C 停止 (to stop)")
    sys.stdout.flush()


def _well(port: int) -> bool:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            time.sleep(0.15)
    return False


def _watch(database, children: list[Child]) -> None:
    """Until Ctrl-C: bring back the database when it was killed, and every child that died."""
    while True:
        time.sleep(1)
        if database is not None and not database.alive():
            click.echo("数据库停了，正在重新启动 (the database died, starting it again)", err=True)
            database.revive()
        for name in keep_alive(children, dict(os.environ)):
            click.echo(f"{name} 停了，已重新启动 (restarted)", err=True)
