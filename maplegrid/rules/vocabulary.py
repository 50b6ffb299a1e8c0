"""The field's words: levels of territory, roles, channels, and the refusal that every rule may answer with.

Terms follow GB/T 34300-2017 (grid services) and GB/T 30428.8 (立案、派遣、处置、核查、结案); docs/glossary.md
lists each with its source.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


def N_(sentence: str) -> str:  # noqa: N802 - gettext's own name for "translate this later"
    """Mark a Chinese sentence for translation at the edge; rules themselves speak no language."""
    return sentence


@dataclass(frozen=True)
class Refusal:
    """Why something may not be done: a sentence a clerk can act on, with named placeholders.

    `sentence` is a Chinese msgid marked with N_; `params` fill it after translation, several words as a tuple.
    """

    code: str
    sentence: str
    params: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.told(str)

    def told(self, translate: Callable[[str], str]) -> str:
        """The sentence with its blanks filled, each of its words passed through `translate`."""
        words = {name: told_words(value, translate) for name, value in self.params.items()}
        return translate(self.sentence).format(**words)


def told_words(value: str | tuple[str, ...], translate: Callable[[str], str]) -> str:
    """One word or a list of words, translated; nothing stays nothing."""
    if isinstance(value, tuple):
        return translate(LIST_COMMA).join(translate(word) for word in value)
    return translate(value) if value else ""


LIST_COMMA = N_("、")


class Level(StrEnum):
    """Levels of the tower of territory, top down."""

    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"
    SUB_GRID = "sub_grid"
    GRID = "grid"


LEVELS: tuple[Level, ...] = tuple(Level)

LEVEL_NAMES: dict[Level, str] = {
    Level.DISTRICT: N_("区"),
    Level.STREET: N_("街道"),
    Level.COMMUNITY: N_("社区"),
    Level.SUB_GRID: N_("小分格"),
    Level.GRID: N_("综合网格"),
}


class Role(StrEnum):
    """What a person is appointed to do somewhere; a person may hold several appointments."""

    INFO_POST = "info_post"
    PATROL_POST = "patrol_post"
    SERVICE_POST = "service_post"
    SUBGRID_CHIEF = "subgrid_chief"
    COMMUNITY_DESK = "community_desk"
    COMMUNITY_SECRETARY = "community_secretary"
    STREET_DESK = "street_desk"
    STREET_DEPUTY = "street_deputy"
    STREET_SECRETARY = "street_secretary"
    HALL_DESK = "hall_desk"
    DISTRICT_COMMAND = "district_command"
    GRID_CENTRE = "grid_centre"
    DEPARTMENT_DESK = "department_desk"
    POLICE_OFFICER = "police_officer"
    LEGAL_ADVISER = "legal_adviser"
    AUDITOR = "auditor"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"


ROLE_NAMES: dict[Role, str] = {
    Role.INFO_POST: N_("基础网格信息岗"),
    Role.PATROL_POST: N_("综合巡查纠治岗"),
    Role.SERVICE_POST: N_("民生诉求服务岗"),
    Role.SUBGRID_CHIEF: N_("格长"),
    Role.COMMUNITY_DESK: N_("社区值班员"),
    Role.COMMUNITY_SECRETARY: N_("社区书记"),
    Role.STREET_DESK: N_("街道分拨员"),
    Role.STREET_DEPUTY: N_("街道分管领导"),
    Role.STREET_SECRETARY: N_("街道书记"),
    Role.HALL_DESK: N_("大厅与热线登记员"),
    Role.DISTRICT_COMMAND: N_("区指挥中心值班员"),
    Role.GRID_CENTRE: N_("区网格中心"),
    Role.DEPARTMENT_DESK: N_("部门经办人"),
    Role.POLICE_OFFICER: N_("责任民警"),
    Role.LEGAL_ADVISER: N_("小分格法律顾问"),
    Role.AUDITOR: N_("审计员"),
    Role.SYSTEM_ADMIN: N_("系统管理员"),
    Role.SECURITY_ADMIN: N_("安全管理员"),
    Role.AUDIT_ADMIN: N_("审计管理员"),
}

GRID_ROLES = frozenset({Role.INFO_POST, Role.PATROL_POST, Role.SERVICE_POST, Role.SUBGRID_CHIEF})
COMMUNITY_ROLES = frozenset({Role.COMMUNITY_DESK, Role.COMMUNITY_SECRETARY})
STREET_ROLES = frozenset({Role.STREET_DESK, Role.STREET_DEPUTY, Role.STREET_SECRETARY})
DISTRICT_ROLES = frozenset({Role.DISTRICT_COMMAND, Role.GRID_CENTRE})
HANDLING_ROLES = GRID_ROLES | COMMUNITY_ROLES | STREET_ROLES | {Role.DISTRICT_COMMAND, Role.DEPARTMENT_DESK}
# Who writes an appeal down for somebody else.
REGISTERING_ROLES = (HANDLING_ROLES - GRID_ROLES) | {Role.HALL_DESK}
ADMIN_ROLES = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})

DESK_ROLE_OF_LEVEL: dict[Level, tuple[Role, ...]] = {
    Level.SUB_GRID: (Role.SUBGRID_CHIEF, Role.SERVICE_POST),
    Level.COMMUNITY: (Role.COMMUNITY_DESK, Role.COMMUNITY_SECRETARY),
    Level.STREET: (Role.STREET_DESK, Role.STREET_DEPUTY, Role.STREET_SECRETARY),
    Level.DISTRICT: (Role.DISTRICT_COMMAND, Role.GRID_CENTRE),
}


class Channel(StrEnum):
    """The door a message came through (reference 1.2)."""

    WEB = "web"
    QR_BUILDING = "qr_building"
    RELAY = "relay"
    HALL = "hall"
    HOTLINE = "hotline"
    IMPORT = "import"
    PATROL = "patrol"
    OPEN311 = "open311"
    API = "api"


CHANNEL_NAMES: dict[Channel, str] = {
    Channel.WEB: N_("网页反映"),
    Channel.QR_BUILDING: N_("扫码反映"),
    Channel.RELAY: N_("微信群转来"),
    Channel.HALL: N_("大厅登记"),
    Channel.HOTLINE: N_("热线登记"),
    Channel.IMPORT: N_("其他系统导入"),
    Channel.PATROL: N_("巡查发现"),
    Channel.OPEN311: N_("Open311 接口"),
    Channel.API: N_("数据接口"),
}


class Flag(StrEnum):
    """What a case needs handled with care. A flag is about the case, never about a person."""

    DOMESTIC_VIOLENCE = "domestic_violence"
    MINOR_HARM = "minor_harm"
    THREAT = "threat"
    CRIME_LEAD = "crime_lead"
    SELF_HARM = "self_harm"
    GROUP = "group"
    WAGES = "wages"
    ELDER_FRAUD = "elder_fraud"
    AGAINST_OFFICIAL = "against_official"


FLAG_NAMES: dict[Flag, str] = {
    Flag.DOMESTIC_VIOLENCE: N_("涉家庭暴力"),
    Flag.MINOR_HARM: N_("涉未成年人受侵害"),
    Flag.THREAT: N_("涉威胁或暴力"),
    Flag.CRIME_LEAD: N_("违法犯罪线索"),
    Flag.SELF_HARM: N_("有轻生表达"),
    Flag.GROUP: N_("涉及多人"),
    Flag.WAGES: N_("涉欠薪"),
    Flag.ELDER_FRAUD: N_("涉老年人受骗"),
    Flag.AGAINST_OFFICIAL: N_("反映干部或单位"),
}

# Domestic violence, harm to minors, threats and crime leads open a police hand-over first
# (反家庭暴力法 Arts 14-16; 未成年人保护法 Art 11; 人民调解法 Art 25).
POLICE_FIRST_FLAGS = frozenset(
    {Flag.DOMESTIC_VIOLENCE, Flag.MINOR_HARM, Flag.THREAT, Flag.CRIME_LEAD, Flag.SELF_HARM, Flag.ELDER_FRAUD}
)
