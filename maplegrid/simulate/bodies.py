"""Departments, courts, police stations and offices of the demo district, and which matters they lead."""

from dataclasses import dataclass
from typing import Literal

from maplegrid.simulate.facts import DISTRICT_CODE, STREETS

Kind = Literal["department", "police", "court", "procuratorate", "discipline", "utility", "office", "other"]


@dataclass(frozen=True)
class Body:
    """`lead` holds the words of the taxonomy's “建议主办”; `unit` is the code of its area ("" = none of its own)."""

    code: str
    name: str
    name_en: str
    kind: Kind
    lead: tuple[str, ...] = ()
    parent: str = ""
    unit: str = ""


POLICE = "police"
# Sub-units that have a desk of their own; the department's desk passes matters on to them.
SUB_UNITS: tuple[Body, ...] = (
    Body("water.drainage", "区水务局排水管理科", "District Water Bureau, Drainage Section", "department", parent="water"),
    Body("water.supply", "区水务局供水保障科", "District Water Bureau, Water Supply Section", "department", parent="water"),
    Body("urban.sanitation", "区城管局环境卫生科", "District Urban Management Bureau, Sanitation Section", "department", parent="urban"),
    Body("urban.greening", "区城管局园林绿化科", "District Urban Management Bureau, Greening Section", "department", parent="urban"),
)  # fmt: skip
DEPARTMENTS: tuple[Body, ...] = (
    Body("water", "区水务局", "District Water Bureau", "department", ("水务",)),
    Body("urban", "区城管局", "District Urban Management Bureau", "department", ("城管", "环卫")),
    Body("housing", "区住建局", "District Housing and Construction Bureau", "department", ("住建",)),
    Body("market", "区市场监管局", "District Market Regulation Bureau", "department", ("市场监管", "消委会")),
    Body("labour", "区人力资源局", "District Human Resources Bureau", "department", ("人力资源",)),
    Body("emergency", "区应急管理局", "District Emergency Bureau", "department", ("应急", "三防办")),
    Body("fire", "区消防救援大队", "District Fire and Rescue Brigade", "department", ("消防", "119")),
    Body("ecology", "区生态环境局", "District Ecology Bureau", "department", ("生态环境",)),
    Body("education", "区教育局", "District Education Bureau", "department", ("教育",)),
    Body("health", "区卫健局", "District Health Bureau", "department", ("卫健", "医调委")),
    Body("civil", "区民政局", "District Civil Affairs Bureau", "department", ("民政",)),
    Body("transport", "区交通运输局", "District Transport Bureau", "department", ("交通运输", "交通")),
    Body("justice", "区司法局", "District Justice Bureau", "department", ("律师", "行政复议机构", "行政复议机构/法院")),
    Body(
        "petition",
        "区信访局",
        "District Petition Office",
        "department",
        ("信访", "人民建议征集", "人民建议征集/主管部门", "责任部门", "区信访联席会议"),
    ),
    Body("politlaw", "区委政法委", "District Political and Legal Committee", "department", ("政法单位",)),
    Body("gridcentre", "区网格中心", "District Grid Centre", "department", ("网格",)),
    Body("women", "区妇联", "District Women's Federation", "other", ("妇联",)),
    Body("disabled", "区残联", "District Disabled Persons' Federation", "other", ("残联",)),
    Body("veterans", "区退役军人事务局", "District Veterans Affairs Bureau", "department", ("退役军人",)),
    Body("planning", "区规划和自然资源局", "District Planning and Natural Resources Bureau", "department", ("规自",)),
    Body("landwatch", "区规划土地监察局", "District Land Supervision Bureau", "department", ("规土监察",)),
    Body("renewal", "区城市更新和土地整备局", "District Urban Renewal Bureau", "department", ("城市更新土地整备",)),
    Body("industry", "区工业和信息化局", "District Industry and IT Bureau", "department", ("工信", "商务")),
    Body("finance", "区金融工作局", "District Finance Bureau", "department", ("金融工作部门", "金融监管")),
    Body("socialsec", "区社保局", "District Social Insurance Bureau", "department", ("社保",)),
    Body("medinsure", "区医保局", "District Medical Insurance Bureau", "department", ("医保",)),
    Body("housefund", "区公积金管理部", "District Housing Fund Office", "department", ("公积金",)),
    Body("cyberspace", "区网信办", "District Cyberspace Office", "department", ("网信",)),
    Body("stateassets", "区国资局", "District State Assets Bureau", "department", ("国资集体资产",)),
    Body("govdata", "区政数局", "District Government Services and Data Bureau", "department", ("政数",)),
    Body("psych", "区社会心理服务中心", "District Psychological Service Centre", "department", ("社会心理服务中心", "心理服务")),
    Body("legalservice", "区公共法律服务中心", "District Public Legal Service Centre", "department", ("公共法律服务中心",)),
    Body("power", "光明供电局", "Guangming Power Supply", "utility", ("供电",)),
    Body("gas", "光明燃气公司", "Guangming Gas Company", "utility", ("燃气",)),
    Body("telecom", "通信企业联络处", "Telecom Liaison Office", "utility", ("通信",)),
    Body("property", "物业服务企业联络处", "Property Managers' Liaison Office", "other", ("物业",)),
    Body("discipline", "区纪委监委", "District Discipline and Supervision Commission", "discipline", ("纪检监察",)),
    Body("court", "区人民法院", "District Court", "court", ("法院",)),
    Body("procuratorate", "区人民检察院", "District Procuratorate", "procuratorate", ("检察",)),
    Body(POLICE, "市公安局光明分局", "Guangming Police Sub-bureau", "police", ("公安", "公安经侦", "反诈", "禁毒")),
    Body("traffic", "交警光明大队", "Guangming Traffic Police", "police", ("交警", "交调委"), parent=POLICE),
)  # fmt: skip

# Communities whose police station is not the one named after their street: community code → handle, name, pinyin.
OTHER_STATIONS: dict[str, tuple[str, str, str]] = {
    "440311001002": ("baihua", "白花派出所", "Baihua"),
    "440311001004": ("baihua", "白花派出所", "Baihua"),
    "440311003002": ("loucun", "楼村派出所", "Loucun"),
}


def station_of(community_code: str) -> str:
    """The body code of the police station in charge of a community."""
    if community_code in OTHER_STATIONS:
        return f"{POLICE}.{OTHER_STATIONS[community_code][0]}"
    street = next(one for one in STREETS if community_code[6:9] == one.code3)
    return f"{POLICE}.{street.handle}"


def all_bodies() -> list[Body]:
    """Departments, then police stations, then street and community offices; codes are unique."""
    return [*DEPARTMENTS, *SUB_UNITS, *_police_stations(), *_street_offices(), *_community_offices()]


def _police_stations() -> list[Body]:
    named = {
        street.handle: (f"{street.short}派出所", street.pinyin, _code(street.code3)) for street in STREETS
    }
    named |= {handle: (name, pinyin, code[:9]) for code, (handle, name, pinyin) in OTHER_STATIONS.items()}
    return [
        Body(
            f"{POLICE}.{handle}", name, f"{pinyin} Police Station", "police", ("派出所", "驻所调解室"), POLICE, unit
        )
        for handle, (name, pinyin, unit) in named.items()
    ]  # fmt: skip


def _street_offices() -> list[Body]:
    offices = []
    for street in STREETS:
        code, unit, en = f"street.{street.handle}", _code(street.code3), f"{street.pinyin} Subdistrict"
        offices += [
            Body(code, f"{street.name}办事处", f"{en} Office", "office", ("街道", "街道分拨", "街道综治"), "", unit),
            Body(f"{code}.justice", f"{street.short}司法所", f"{en} Justice Office", "office", ("街道司法所",), "justice", unit),
            Body(f"{code}.labour", f"{street.name}劳动办", f"{en} Labour Office", "office", ("街道劳动办",), code, unit),
        ]  # fmt: skip
    return offices


def _community_offices() -> list[Body]:
    offices = []
    for street in STREETS:
        for place in street.communities:
            code, unit = f"community.{place.handle}", _code(street.code3 + place.code3)
            parent, en = f"street.{street.handle}", f"{place.pinyin} Community"
            offices += [
                Body(code, f"{place.name}工作站", f"{en} Office", "office", ("社区", "楼栋长"), parent, unit),
                Body(
                    f"{code}.mediation",
                    f"{place.name}人民调解委员会",
                    f"{en} People's Mediation Committee",
                    "office",
                    ("社区人民调解委员会",),
                    code,
                    unit,
                ),
            ]
    return offices


def _code(tail: str) -> str:
    return f"{DISTRICT_CODE}{tail}"
