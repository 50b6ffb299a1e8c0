"""SMS gateways, one file each, chosen by the setting MAPLEGRID_SMS."""

from typing import Any, Protocol

from maplegrid.messaging.gateways import simulated


class Gateway(Protocol):
    """Sends one text to one number; returns a receipt (`id`, `delivered`). Raises to be tried again."""

    def send(self, *, to: str, body: str, key: str) -> dict[str, Any]: ...


GATEWAYS: dict[str, Gateway] = {"simulated": simulated.SimulatedGateway()}


class NoSuchGateway(LookupError):
    """The setting names a gateway that is not installed."""


def gateway_named(name: str) -> Gateway:
    """The gateway of this name."""
    try:
        return GATEWAYS[name]
    except KeyError as error:
        raise NoSuchGateway(name) from error
