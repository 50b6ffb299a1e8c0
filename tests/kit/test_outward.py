"""No address that somebody else chose leads into our own network."""

import datetime
import ipaddress
import socket
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from maplegrid.kit import outward
from maplegrid.kit.outward import Unreached, is_public, post, why_not_call
from tests.api.receiver import receiving

HERE = ("127.0.0.1",)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fd00::1", "ff02::1", "::ffff:10.0.0.1",
        "64:ff9b::a00:1", "64:ff9b::7f00:1", "2002:a00:1::1", "2002:7f00:1::",
    ],
)  # fmt: skip
def test_an_inner_address_is_not_public_however_it_is_wrapped(address: str):
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"])
def test_a_public_address_is_public(address: str):
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://example.org/x", None), ("https://example.org:8443/x?a=b", None), ("HTTPS://EXAMPLE.org", None),
        ("http://inner.example/x", None), ("http://example.org/x", "not_https"), ("https://127.0.0.1/", "inside"),
        ("https://[::1]/", "inside"), ("https://localhost/", "inside"), ("https://[::ffff:10.0.0.1]/", "inside"),
        ("https://u:p@example.org/", "bad_address"), ("https://example.org\\@127.0.0.1/", "bad_address"),
        ("https://example.org/#x", "bad_address"), ("file:///etc/passwd", "bad_address"),
        ("gopher://example.org/", "bad_address"), ("https:///x", "bad_address"), ("", "bad_address"),
        ("https://example.org:0/", "bad_address"), ("https://example.org:99999/", "bad_address"),
        ("https://exa mple.org/", "bad_address"), ("https://例子.测试/", "bad_address"),
        ("https://example.org/" + "x" * 500, "bad_address"), ("https://[::1", "bad_address"),
        ("https://example.org/a\r\nX: y", "bad_address"), ("//example.org/x", "bad_address"),
    ],
)  # fmt: skip
def test_what_is_said_against_an_address_before_its_name_is_resolved(url: str, code: str | None):
    refusal = why_not_call(url, ("inner.example",))
    assert (refusal.code if refusal else None) == code


def answering(monkeypatch, *addresses: str) -> None:
    """The name server says these, whatever it is asked."""

    def found(host, port, *_rest, **_more):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", found)


@pytest.mark.parametrize("addresses", [("127.0.0.1",), ("1.1.1.1", "10.0.0.1"), ("169.254.169.254",), ()])
def test_a_name_with_any_inner_address_is_not_called(monkeypatch, addresses):
    answering(monkeypatch, *addresses)
    monkeypatch.setattr(socket, "create_connection", lambda *a, **k: pytest.fail("called"))
    with pytest.raises(Unreached) as no:
        post("https://rebinding.example/x", b"{}", {}, trusted=())
    assert no.value.code == "refused"


@pytest.mark.parametrize("host", ["2130706433", "127.1", "0x7f000001", "localhost.", "0"])
def test_other_spellings_of_home_are_not_called(host: str):
    with pytest.raises(Unreached) as no:
        post(f"https://{host}/x", b"{}", {}, trusted=())
    assert no.value.code in {"refused", "name"}


def test_the_call_goes_to_the_address_that_was_judged_and_the_name_is_resolved_once(monkeypatch):
    asked, called = [], []

    def resolve(host, *_rest, **_more):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (("1.1.1.1", "127.0.0.1")[len(asked) - 1], 443))]

    def connect(address, **_more):
        called.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(Unreached) as no:
        post("https://rebinding.example/x", b"{}", {}, trusted=())
    assert (asked, called, no.value.code) == (["rebinding.example"], [("1.1.1.1", 443)], "connection")


@pytest.mark.parametrize("status", [200, 301, 404, 500])
def test_the_status_is_what_was_answered_and_no_redirect_is_followed(status: int):
    with receiving() as receiver:
        receiver.checks, receiver.plan = False, [status]
        assert post(receiver.url(), b"{}", {}, trusted=HERE) == status
        assert len(receiver.calls) == 1


@pytest.mark.parametrize("how", ["silent", "drip"])
def test_a_receiver_that_takes_its_time_is_cut_off(monkeypatch, how: str):
    monkeypatch.setattr(outward, "PATIENCE_S", 0.5)
    with receiving() as receiver:
        receiver.drip, receiver.delay_s = how == "drip", 20.0
        begun = time.monotonic()
        with pytest.raises(Unreached) as no:
            post(receiver.url(), b"{}", {}, trusted=HERE)
        assert no.value.code == "timeout"
        assert time.monotonic() - begun < 3


def test_nobody_there_is_said():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Unreached) as no:
        post(f"http://127.0.0.1:{port}/", b"{}", {}, trusted=HERE)
    assert no.value.code == "connection"
    with pytest.raises(Unreached) as no:
        post("https://no-such-name.invalid/", b"{}", {}, trusted=())
    assert no.value.code == "name"


@pytest.fixture
def certificate(tmp_path):
    """Of the name `receiver.example`, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "receiver.example")])
    today = datetime.datetime.now(datetime.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("receiver.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path / "receiver.pem"
    path.write_bytes(secret + built.public_bytes(serialization.Encoding.PEM))
    return path


def test_over_tls_the_certificate_must_be_known_and_of_the_name(monkeypatch, certificate):
    answering(monkeypatch, "127.0.0.1")
    trusted = ("receiver.example", "other.example")
    with receiving(certificate) as receiver:

        def call(host: str) -> int:
            return post(receiver.url("https", host), b"{}", {}, trusted=trusted)

        with pytest.raises(Unreached) as unknown:
            call("receiver.example")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with pytest.raises(Unreached) as another:
            call("other.example")
        assert (unknown.value.code, another.value.code) == ("tls", "tls")
        assert receiver.calls == []
        receiver.checks = False
        assert call("receiver.example") == 200
        assert receiver.calls[0]["host"] == f"receiver.example:{receiver.server_address[1]}"
