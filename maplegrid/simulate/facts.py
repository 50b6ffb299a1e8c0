"""Public facts the demo district keeps: official names and codes of Guangming's streets and communities.

Names and codes are those of the National Bureau of Statistics' list of 2023 (统计用区划代码). Everything else
here (`seat`, `share`) belongs to the schematic map: where a community lies roughly on the drawing, from -1 to 1
west to east and south to north, and its share of the area in parts. It is a drawing (示意图), no survey.
"""

from dataclasses import dataclass

DISTRICT_CODE = "440311"
DISTRICT_NAME = "光明区"
DISTRICT_SHORT = "光明"
DISTRICT_NAME_EN = "Guangming District"


@dataclass(frozen=True)
class Community:
    """One community: three-digit code within its street, name, pinyin, a short Latin handle for sign-in names."""

    code3: str
    name: str
    pinyin: str
    handle: str
    seat: tuple[float, float]
    share: float

    @property
    def short(self) -> str:
        """The name without 社区, as in 合水口新村."""
        return self.name.removesuffix("社区")


@dataclass(frozen=True)
class Street:
    code3: str
    name: str
    pinyin: str
    communities: tuple[Community, ...]

    @property
    def short(self) -> str:
        return self.name.removesuffix("街道")

    @property
    def handle(self) -> str:
        return self.pinyin.lower()


STREETS: tuple[Street, ...] = (
    Street(
        "001",
        "光明街道",
        "Guangming",
        (
            Community("001", "光明社区", "Guangming", "guangm", (0.52, -0.22), 3.2),
            Community("002", "碧眼社区", "Biyan", "by", (0.54, 0.03), 5.6),
            Community("003", "东周社区", "Dongzhou", "dz", (0.38, -0.12), 3.6),
            Community("004", "白花社区", "Baihua", "bh", (0.72, -0.60), 9.6),
            Community("005", "翠湖社区", "Cuihu", "ch", (0.40, -0.42), 2.4),
            Community("006", "迳口社区", "Jingkou", "jk", (0.80, 0.00), 5.6),
        ),
    ),
    Street(
        "002",
        "公明街道",
        "Gongming",
        (
            Community("001", "公明社区", "Gongming", "gm", (-0.40, 0.26), 5.0),
            Community("002", "上村社区", "Shangcun", "sc", (-0.26, 0.50), 5.0),
            Community("003", "李松蓢社区", "Lisonglang", "lsl", (-0.42, 0.74), 4.6),
            Community("004", "下村社区", "Xiacun", "xc", (-0.52, 0.50), 3.4),
            Community("005", "西田社区", "Xitian", "xt", (-0.12, 0.80), 6.0),
        ),
    ),
    Street(
        "003",
        "新湖街道",
        "Xinhu",
        (
            Community("001", "新羌社区", "Xinqiang", "xq", (0.34, 0.74), 16.0),
            Community("002", "楼村社区", "Loucun", "lc", (0.12, 0.44), 14.0),
            Community("003", "圳美社区", "Zhenmei", "zm", (0.60, 0.48), 12.0),
        ),
    ),
    Street(
        "004",
        "凤凰街道",
        "Fenghuang",
        (
            Community("001", "甲子塘社区", "Jiazitang", "jzt", (0.02, -0.38), 3.6),
            Community("002", "东坑社区", "Dongkeng", "dk", (-0.10, -0.12), 4.0),
            Community("003", "塘尾社区", "Tangwei", "tw", (-0.26, -0.22), 4.0),
            Community("004", "塘家社区", "Tangjia", "tj", (0.22, -0.38), 4.4),
            Community("005", "凤凰社区", "Fenghuang", "fh", (0.46, -0.48), 5.4),
        ),
    ),
    Street(
        "005",
        "玉塘街道",
        "Yutang",
        (
            Community("001", "田寮社区", "Tianliao", "tl", (-0.36, -0.46), 5.4),
            Community("002", "玉律社区", "Yulü", "yl", (-0.46, -0.72), 5.2),
            Community("003", "长圳社区", "Changzhen", "cz", (-0.02, -0.64), 5.6),
            Community("004", "红星社区", "Hongxing", "hx", (-0.18, -0.82), 4.6),
        ),
    ),
    Street(
        "006",
        "马田街道",
        "Matian",
        (
            Community("001", "薯田埔社区", "Shutianpu", "stp", (-0.80, 0.26), 2.8),
            Community("002", "合水口社区", "Heshuikou", "hsk", (-0.63, 0.24), 3.2),
            Community("003", "根竹园社区", "Genzhuyuan", "gzy", (-0.82, 0.04), 2.0),
            Community("004", "马山头社区", "Mashantou", "mst", (-0.62, 0.04), 2.8),
            Community("005", "石围社区", "Shiwei", "sw", (-0.54, -0.14), 2.0),
            Community("006", "将围社区", "Jiangwei", "jw", (-0.42, 0.00), 2.2),
            Community("007", "石家社区", "Shijia", "sj", (-0.58, -0.30), 2.0),
            Community("008", "新庄社区", "Xinzhuang", "xz", (-0.75, -0.15), 2.4),
        ),
    ),
)

# Where the drawing is densest: old town, new centre, factory belts. Same plane as `seat`.
TOWN_CENTRES: tuple[tuple[float, float], ...] = (
    (-0.45, 0.28),
    (-0.68, 0.08),
    (0.46, -0.20),
    (-0.18, -0.24),
    (-0.34, -0.58),
    (0.10, 0.46),
    (0.22, -0.40),
)


def community_codes() -> list[str]:
    """The 31 twelve-digit codes in official order."""
    return [
        f"{DISTRICT_CODE}{street.code3}{place.code3}" for street in STREETS for place in street.communities
    ]
