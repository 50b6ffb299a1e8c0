"""What went wrong, in the specification's form: a list of code and description."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One error: `code` as the HTTP status, `description` a sentence the user of the other system may read."""

    code: int
    description: str


class Wrong(Exception):
    """A request that cannot be fulfilled; the first fault decides the HTTP status."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(fault.description for fault in faults))
        self.faults = faults
