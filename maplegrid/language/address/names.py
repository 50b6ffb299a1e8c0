"""Public names of China's administrative divisions (GB/T 2260) that addresses use with or without 省, 市, 区, 镇.

data/address_names.csv, which a district may extend: provinces, cities at prefecture level, and of counties and towns those
whose addresses often leave the last word out.
"""

from collections import defaultdict

from maplegrid.language.tables import rows_of


def _by_kind() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows_of("address_names"):
        found[row["kind"]] += row["names"].split()
    return found


_NAMES = _by_kind()
PROVINCES, MUNICIPALITIES, CITIES = (_NAMES[kind] for kind in ("province", "municipality", "city"))
DISTRICTS, TOWNS = _NAMES["district"], _NAMES["town"]
