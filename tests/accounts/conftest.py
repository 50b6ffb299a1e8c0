"""A running provider, and this installation set up for it."""

from collections.abc import Iterator

import pytest

from tests.oidc_provider.start import CLIENT, SECRET, Provider, provider_for


@pytest.fixture(scope="session")
def running() -> Iterator[Provider]:
    with provider_for("http://testserver") as provider:
        yield provider


@pytest.fixture
def provider(running: Provider, settings) -> Provider:
    """The provider, honest, and this installation set up for it."""
    running.bend()
    settings.OIDC_ISSUER, settings.OIDC_CLIENT, settings.OIDC_SECRET = running.issuer, CLIENT, SECRET
    settings.OIDC_LABEL, settings.OIDC_CLAIM, settings.OIDC_MATCH = (
        "区统一账号",
        "preferred_username",
        "username",
    )
    return running
