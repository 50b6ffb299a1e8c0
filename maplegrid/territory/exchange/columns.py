"""Which columns each kind of file has, under which headers."""

import re
from dataclasses import dataclass
from enum import StrEnum

from maplegrid.rules.vocabulary import N_


class Kind(StrEnum):
    """What a file can hold."""

    UNITS = "units"
    STAFF = "staff"
    POSTS = "posts"
    BUILDINGS = "buildings"
    STATIONS = "stations"
    POLICE_GRIDS = "police_grids"


KIND_NAMES: dict[Kind, str] = {
    Kind.UNITS: N_("单元和边界"),
    Kind.STAFF: N_("人员和任职"),
    Kind.POSTS: N_("岗位编制"),
    Kind.BUILDINGS: N_("楼栋和人口数"),
    Kind.STATIONS: N_("服务站点"),
    Kind.POLICE_GRIDS: N_("警格"),
}


@dataclass(frozen=True)
class Column:
    """A column: its name in files for machines (at most ten letters, as shapefiles allow), its Chinese header,
    further headers that mean the same, and whether a file must have it."""

    name: str
    words: str
    also: tuple[str, ...] = ()
    required: bool = False


CODE = Column("code", N_("编码"), ("代码", "网格编码", "单元编码", "楼栋编码"), required=True)
NAME = Column("name", N_("名称"), ("单元名称", "网格名称", "楼栋名称"), required=True)
NAME_EN = Column("name_en", N_("英文名称"))
HOUSEHOLDS = Column("households", N_("户数"))
RESIDENTS = Column("residents", N_("人口"), ("人口数", "居民数", "常住人口"))
LON = Column("lon", N_("经度"), ("lng", "longitude", "x"))
LAT = Column("lat", N_("纬度"), ("latitude", "y"))
ADDRESS = Column("address", N_("地址"))
SHAPE = Column("geometry", N_("边界"), ("wkt", "geom", "the_geom", "坐标串"))
UNIT = Column("unit", N_("单元编码"), ("unit_code", "网格编码", "小分格编码", "所属单元"))
BODY = Column("body", N_("机构编码"), ("body_code", "部门编码", "机构"))
FROM, TO = (
    Column("valid_from", N_("从"), ("启用", "开始日期")),
    Column("valid_to", N_("到"), ("停用", "结束日期")),
)

COLUMNS: dict[Kind, tuple[Column, ...]] = {
    Kind.UNITS: (
        CODE,
        NAME,
        Column("level", N_("层级"), ("级别",)),
        Column("parent", N_("上级编码"), ("parent_code", "上级")),
        NAME_EN,
        HOUSEHOLDS,
        RESIDENTS,
        SHAPE,
    ),
    Kind.STAFF: (
        Column("username", N_("用户名"), ("账号", "登录名"), required=True),
        Column("words", N_("显示为"), ("display_name", "显示名称", "姓名")),
        Column("words_en", N_("英文显示"), ("display_name_en",)),
        Column("phone", N_("手机"), ("电话", "联系电话")),
        Column("role", N_("岗位"), ("角色", "职务"), required=True),
        UNIT,
        BODY,
        FROM,
        TO,
    ),
    Kind.POSTS: (
        Column("unit", N_("单元编码"), UNIT.also, required=True),
        Column("role", N_("岗位"), ("角色", "职务"), required=True),
        Column("seats", N_("人数"), ("编制", "编制数"), required=True),
    ),
    Kind.BUILDINGS: (
        CODE,
        NAME,
        Column("aliases", N_("别名"), ("俗称",)),
        ADDRESS,
        Column("kind", N_("类型"), ("楼栋类型",)),
        Column("grid", N_("网格编码"), ("grid_code", "综合网格", "综合网格编码")),
        Column("floors", N_("层数"), ("楼层数",)),
        Column("dwellings", N_("套数")),
        HOUSEHOLDS,
        RESIDENTS,
        Column("doors", N_("门数")),
        LON,
        LAT,
    ),
    Kind.STATIONS: (
        CODE,
        NAME,
        NAME_EN,
        Column("tier", N_("层级"), ("级别",), required=True),
        Column("unit", N_("单元编码"), UNIT.also, required=True),
        Column("kinds", N_("服务"), ("服务类型",), required=True),
        ADDRESS,
        Column("phone", N_("电话"), ("联系电话",)),
        Column("opens", N_("开门"), ("开门时间",)),
        Column("closes", N_("关门"), ("关门时间",)),
        Column("weekdays", N_("开放日")),
        LON,
        LAT,
    ),
    Kind.POLICE_GRIDS: (
        CODE,
        NAME,
        Column("body", N_("派出所编码"), (*BODY.also, "机构编码", "派出所"), required=True),
        SHAPE,
    ),
}
WITH_AREA = frozenset({Kind.UNITS, Kind.POLICE_GRIDS})
WITH_POINT = frozenset({Kind.BUILDINGS, Kind.STATIONS})
# Written by the export for the reader's sake; the import does not want them back.
TOLD_ONLY: dict[str, str] = {
    "datum": N_("来源坐标系"),
    "area_m2": N_("面积（平方米）"),
    "sub_grid": N_("小分格"),
    "community": N_("社区"),
}
_NOTE = re.compile(r"[（(].*?[）)]|\s|\ufeff")


def meanings_of(kind: Kind, header: tuple[str, ...]) -> dict[str, str]:
    """Header of the file → name of our column. The first header that means a column is taken."""
    known: dict[str, str] = {}
    for column in COLUMNS[kind]:
        known |= {column.name: column.name, column.words.lower(): column.name}
    for column in COLUMNS[kind]:
        for words in column.also:
            known.setdefault(words.lower(), column.name)
    found: dict[str, str] = {}
    for words in header:
        name = known.get(_NOTE.sub("", words).lower())
        if name and name not in found.values():
            found[words] = name
    return found


def unused_columns(header: tuple[str, ...], meanings: dict[str, str]) -> tuple[str, ...]:
    """Headers that mean nothing to the import, and are not only told by an export."""
    told = {*TOLD_ONLY, *TOLD_ONLY.values()}
    return tuple(words for words in header if words and words not in meanings and words.lower() not in told)


def missing_columns(kind: Kind, meanings: dict[str, str]) -> list[Column]:
    """Columns a file must have and this one has not."""
    return [column for column in COLUMNS[kind] if column.required and column.name not in meanings.values()]
