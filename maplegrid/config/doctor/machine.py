"""Settings, keys, folders, disk."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from maplegrid.config.doctor.finding import Finding
from maplegrid.kit.crypto import read_keyring

LEAST_FREE_BYTES = 2 * 1024**3


def machine_troubles() -> Iterator[Finding]:
    """What the operator set or the machine lacks."""
    yield from _settings()
    yield from _keys(Path(settings.KEY_FILE))
    yield from _folders(Path(settings.HOME))


def _settings() -> Iterator[Finding]:
    public = settings.PUBLIC_ADDRESS.startswith("https://")
    if settings.DEBUG:
        yield Finding(
            "debug", "MAPLEGRID_DEBUG 开着，错误页会给出源代码，请关掉 (debug pages are on: switch them off)"
        )
    if public and not settings.SESSION_COOKIE_SECURE:
        yield Finding("https", "网址是 https，但没有设 MAPLEGRID_HTTPS=1 (set MAPLEGRID_HTTPS=1)")
    if public and settings.DEMO:
        yield Finding("demo", "公开的网址上还是演示环境，请设 MAPLEGRID_DEMO=0 (a demo on a public address)")
    if public and settings.SMS_GATEWAY == "simulated":
        yield Finding("sms", "短信还是模拟网关，居民收不到 (text messages go nowhere: set MAPLEGRID_SMS)")


def _keys(path: Path) -> Iterator[Finding]:
    try:
        if not path.exists():  # reading would make a new one
            raise FileNotFoundError(path)
        read_keyring(path)
    except (OSError, ValueError, KeyError):
        yield Finding(
            "keys", f"读不了密钥 {path.name}，联系方式都打不开，请从备份恢复 (keys are missing: restore them)"
        )
        return
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield Finding("key_mode", f"别的用户也能读密钥，请 chmod 600 {path.name} (others can read the keys)")


def _folders(home: Path) -> Iterator[Finding]:
    for folder in (home, home / "media", home / "keys"):
        if not folder.exists() or not os.access(folder, os.W_OK):
            yield Finding(
                "folder", f"写不了 {folder.name} 文件夹，请检查权限 (cannot write: check permissions)"
            )
    free = shutil.disk_usage(home).free
    if free < LEAST_FREE_BYTES:
        yield Finding("disk", f"磁盘只剩 {free // 1024**2} MB，请腾出空间 (the disk is nearly full)")
