"""What `maplegrid start` says once everything is well: the address, and who can sign in."""

import http.client
import time

import click

from maplegrid.cli.supervisor import Child

READY_WITHIN_S = 60.0
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


def announce(host: str, port: int, children: list[Child]) -> None:
    """Wait until it is well, then say where it is and who can sign in."""
    from django.conf import settings
    from django.db import connection

    from maplegrid.cli.demo import print_sign_ins

    if not _well(host, port):
        for child in children:
            click.echo(
                f"{child.name} 还没有起来 (not well yet)：{child.last_words()}  → {child.log}", err=True
            )
    click.echo(f"\n  枫格 MapleGrid  {settings.PUBLIC_ADDRESS}\n")
    print_sign_ins()
    connection.close()
    click.echo("\n  Ctrl-C 停止 (to stop)")


def _well(host: str, port: int) -> bool:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        if health_of(host, port) == 200:
            return True
        time.sleep(0.1)
    return False


def health_of(host: str, port: int) -> int | None:
    """Status of GET /healthz, asked directly (no proxy), under a name that the site answers to; None: no answer."""
    from django.conf import settings

    name = next((name.lstrip(".") for name in settings.ALLOWED_HOSTS if name != "*"), "localhost")
    line = http.client.HTTPConnection(EVERYWHERE.get(host, host), port, timeout=5)
    try:
        line.request("GET", "/healthz", headers={"Host": name, "X-Forwarded-Proto": "https"})
        return line.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        line.close()
