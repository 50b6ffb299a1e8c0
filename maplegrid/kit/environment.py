"""Reads settings from the environment and refuses nonsense with a sentence."""

import os
from pathlib import Path
from urllib.parse import urlsplit


class BadSetting(SystemExit):
    """A setting that cannot be meant; the sentence says which one and what it may be."""

    def __init__(self, sentence: str) -> None:
        super().__init__(f"maplegrid: {sentence}")


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def whole(name: str, default: int, low: int, high: int) -> int:
    """A whole number between low and high."""
    words = text(name)
    if not words:
        return default
    if not words.lstrip("-").isdigit() or not low <= int(words) <= high:
        raise BadSetting(f"{name}={words} is not a whole number from {low} to {high}.")
    return int(words)


def switch(name: str, default: bool) -> bool:
    """on/off, yes/no, true/false, 1/0."""
    words = text(name).lower()
    if not words:
        return default
    if words in {"1", "yes", "true", "on"}:
        return True
    if words in {"0", "no", "false", "off"}:
        return False
    raise BadSetting(f"{name}={words} is neither on nor off.")


def names(name: str, default: list[str]) -> list[str]:
    """A comma-separated list."""
    words = text(name)
    return [part.strip() for part in words.split(",") if part.strip()] if words else default


def folder(name: str, default: Path) -> Path:
    words = text(name)
    return Path(words).expanduser().resolve() if words else default


def choice(name: str, default: str, *allowed: str) -> str:
    """One of a few words."""
    words = text(name).lower() or default
    if words not in allowed:
        raise BadSetting(f"{name}={words} is none of {', '.join(allowed)}.")
    return words


def endpoint(name: str) -> str:
    """The path of a socket, or host:port; empty when unset."""
    words = text(name)
    host, _, port = words.rpartition(":")
    if words and not words.startswith("/") and not (host and port.isdigit() and 0 < int(port) < 65536):
        raise BadSetting(f"{name}={words} is neither the full path of a socket nor host:port.")
    return words


def web_address(name: str) -> str:
    """https://…, or http:// on this very machine; nothing after the path. Empty when unset."""
    words = text(name)
    parts = urlsplit(words)
    here = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    good = parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and here))
    if words and (not good or parts.query or parts.fragment or parts.username):
        raise BadSetting(f"{name}={words} is no https:// address (http:// only on this machine).")
    return words


def content(name: str) -> str:
    """What the file named by this variable says, without blank ends; empty when unset."""
    path = text(name)
    if not path:
        return ""
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"{name}={path} cannot be read: {type(error).__name__}.") from error
