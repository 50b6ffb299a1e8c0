"""A clamd to talk to: a fake that speaks INSTREAM as clamd(8) describes it, and the real one where it is installed.

The fake is strict: it answers what the manual says for a wrong command, an oversized stream and a broken chunk. The
tests hold both to the same conversation, so that the fake cannot drift from the real thing.
"""

import socketserver
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import AF_UNIX, SOCK_STREAM, socket

# Ours, not EICAR's: other scanners on the machine shall leave the tests alone.
SIGN = b"MAPLEGRID-MALWARE-TEST-SIGNATURE"
LONGEST = 2 * 2**20


class Talk(socketserver.StreamRequestHandler):
    """One connection: a NUL-ended command, chunks, one NUL-ended answer."""

    def handle(self) -> None:
        server = self.server
        assert isinstance(server, FakeServer)
        if server.mute:
            server.released.wait(20)
            return
        command = b""
        while not command.endswith(b"\0") and (byte := self.rfile.read(1)):
            command += byte
        if command != b"zINSTREAM\0":
            self.wfile.write(b"UNKNOWN COMMAND\0")
            return
        data = self._stream()
        if data is None:
            self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
            return
        server.seen.append(data)
        self.wfile.write(b"stream: Maple.Test.UNOFFICIAL FOUND\0" if SIGN in data else b"stream: OK\0")

    def _stream(self) -> bytes | None:
        """All chunks joined; None when there is more than StreamMaxLength, and nothing more is read."""
        data = b""
        while True:
            (length,) = struct.unpack("!L", self.rfile.read(4))
            if length == 0:
                return data
            if len(data) + length > LONGEST:
                return None
            data += self.rfile.read(length)


class FakeServer(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address, family) -> None:
        self.address_family = family
        self.seen: list[bytes] = []
        self.mute = False
        self.released = threading.Event()
        super().__init__(address, Talk)

    def handle_error(self, request, client_address) -> None:
        """A client that went away in the middle is no news."""


@contextmanager
def fake_clamd(address, family=AF_UNIX) -> Iterator[FakeServer]:
    """Listening while the block runs."""
    server = FakeServer(address, family)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()


@contextmanager
def real_clamd(binary: str, folder: Path) -> Iterator[str]:
    """The daemon itself with one signature of ours; yields its socket."""
    (folder / "maple.ndb").write_text(f"Maple.Test:0:*:{SIGN.hex()}\n", encoding="ascii")
    path = folder / "clamd.sock"
    config = folder / "clamd.conf"
    config.write_text(
        f"LocalSocket {path}\nDatabaseDirectory {folder}\nStreamMaxLength {LONGEST}\nForeground yes\n",
        encoding="ascii",
    )
    process = subprocess.Popen(
        [binary, "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(path, process)
        yield str(path)
    finally:
        process.terminate()
        process.wait(30)


def _wait(path: Path, process: subprocess.Popen, patience_s: float = 30) -> None:
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline and process.poll() is None:
        with socket(AF_UNIX, SOCK_STREAM) as line:
            try:
                line.connect(str(path))
            except OSError:
                time.sleep(0.1)
            else:
                return
    raise AssertionError(f"clamd did not start: {process.poll()}")
