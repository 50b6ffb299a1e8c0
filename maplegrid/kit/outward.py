"""Calls to addresses that somebody else chose: https, never into our own network, pinned to the address that was judged.

A name is resolved once; every address it has must be a public one, and the call goes to exactly that address, so that
an answer that changes between looking and calling (DNS rebinding) leads nowhere. Redirects are not followed. Hosts in
`trusted` may also be called over http and inside the district's network: the operator named them.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Collection, Mapping
from contextlib import closing, suppress
from urllib.parse import SplitResult, urlsplit

from maplegrid.rules.vocabulary import N_, Refusal

PATIENCE_S = 5.0  # for the whole call: a slow answer holds a worker's place no longer
LONGEST_URL = 500
PORTS = {"http": 80, "https": 443}
NAT64 = ipaddress.ip_network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

BAD_ADDRESS = Refusal("bad_address", N_("地址要写全，例如 https://example.org/hook，不能带账号"))
NOT_HTTPS = Refusal("not_https", N_("只能推送到 https 地址"))
INSIDE = Refusal("inside", N_("不能推送到内部网络的地址"))


class Unreached(Exception):
    """The call could not be made or was not answered. `code`: refused, name, tls, timeout or connection."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def why_not_call(url: str, trusted: Collection[str]) -> Refusal | None:
    """What can be said against an address before its name is resolved."""
    parts = _parts(url)
    if parts is None:
        return BAD_ADDRESS
    host = (parts.hostname or "").lower()
    if host in trusted:
        return None
    if parts.scheme != "https":
        return NOT_HTTPS
    literal = _literal(host)
    return INSIDE if host == "localhost" or (literal is not None and not is_public(literal)) else None


def _parts(url: str) -> SplitResult | None:
    """The parts of an http(s) address that could be called; None for anything odd."""
    plain = url.isascii() and url.isprintable() and " " not in url and "\\" not in url
    if not plain or len(url) > LONGEST_URL:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    fit = parts.scheme in PORTS and parts.hostname and port != 0
    return parts if fit and "@" not in parts.netloc and not parts.fragment else None


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def is_public(address: Address) -> bool:
    """Reachable by anybody on the internet; an IPv4 address wrapped in IPv6 is judged as what it leads to."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inner is None and address in NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast


def resolve(host: str, port: int) -> list[str]:
    """Every address of a name. Raises Unreached."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreached("name") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def post(url: str, body: bytes, headers: Mapping[str, str], *, trusted: Collection[str]) -> int:
    """POST once and return the status; the answer's body is never read. Raises Unreached."""
    parts = _parts(url)
    if parts is None or why_not_call(url, trusted):
        raise Unreached("refused")
    host, port = str(parts.hostname), parts.port or PORTS[parts.scheme]
    addresses = resolve(host, port)
    inside = [a for a in addresses if not is_public(ipaddress.ip_address(a.partition("%")[0]))]
    if host.lower() not in trusted and (inside or not addresses):
        raise Unreached("refused")
    line = _Pinned(host, port, addresses[0], secure=parts.scheme == "https")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with closing(line):
        return _within(line, target, body, {**headers, "Host": parts.netloc})


class _Pinned(http.client.HTTPConnection):
    """A connection to one judged address; the certificate must still be that of the name."""

    def __init__(self, host: str, port: int, address: str, *, secure: bool) -> None:
        super().__init__(host, port, timeout=PATIENCE_S)
        self.address, self.secure, self.was_cut = address, secure, False

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), timeout=PATIENCE_S)
        if self.secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
            self.sock.do_handshake()

    def cut(self) -> None:
        """End the call from outside: somebody who answers a byte at a time would else hold it for hours."""
        self.was_cut = True
        with suppress(OSError):
            if self.sock:
                self.sock.shutdown(socket.SHUT_RDWR)


def _within(line: _Pinned, target: str, body: bytes, headers: Mapping[str, str]) -> int:
    cut = threading.Timer(PATIENCE_S, line.cut)
    cut.daemon = True
    cut.start()
    try:
        line.request("POST", target, body, dict(headers))
        return line.getresponse().status
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreached(_code_of(error, line)) from error
    finally:
        cut.cancel()


def _code_of(error: Exception, line: _Pinned) -> str:
    if line.was_cut or isinstance(error, TimeoutError):
        return "timeout"
    return "tls" if isinstance(error, ssl.SSLError) else "connection"
