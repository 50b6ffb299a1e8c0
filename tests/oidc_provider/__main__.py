"""`python -m tests.oidc_provider ADDRESS…`: serve, with one client that may be sent back to these addresses."""

import os
import sys

import django
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler


class Quiet(WSGIRequestHandler):
    """Says nothing on every request."""

    def log_message(self, *words: object) -> None:
        return


def main(addresses: list[str]) -> None:
    """Make the tables and the client, then serve until told to end."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.oidc_provider.settings"
    django.setup()
    call_command("migrate", verbosity=0)
    register(addresses)
    from django.core.wsgi import get_wsgi_application

    server = ThreadedWSGIServer(("localhost", int(os.environ["PROVIDER_PORT"])), Quiet, ipv6=False)
    server.set_app(get_wsgi_application())
    server.serve_forever()


def register(addresses: list[str]) -> None:
    from oauth2_provider.models import Application

    from tests.oidc_provider.start import CLIENT, SECRET

    Application.objects.update_or_create(
        client_id=CLIENT,
        defaults={
            "client_secret": SECRET,
            "client_type": "confidential",
            "authorization_grant_type": "authorization-code",
            "algorithm": "RS256",
            "skip_authorization": True,
            "redirect_uris": " ".join(f"{address}/oidc/back" for address in addresses),
        },
    )


if __name__ == "__main__":
    main(sys.argv[1:])
