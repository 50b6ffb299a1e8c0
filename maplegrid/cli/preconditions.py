"""What `maplegrid start` makes sure of before it starts anything; each refusal is one sentence."""

import errno
import fcntl
import os
import shutil
import socket
from pathlib import Path
from typing import IO

from maplegrid.cli.framework import stop

ROOM_NEEDED = 2**30
PRIVATE = ("keys", "media", "log")


def hold_folder(home: Path) -> IO[str]:
    """Make the data folder, keep its private parts private, and hold it: one `maplegrid start` per folder."""
    try:
        (home / "run").mkdir(parents=True, exist_ok=True)
        for name in PRIVATE:
            (home / name).mkdir(mode=0o700, exist_ok=True)
            (home / name).chmod(0o700)
        lock = (home / "run" / "start.lock").open("a+", encoding="ascii")
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise
        stop(f"数据目录 {home} 不能写：{error.strerror} (the data folder cannot be written)")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.seek(0)
        stop(f"已经在运行了（进程 {lock.read().strip() or '?'}），数据目录 {home} (already running)")
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def check_port(host: str, port: int) -> None:
    """Whether we may listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            stop(_why_no_port(error, host, port))


def _why_no_port(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"端口 {port} 被别的程序占着，换一个：PORT={_next(port)} make start (the port is taken)"
    if error.errno == errno.EACCES:
        return f"没有权限用端口 {port}，请用 1024 以上的：PORT=8000 make start (not allowed to use this port)"
    return f"MAPLEGRID_BIND={host} 不是这台机器的地址：{error.strerror} (not an address of this machine)"


def _next(port: int) -> int:
    return port + 1 if port < 65535 else 8000


def check_room(home: Path) -> None:
    """The first start needs a gigabyte."""
    if not (home / "postgres").exists() and shutil.disk_usage(home).free < ROOM_NEEDED:
        stop(f"磁盘只剩不到 1 GB，请在 {home} 所在的盘上腾出空间 (less than 1 GB of disk is free)")
