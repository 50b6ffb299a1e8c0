"""A small neighbourhood for the tests of locating: two streets, four communities, a few estates (all invented)."""

from maplegrid.language.locate import BuildingRow, Gazetteer, UnitRow

LON, LAT = 113.93, 22.75

UNITS = [
    UnitRow("s1", "street", "公明街道", "440311002", None),
    UnitRow("s2", "street", "凤凰街道", "440311004", None),
    UnitRow("c1", "community", "公明社区", "440311002001", "s1"),
    UnitRow("c2", "community", "上村社区", "440311002002", "s1"),
    UnitRow("c3", "community", "塘家社区", "440311004004", "s2"),
    UnitRow("c4", "community", "凤凰社区", "440311004005", "s2"),
    UnitRow("c1-03", "sub_grid", "公明社区03小分格", "440311002001F03", "c1"),
    UnitRow("c1-04", "sub_grid", "公明社区04小分格", "440311002001F04", "c1"),
    UnitRow("c2-01", "sub_grid", "上村社区01小分格", "440311002002F01", "c2"),
    UnitRow("c3-02", "sub_grid", "塘家社区02小分格", "440311004004F02", "c3"),
    UnitRow("c1-04-g1", "grid", "公明社区第001网格", "440311002001001", "c1-04"),
    UnitRow("c1-03-g2", "grid", "公明社区第002网格", "440311002001002", "c1-03"),
    UnitRow("c2-01-g1", "grid", "上村社区第001网格", "440311002002001", "c2-01"),
    UnitRow("c3-02-g1", "grid", "塘家社区第001网格", "440311004004001", "c3-02"),
]
_HOMES = {
    "g1": ("c1-04-g1", "c1-04", "c1", "s1"),
    "g2": ("c1-03-g2", "c1-03", "c1", "s1"),
    "up": ("c2-01-g1", "c2-01", "c2", "s1"),
    "tj": ("c3-02-g1", "c3-02", "c3", "s2"),
}


def _rows() -> list[BuildingRow]:
    named: list[tuple[str, tuple[str, ...], str, str]] = []
    for zone, count in (("A", 4), ("B", 4), ("C", 12)):
        named += [
            (f"富豪花园{zone}区{n}栋", (f"富豪花园{zone}{n}栋",), f"河心路{n}号" if zone == "A" else "", "g1")
            for n in range(1, count + 1)
        ]
    named += [(f"大富豪花园{n}栋", (), "", "tj") for n in range(1, 4)]
    named += [
        (f"合水口新村{lane}巷{n}号", (), "", "g2") for lane in ("一", "二", "十二") for n in range(1, 9)
    ]
    named += [(f"幸福小区{n}栋", (), "", "g2") for n in range(1, 4)]
    named += [(f"幸福小区{n}栋", (), "", "tj") for n in range(1, 4)]
    named += [
        ("天虹大厦", ("天虹商场",), "光明区公明街道上村社区建设路88号", "up"),
        ("公明小学教学楼", (), "", "g2"),
    ]
    named += [(f"宏达工业园{n}号厂房", (), "", "up") for n in range(1, 4)]
    named += [(f"宏达工业园{n}号宿舍楼", (), "", "up") for n in range(1, 4)]
    return [
        BuildingRow(i, name, aliases, address, *_HOMES[home], LON + 0.001 * i, LAT)
        for i, (name, aliases, address, home) in enumerate(named)
    ]


BUILDINGS = _rows()
GAZETTEER = Gazetteer(BUILDINGS, UNITS, version="test")


def building(name: str, community: str | None = None) -> BuildingRow:
    return next(row for row in BUILDINGS if row.name == name and community in (None, row.community_id))
