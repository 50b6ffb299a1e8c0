"""maplegrid keys: rotate the keys of personal data."""

import json
from pathlib import Path

import click

from maplegrid.cli.framework import use_django


@click.group()
def command() -> None:
    """Keys under <home>/keys. Back them up apart from the database."""
    use_django()


@command.command()
def rotate() -> None:
    """Add a new key and seal every contact anew with it; old keys stay readable. Restart web and worker after."""
    from django.conf import settings

    from maplegrid.kit import crypto
    from maplegrid.kit.moment import now
    from maplegrid.messaging.actions.resealing import reseal_contacts

    path = Path(settings.KEY_FILE)
    ring = crypto.rotated(crypto.read_keyring(path))
    crypto.write_keyring(path, ring)
    crypto.keyring.cache_clear()
    print(json.dumps({"key": ring.newest, "resealed": reseal_contacts(actor="operator", now=now())}))
