"""The word tables that come with the readers, in `data/`: CSV with a header row."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib import resources


@cache
def rows_of(table: str) -> tuple[Mapping[str, str], ...]:
    """The rows of `data/<table>.csv`, read once."""
    text = (resources.files("maplegrid.language") / "data" / f"{table}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))
