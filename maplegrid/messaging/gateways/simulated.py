"""Development's gateway: sends nothing anywhere and says it was delivered."""

from typing import Any

from maplegrid.rules.text_messages import parts_of


class SimulatedGateway:
    """Keeps the receipt as evidence in the same form as a real one."""

    def send(self, *, to: str, body: str, key: str) -> dict[str, Any]:
        return {"gateway": "simulated", "id": key, "delivered": True, "parts": parts_of(body)}
