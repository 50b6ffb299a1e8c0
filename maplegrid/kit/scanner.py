"""Asks a malware scanner about uploads: clamd over its socket, INSTREAM as in clamd(8), "z" framing.

https://docs.clamav.net/manual/Usage/ClamdProtocol.html: the command ends with NUL; each chunk is its length as four
bytes, big end first, then the bytes; a length of nought ends the stream; the answer ends with NUL.
"""

import logging
import socket
import struct
from enum import StrEnum

from django.conf import settings

from maplegrid.rules.vocabulary import N_, Refusal

CHUNK = 64 * 1024
PATIENCE_S = 10
ANSWER_LIMIT = 4096

logger = logging.getLogger(__name__)


class Verdict(StrEnum):
    """What the scanner says; SILENT when it does not answer, refuses, or cannot look at all of it."""

    CLEAN = "clean"
    INFECTED = "infected"
    SILENT = "silent"


def look_through(data: bytes) -> Verdict:
    """The verdict on these bytes. CLEAN without asking when no scanner is set."""
    if not settings.CLAMD:
        return Verdict.CLEAN
    try:
        answer = _ask(settings.CLAMD, data)
    except OSError as error:
        logger.warning("clamd does not answer: %s", error)
        return Verdict.SILENT
    if answer == "stream: OK":
        return Verdict.CLEAN
    logger.warning("clamd: %s", answer or "no answer")
    return Verdict.INFECTED if answer.endswith(" FOUND") else Verdict.SILENT


def _ask(address: str, data: bytes) -> str:
    with _connected(address) as line:
        try:
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(data), CHUNK):
                chunk = data[start : start + CHUNK]
                line.sendall(struct.pack("!L", len(chunk)) + chunk)
            line.sendall(struct.pack("!L", 0))
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has heard enough (size limit); its answer may still be there
        return _answer(line)


def _connected(address: str) -> socket.socket:
    if not address.startswith("/"):
        host, _, port = address.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE_S)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(PATIENCE_S)
    try:
        line.connect(address)
    except OSError:
        line.close()
        raise
    return line


def _answer(line: socket.socket) -> str:
    heard = b""
    while b"\0" not in heard and len(heard) < ANSWER_LIMIT and (more := line.recv(1024)):
        heard += more
    return heard.partition(b"\0")[0].decode("utf-8", "replace").strip()


def why_not_take(name: str, data: bytes) -> Refusal | None:
    """For files of staff, who can come again: infected ones and unlooked-at ones are not taken, with a sentence."""
    verdict = look_through(data)
    if verdict is Verdict.INFECTED:
        return Refusal("infected", N_("{name} 带有病毒，没有收"), {"name": name})
    if verdict is Verdict.SILENT and settings.CLAMD_SILENT != "accept":
        return Refusal("unscanned", N_("扫描服务没有回答，{name} 没有收，请过一会儿再试"), {"name": name})
    return None
