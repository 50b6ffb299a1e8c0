"""Personal data at rest: SM4-GCM with rotating keys, and a keyed index to find a number again without reading it.

Ciphers come from `cryptography`; nothing here is hand-written. GB/T 39786-2021 asks for SM algorithms at level 3.
"""

import base64
import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings

NONCE_BYTES = 12
TAG_BYTES = 16


class Unreadable(Exception):
    """A stored value does not open with any key we hold."""


@dataclass(frozen=True)
class Keyring:
    """Named 16-byte keys; the first seals, all of them open. `index_key` never rotates with them."""

    keys: dict[str, bytes]
    index_key: bytes

    @property
    def newest(self) -> str:
        return next(iter(self.keys))

    def seal(self, words: str, about: str) -> str:
        """Encrypt `words`; `about` (model.field) is bound in, so a value cannot be moved to another field."""
        nonce = os.urandom(NONCE_BYTES)
        lock = Cipher(algorithms.SM4(self.keys[self.newest]), modes.GCM(nonce)).encryptor()
        lock.authenticate_additional_data(about.encode())
        body = lock.update(words.encode()) + lock.finalize()
        return f"{self.newest}:{base64.b64encode(nonce + body + lock.tag).decode()}"

    def open(self, sealed: str, about: str) -> str:
        """Decrypt what `seal` made, with whichever key made it."""
        name, _, packed = sealed.partition(":")
        if name not in self.keys:
            raise Unreadable(name)
        raw = base64.b64decode(packed)
        nonce, body, tag = raw[:NONCE_BYTES], raw[NONCE_BYTES:-TAG_BYTES], raw[-TAG_BYTES:]
        lock = Cipher(algorithms.SM4(self.keys[name]), modes.GCM(nonce, tag)).decryptor()
        lock.authenticate_additional_data(about.encode())
        try:
            return (lock.update(body) + lock.finalize()).decode()
        except InvalidTag as error:
            raise Unreadable(name) from error

    def index(self, words: str) -> str:
        """A keyed digest (HMAC-SM3, hex) by which equal values can be found without opening them."""
        mac = hmac.HMAC(self.index_key, hashes.SM3())
        mac.update(words.encode())
        return mac.finalize().hex()


def sm3(data: bytes) -> str:
    """GB/T 32905-2016 digest, hex."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize().hex()


@cache
def keyring() -> Keyring:
    """The keys of this installation, read once per process from the data folder's key file."""
    return read_keyring(Path(settings.KEY_FILE))


def read_keyring(path: Path) -> Keyring:
    """Read the key file, making it (mode 0600) on the first start."""
    if not path.exists():
        write_keyring(path, Keyring({"k1": os.urandom(16)}, os.urandom(32)))
    held = json.loads(path.read_text(encoding="ascii"))
    keys = {name: base64.b64decode(key) for name, key in held["keys"].items()}
    return Keyring(keys, base64.b64decode(held["index_key"]))


def write_keyring(path: Path, ring: Keyring) -> None:
    """Replace the key file in one step; it is never half written."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    words = {
        "keys": {name: base64.b64encode(key).decode() for name, key in ring.keys.items()},
        "index_key": base64.b64encode(ring.index_key).decode(),
    }
    fresh = path.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(words, file)
    fresh.replace(path)


def rotated(ring: Keyring) -> Keyring:
    """The same ring with one more key in front; old keys stay until every value is sealed anew."""
    name = f"k{max(int(old[1:]) for old in ring.keys) + 1}"
    return Keyring({name: os.urandom(16), **ring.keys}, ring.index_key)
