"""Writes docs/reference from the code itself (`make docs`); tests/house/test_reference.py fails when one is stale."""

import ast
import json
from collections.abc import Callable, Iterator
from pathlib import Path

from maplegrid.cli.framework import use_django
from maplegrid.config.wiring import EVENTS
from maplegrid.rules import orders as order_rules
from maplegrid.rules.access import AREA_ROLES, Actor, CaseView, Seat, why_not
from maplegrid.rules.lifecycle import ARROWS, STATUS_NAMES, TABLE, Action, mermaid
from maplegrid.rules.secretary import life
from maplegrid.rules.secretary.hosts import default_host_table
from maplegrid.rules.secretary.level import default_level_rows
from maplegrid.rules.vocabulary import (
    COMMUNITY_ROLES,
    GRID_ROLES,
    ROLE_NAMES,
    STREET_ROLES,
    Role,
)
from tests.house.clocks_page import clocks
from tests.house.collect import PACKAGE
from tests.house.test_words import english

FOLDER = PACKAGE.parent / "docs" / "reference"
NOTE = "<!-- written by `make docs`; do not edit -->\n"
SUB_GRID_PATH = "/1/2/3/4/"

MEANINGS = {
    "DATABASE_URL": "A PostgreSQL of your own; without it `maplegrid start` runs the embedded one.",
    "MAPLEGRID_ADDRESS": "The address residents reach, as printed in door codes, relay links and notices. "
    "Without it `http://localhost:PORT`.",
    "MAPLEGRID_BACKUP_PASSPHRASE": "Seals the keys in a backup; without it `maplegrid backup` and `restore` ask.",
    "MAPLEGRID_BIND": "The network address the web server listens on.",
    "MAPLEGRID_CLAMD": "The malware scanner clamd: the path of its socket, or host:port. "
    "When set, every photo and import file is scanned before it is kept.",
    "MAPLEGRID_CLAMD_SILENT": "What happens to a photo while the scanner does not answer: `aside` keeps it unseen "
    "and asks again every five minutes, `refuse` leaves it out and says so, `accept` takes it unscanned. Words are "
    "always kept. Import files are refused unless `accept`.",
    "MAPLEGRID_DEBUG": "Error pages with source. For developers; never on a public machine.",
    "MAPLEGRID_DEMO": "A demo installation: builds the demo district in an empty database.",
    "MAPLEGRID_DEMO_SCALE": "Size of the demo district; 1 is the true size.",
    "MAPLEGRID_HOME": "The data folder: database, keys, photos. Without it `var/` beside the code.",
    "MAPLEGRID_HOSTS": "Host names the site answers to, separated by commas.",
    "MAPLEGRID_HTTPS": "The site is behind HTTPS: secure cookies, redirect, HSTS.",
    "MAPLEGRID_LOG": "The least level that is written to the log.",
    "MAPLEGRID_LOG_FORMAT": "`json` (what `maplegrid start` gives its children) or `line`, for reading at a terminal.",
    "MAPLEGRID_METRICS_TOKEN": "What Prometheus must show as a bearer token at `/metrics`; without it only this machine "
    "may ask.",
    "MAPLEGRID_OIDC_CA": "A file with the certificates (PEM) that vouch for the issuer's HTTPS; without it the usual ones.",
    "MAPLEGRID_OIDC_CLAIM": "The claim by which an identity is matched with a person at its first sign-in.",
    "MAPLEGRID_OIDC_CLIENT": "The client id registered at the issuer.",
    "MAPLEGRID_OIDC_ISSUER": "The issuer of the unit's own accounts (OpenID Connect), exactly as it names itself. "
    "Unset: only passwords, and nothing is asked of anybody outside.",
    "MAPLEGRID_OIDC_LABEL": "What the unit's own sign-in is called on the button; without it 单位账号.",
    "MAPLEGRID_OIDC_MATCH": "What of a person the claim is compared with: `username` or `staff_number` (工号).",
    "MAPLEGRID_OIDC_SCOPES": "Scopes asked for beside `openid profile`, separated by commas.",
    "MAPLEGRID_OIDC_SECRET": "The client secret; better in a file.",
    "MAPLEGRID_OIDC_SECRET_FILE": "A file that holds the client secret and nothing else; goes before "
    "`MAPLEGRID_OIDC_SECRET`.",
    "MAPLEGRID_ORIGINS": "Origins whose forms are accepted (behind a proxy), separated by commas.",
    "MAPLEGRID_PARENT": "Set by `maplegrid start` for its children, so that they end with it. Not for operators.",
    "MAPLEGRID_SECRET_KEY": "Signs sessions and codes; without it one is made and kept in the data folder.",
    "MAPLEGRID_SUPERVISION_POINTS": "Whether the penalty points of supervisions (督办) are counted by body on their page.",
    "MAPLEGRID_SMS": "The gateways of text messages in the order they are tried, separated by commas: `aliyun`, `tencent`, "
    "`http`; `simulated` sends nothing. See docs/how-to/sms.md.",
    "MAPLEGRID_SMS_ALIYUN_ENDPOINT": "Another address of Aliyun's SMS service; without it the public one.",
    "MAPLEGRID_SMS_ALIYUN_KEY": "The AccessKey id at Aliyun.",
    "MAPLEGRID_SMS_ALIYUN_PRICE": "What one part costs there, in thousandths of a yuan.",
    "MAPLEGRID_SMS_ALIYUN_SECRET_FILE": "A file with the AccessKey secret and nothing else.",
    "MAPLEGRID_SMS_ALIYUN_SIGN": "The sign registered there, without 【】.",
    "MAPLEGRID_SMS_CALLBACK_FILE": "A file with the secret in the address that receipts of Aliyun and Tencent come to, 24 "
    "characters or more; without it their receipts are not believed.",
    "MAPLEGRID_SMS_CALL_DESK": "The code of the unit whose hall desk rings when no gateway delivers; without it the "
    "district's.",
    "MAPLEGRID_SMS_HTTP_ENDPOINT": "The address of a gateway that speaks the protocol of docs/how-to/sms.md.",
    "MAPLEGRID_SMS_HTTP_PRICE": "What one part costs there, in thousandths of a yuan.",
    "MAPLEGRID_SMS_HTTP_SECRET_FILE": "A file with the secret that signs calls in both directions.",
    "MAPLEGRID_SMS_HTTP_SIGN": "The sign that stands in front, without 【】.",
    "MAPLEGRID_SMS_NUMBER_DAY": "Text messages to one number in a day at most; beyond that somebody rings.",
    "MAPLEGRID_SMS_NUMBER_HOUR": "Text messages to one number in an hour at most.",
    "MAPLEGRID_SMS_TENCENT_APP": "The SdkAppId at Tencent Cloud.",
    "MAPLEGRID_SMS_TENCENT_ENDPOINT": "Another address of Tencent's SMS service; without it the public one.",
    "MAPLEGRID_SMS_TENCENT_KEY": "The SecretId at Tencent Cloud.",
    "MAPLEGRID_SMS_TENCENT_PRICE": "What one part costs there, in thousandths of a yuan.",
    "MAPLEGRID_SMS_TENCENT_REGION": "The region whose service is called.",
    "MAPLEGRID_SMS_TENCENT_SECRET_FILE": "A file with the SecretKey and nothing else.",
    "MAPLEGRID_SMS_TENCENT_SIGN": "The sign registered there, without 【】.",
    "MAPLEGRID_TEST_CLOCK": "A file with the time it shall be. For tests, and only in a demo installation.",
    "PROMETHEUS_MULTIPROC_DIR": "Set by `maplegrid web`: where its workers count requests for `/metrics`. Not for "
    "operators.",
    "MAPLEGRID_VIDEO": "The district's video service for meetings; each meeting gets a room of its own under this "
    "address. Without it the host rings.",
    "MAPLEGRID_WEBHOOK_HOSTS": "Host names or addresses of the district's own network, separated by commas, that "
    "webhooks may call, over http too. Without it only public addresses over https are called.",
    "PORT": "The port of the web server.",
}


def lifecycle() -> str:
    """The table of rules/lifecycle.py: the diagram, and each arrow with its reason."""
    words = {chinese: said[0] for chinese, said in english().items()}
    rows = [
        [
            arrow.words,
            words[arrow.words],
            "any" if set(arrow.sources) == set(STATUS_NAMES) else ", ".join(arrow.sources),
            arrow.target or "stays",
            words[arrow.why],
            "yes" if arrow.reason_needed else "",
        ]
        for arrow in TABLE
    ]
    names = [[status.value, name, words[name]] for status, name in STATUS_NAMES.items()]
    head = ["做什么", "what", "from", "to", "why the district has this arrow", "reason asked"]
    return (
        f"# The life of a case\n\n{NOTE}\n```mermaid\n{mermaid()}\n```\n\n## Statuses\n\n"
        + table(["status", "中文", "English"], names)
        + "\n## Arrows\n\n"
        + table(head, rows)
    )


def order_life() -> str:
    """The table of rules/orders.py: the diagram, and each arrow with its turn and reason."""
    words = {chinese: said[0] for chinese, said in english().items()}
    rows = [
        [
            arrow.words,
            words[arrow.words],
            f"{order_rules.BY_NAMES[arrow.by]} {words[order_rules.BY_NAMES[arrow.by]]}",
            ", ".join(arrow.sources),
            arrow.target or "see the diagram",
            words[arrow.why],
        ]
        for arrow in order_rules.TABLE
    ]
    names = [[status.value, name, words[name]] for status, name in order_rules.ORDER_STATUS_NAMES.items()]
    return (
        f"# The life of an order (发令)\n\n{NOTE}\n```mermaid\n{order_rules.mermaid()}\n```\n\n## Statuses\n\n"
        + table(["status", "中文", "English"], names)
        + "\n## Arrows\n\n"
        + table(["做什么", "what", "whose turn", "from", "to", "why the district has this arrow"], rows)
    )


def audience_life() -> str:
    """The table of rules/secretary/life.py: the diagram, and each deed with its turn and reason."""
    words = {chinese: said[0] for chinese, said in english().items()}
    rows = [
        [
            row.words,
            words[row.words],
            f"{life.TURN_NAMES[row.by]} {words[life.TURN_NAMES[row.by]]}",
            ", ".join(row.sources),
            row.target or "stays, or see the diagram",
            words[row.why],
        ]
        for row in life.TABLE
    ]
    names = [[stage.value, name, words[name]] for stage, name in life.STAGE_NAMES.items()]
    levels = [[str(int(row.level)), row.fact, row.value, row.why, row.why_en] for row in default_level_rows()]
    hosts = [
        [str(int(level)), f"{ROLE_NAMES[role]} {words[ROLE_NAMES[role]]}"]
        for level, role in default_host_table().items()
    ]
    return (
        f"# 书记在线: the life of a letter\n\n{NOTE}\n```mermaid\n{life.mermaid()}\n```\n\n## Stages\n\n"
        + table(["stage", "中文", "English"], names)
        + "\n## Deeds\n\n"
        + table(["做什么", "what", "whose turn", "from", "to", "why the district has it"], rows)
        + "\n## Which level is proposed\n\nThe first row that fits; a named person confirms it. The district's own "
        "table stands in the back office.\n\n"
        + table(["level", "fact", "value", "理由", "why"], levels)
        + "\n## Who meets\n\n"
        + table(["level", "host"], hosts)
    )


def roles() -> str:
    """Roles × actions, asked of rules/access.py itself."""
    words = {chinese: said[0] for chinese, said in english().items()}
    head = ["action", *(f"{words[name]} {name}" for name in ROLE_NAMES.values())]
    rows = [[f"{words[ARROWS[a].words]} {ARROWS[a].words}", *(mark(r, a) for r in Role)] for a in Action]
    return (
        f"# Who may do what\n\n{NOTE}\n"
        "● a case in this person's own queue, and every case of their area that another unit below them has · "
        "○ only a case in their own queue · ◌ only a case of their area that another has · blank: not possible. "
        "The table of the lifecycle and what stands open (holds, the police question, an untold resident) decide "
        "further. Withdrawing belongs to residents; a desk does it for one who asks.\n\n"
        + table(head, rows)
        + "\nAreas are seen by: "
        + ", ".join(words[ROLE_NAMES[role]] for role in Role if role in AREA_ROLES)
        + ".\n"
    )


def mark(role: Role, action: Action) -> str:
    own, area = (why_not(action, actor_of(role), case) is None for case in cases_for(role, action))
    return {(True, True): "●", (True, False): "○", (False, True): "◌", (False, False): ""}[own, area]


def actor_of(role: Role) -> Actor:
    """Somebody with one seat of this role, at the level the role belongs to."""
    body = 9 if role in {Role.DEPARTMENT_DESK, Role.POLICE_OFFICER, Role.LEGAL_ADVISER} else None
    path = path_of(role)
    unit = None if body else int(path.strip("/").rsplit("/", 1)[-1])
    return Actor(1, "", (Seat(role, path="" if body else path, unit_id=unit, body_id=body),))


def path_of(role: Role) -> str:
    depths = ((GRID_ROLES, 4), (COMMUNITY_ROLES, 3), (STREET_ROLES, 2))
    depth = next((depth for group, depth in depths if role in group), 1)
    return "/" + "".join(f"{n}/" for n in range(1, depth + 1))


def cases_for(role: Role, action: Action) -> tuple[CaseView, CaseView]:
    """One case in the role's own queue; one in its area that a unit or colleague's queue below has."""
    seat = actor_of(role).seats[0]
    own = view(action, seat.unit_id, seat.path or SUB_GRID_PATH, seat.body_id)
    return own, view(action, 5, SUB_GRID_PATH + "5/", None)


def view(action: Action, unit_id: int | None, unit_path: str, body_id: int | None) -> CaseView:
    return CaseView(
        status=ARROWS[action].sources[0],
        path=SUB_GRID_PATH + "5/",
        unit_id=unit_id,
        unit_path=unit_path,
        unit_words="",
        body_id=body_id,
        assignee_id=None,
        told=True,
    )


def events() -> str:
    """config/wiring.py: each event, where it is told and who hears it."""
    tellers: dict[str, set[str]] = {event: set() for event in EVENTS}
    for path, tree in modules():
        for event in emitted(tree):
            tellers.setdefault(event, set()).add(path)
    rows = [
        [
            f"`{event}`",
            code(sorted(tellers[event])) or "nobody yet",
            code(EVENTS.get(event, ())) or "nobody yet",
        ]
        for event in sorted(tellers)
    ]
    return (
        f"# Events\n\n{NOTE}\nAn event is a job written by the same transaction as the change it tells of, delivered "
        "at least once. `maplegrid/config/wiring.py` is the only place that knows both ends.\n\n"
        + table(["event", "told in", "heard by"], rows)
    )


def emitted(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "emit":
            yield ast.literal_eval(node.args[0])


def settings() -> str:
    """Every environment variable the product reads."""
    rows = []
    for name, reads in sorted(environment_reads().items()):
        kind, default = next(((k, d) for k, d, _ in reads if k != "text" or d), reads[0][:2])
        files = code(sorted({path for *_, path in reads}))
        rows.append([f"`{name}`", kind, f"`{default}`" if default else "", MEANINGS[name], files])
    return (
        f"# Settings\n\n{NOTE}\nAll from the environment; nonsense is refused at the start with one sentence.\n\n"
        + table(["variable", "kind", "default", "meaning", "read in"], rows)
    )


def environment_reads() -> dict[str, list[tuple[str, str, str]]]:
    """Variable → (kind, default as written in the code, file), from the syntax tree."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for path, tree in modules():
        constants = constants_of(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args and (kind := reader(node.func)):
                name = name_in(node.args[0], constants)
                default = literal(node.args[1]) if len(node.args) > 1 else ""
            elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
                kind, name, default = "text", name_in(node.slice, constants), ""
            else:
                continue
            if name and name != "DJANGO_SETTINGS_MODULE":
                found.setdefault(name, []).append((kind, default, path))
    return found


def literal(node: ast.expr) -> str:
    """A default that is a plain value, as an operator would write it; a computed one is in the meaning."""
    try:
        value = ast.literal_eval(node)
    except ValueError:
        return ""
    words = {True: "on", False: "off"}.get(value, "") if isinstance(value, bool) else value
    return ",".join(words) if isinstance(words, list) else str(words)


def reader(func: ast.expr) -> str:
    """Which reader of kit.environment this call is; os.environ and os.getenv read text."""
    words = ast.unparse(func)
    if words in {"os.environ.get", "os.getenv"}:
        return "text"
    kind = words.removeprefix("environment.")
    kinds = {
        "text": "text",
        "whole": "whole number",
        "switch": "on/off",
        "names": "list",
        "folder": "folder",
    } | {
        "choice": "one of a few words",
        "endpoint": "socket or host:port",
        "web_address": "https address",
        "content": "path of a file",
    }
    return kinds.get(kind, "") if words.startswith("environment.") else ""


def constants_of(tree: ast.Module) -> dict[str, str]:
    return {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }


def name_in(node: ast.expr, constants: dict[str, str]) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    return constants.get(node.id, "") if isinstance(node, ast.Name) else ""


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        if path != PACKAGE / "kit" / "environment.py":
            yield str(path.relative_to(PACKAGE)), ast.parse(path.read_text(encoding="utf-8"))


def code(names: list[str] | tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def openapi() -> str:
    """/api/v1 as its own code describes it."""
    from maplegrid.cases.api.interface import document

    return json.dumps(document(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "lifecycle.md": lifecycle,
    "orders.md": order_life,
    "secretary.md": audience_life,
    "roles.md": roles,
    "events.md": events,
    "clocks.md": clocks,
    "settings.md": settings,
    "openapi.json": openapi,
}


def write(folder: Path = FOLDER) -> None:
    """Write every page anew."""
    use_django(bring_database=False)
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (folder / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    write()
