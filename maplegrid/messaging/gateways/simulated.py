"""Development's gateway: sends nothing anywhere and says it was delivered."""

from typing import Any


class SimulatedGateway:
    """Keeps the receipt as evidence in the same form as a real one."""

    def send(self, *, to: str, body: str, key: str) -> dict[str, Any]:
        return {"gateway": "simulated", "id": key, "delivered": True, "parts": parts_of(body)}


def parts_of(body: str) -> int:
    """How many SMS a text takes: 70 characters alone, 67 each when it must be split."""
    return 1 if len(body) <= 70 else -(-len(body) // 67)
