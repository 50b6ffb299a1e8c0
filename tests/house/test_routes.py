"""Every route × every role × own area, neighbour's area, sealed: no route unlisted, no row of somebody else's."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from maplegrid.accounts.models import Delegation
from maplegrid.cases.actions.orders import OrderWish, apply_for_order
from maplegrid.cases.models import Case, Handover, Order, SavedView
from maplegrid.messaging.models import Attachment
from maplegrid.messaging.qr import signed_code
from maplegrid.rules.secretary.level import MeetingLevel
from maplegrid.secretary.invitations import token_of
from maplegrid.secretary.models import Audience
from maplegrid.territory.models import Door, Unit
from maplegrid.territory.queries import tower
from tests.api.receiver import a_delivery
from tests.builders import drain_case, story_building
from tests.cast import CAST, NOON, actor, person
from tests.secretary.letters import letter, levelled

pytestmark = pytest.mark.django_db

ANYBODY, STAFF, HERE, GRID, DESKS, IMPORT, OUTBOX, NOBODY, UNIT, ROSTER, CHIEF, KEEPER, CENTRE, POLICE, SYSTEM = (
    "anybody", "staff", "here", "grid", "desks", "import", "outbox", "nobody", "unit", "roster", "chief", "keeper", "centre", "police", "system",
)  # fmt: skip
LETTERS, LETTER, DISTRICT = "letters", "letter", "district"
ROLES: dict[str, str | None] = {
    "stranger": None,
    "chief": CAST.chief,
    "service": CAST.service,
    "community": CAST.community,
    "street": CAST.street,
    "district": CAST.district,
    "auditor": CAST.auditor,
    "neighbour_chief": CAST.neighbour_chief,
    "other_community": CAST.other_community,
    "other_street": CAST.other_street,
    "water": CAST.water,
    "hall": CAST.hall,
    "system": CAST.system,
    "grid_centre": CAST.grid_centre,
    "police": CAST.police,
}
SIGNED_IN = frozenset(ROLES) - {"stranger"}
MAY: dict[str, frozenset[str]] = {
    ANYBODY: frozenset(ROLES),
    STAFF: SIGNED_IN,
    HERE: frozenset({"chief", "service", "community", "street", "district", "auditor", "grid_centre"}),
    GRID: frozenset({"chief", "service", "neighbour_chief"}),
    DESKS: frozenset({"community", "street", "district", "other_community", "other_street", "water", "hall"}),
    IMPORT: frozenset({"street", "district", "other_street", "grid_centre"}),
    OUTBOX: frozenset({"district", "system"}),
    UNIT: frozenset(
        {
            "chief",
            "service",
            "community",
            "street",
            "district",
            "auditor",
            "hall",
            "system",
            "grid_centre",
            "police",
        }
    ),
    ROSTER: frozenset({"chief", "community", "street", "system", "grid_centre"}),
    CHIEF: frozenset({"chief"}),
    KEEPER: frozenset({"system", "grid_centre"}),
    CENTRE: frozenset({"grid_centre"}),
    POLICE: frozenset({"police"}),
    SYSTEM: frozenset({"system"}),
    # 书记在线: leaders and desks of communities, streets and the district; one letter of 公明街道.
    LETTERS: frozenset({"community", "street", "district", "auditor", "other_community", "other_street"}),
    LETTER: frozenset({"community", "street", "district", "auditor"}),
    DISTRICT: frozenset({"district"}),
    NOBODY: frozenset(),
}


@dataclass(frozen=True)
class World:
    """What the addresses below point at: a case in 04 小分格 with a photo, its door."""

    case: Case
    photo: Attachment
    door: Door
    sub_grid: Unit
    absence: Delegation
    order: Order
    view: SavedView
    handover: Handover
    letter: Audience


Address = Callable[[World], str]
# route name → who may open it, and an example address in 公明社区04小分格
ROUTES: dict[str, tuple[str, Address]] = {
    "healthz": (ANYBODY, lambda w: "/healthz"),
    "accounts:large_text": (ANYBODY, lambda w: "/preferences/large-text"),
    "accounts:language": (ANYBODY, lambda w: "/preferences/language"),
    "accounts:oidc_login": (NOBODY, lambda w: "/oidc/login"),
    "accounts:oidc_back": (NOBODY, lambda w: "/oidc/back"),
    "accounts:oidc_signed_out": (NOBODY, lambda w: "/oidc/signed-out"),
    "accounts:identities": (SYSTEM, lambda w: "/identities"),
    "accounts:unlink_identity": (SYSTEM, lambda w: "/identities/1/unlink"),
    "territory:outlines": (ANYBODY, lambda w: "/territory/outlines.geojson?level=street"),
    "territory:here": (ANYBODY, lambda w: f"/territory/here?lon={w.case.lon}&lat={w.case.lat}"),
    "territory:places": (ANYBODY, lambda w: "/territory/places?q=富豪"),
    "territory:home": (STAFF, lambda w: "/territory/"),
    "territory:units": (STAFF, lambda w: "/territory/units.geojson?level=grid"),
    "territory:unit": (UNIT, lambda w: f"/territory/unit/{w.sub_grid.code}"),
    "territory:unit_outline": (UNIT, lambda w: f"/territory/unit/{w.sub_grid.code}.geojson"),
    "territory:roster": (ROSTER, lambda w: f"/territory/unit/{w.sub_grid.code}/roster"),
    "territory:police": (STAFF, lambda w: "/territory/police"),
    "territory:match_police": (STAFF, lambda w: "/territory/police/match"),
    "territory:absence": (STAFF, lambda w: "/territory/absence"),
    "territory:end_absence": (CHIEF, lambda w: f"/territory/absence/{w.absence.pk}/end"),
    "territory:import": (KEEPER, lambda w: "/territory/import"),
    "territory:import_draft": (NOBODY, lambda w: "/territory/import/somebody-elses-draft"),
    "territory:export": (KEEPER, lambda w: "/territory/export/units.csv"),
    "cases:supervisions": (STAFF, lambda w: "/cases/supervision"),
    "cases:supervisions_excel": (STAFF, lambda w: "/cases/supervision/excel"),
    "cases:supervision_step": (HERE, lambda w: f"/cases/{w.case.number}/supervision/place"),
    "cases:rights": ("rights", lambda w: "/cases/rights"),
    "cases:rights_keep": ("command", lambda w: "/cases/rights/keep"),
    "cases:rights_release": (NOBODY, lambda w: "/cases/rights/release/0"),
    "cases:rights_answer": (NOBODY, lambda w: "/cases/rights/0/grant"),
    "cases:follow_copy": (NOBODY, lambda w: f"/follow/{w.case.number}/copy"),
    "metrics": (ANYBODY, lambda w: "/metrics"),
    "open311:discovery": (ANYBODY, lambda w: "/open311/v2/discovery.xml"),
    "open311:services": (ANYBODY, lambda w: "/open311/v2/services.json"),
    "open311:service": (ANYBODY, lambda w: "/open311/v2/services/1201.xml"),
    "open311:requests": (ANYBODY, lambda w: "/open311/v2/requests.json"),
    "open311:request": (ANYBODY, lambda w: f"/open311/v2/requests/{drain_case().number}.json"),
    "open311:token": (ANYBODY, lambda w: f"/open311/v2/tokens/{drain_case().number}.xml"),
    "open311:nothing_here": (NOBODY, lambda w: "/open311/v2/else"),
    # /api/v1 knows only keys: whoever is signed in gets nothing from it (tests/api has the table for keys)
    "api:openapi-json": (ANYBODY, lambda w: "/api/v1/openapi.json"),
    "api:api-root": (NOBODY, lambda w: "/api/v1/"),
    "api:cases": (NOBODY, lambda w: "/api/v1/cases"),
    "api:counts": (NOBODY, lambda w: "/api/v1/cases/counts"),
    "api:case": (NOBODY, lambda w: f"/api/v1/cases/{w.case.number}"),
    "api:events": (NOBODY, lambda w: f"/api/v1/cases/{w.case.number}/events"),
    "api:step": (NOBODY, lambda w: f"/api/v1/cases/{w.case.number}/steps"),
    "api:photo": (NOBODY, lambda w: f"/api/v1/photos/{w.photo.pk}"),
    "api:orders": (NOBODY, lambda w: "/api/v1/orders"),
    "api:order": (NOBODY, lambda w: f"/api/v1/orders/{w.order.pk}"),
    "api:apply": (NOBODY, lambda w: f"/api/v1/cases/{w.case.number}/orders"),
    "api:order_step": (NOBODY, lambda w: f"/api/v1/orders/{w.order.pk}/steps"),
    "api:send_photo": (NOBODY, lambda w: "/api/v1/photos"),
    "api:message": (NOBODY, lambda w: "/api/v1/messages"),
    "api:catalogue": (NOBODY, lambda w: "/api/v1/catalogue"),
    "api:units": (NOBODY, lambda w: "/api/v1/units"),
    "api:unit": (NOBODY, lambda w: f"/api/v1/units/{w.sub_grid.code}"),
    "api:notices": (NOBODY, lambda w: "/api/v1/notices"),
    "api:read_notices": (NOBODY, lambda w: "/api/v1/notices/read"),
    "api:webhooks": (NOBODY, lambda w: "/api/v1/webhooks"),
    "api:add_webhook": (NOBODY, lambda w: "/api/v1/webhooks"),
    "api:remove_webhook": (NOBODY, lambda w: f"/api/v1/webhooks/{a_delivery().webhook_id}"),
    "api:try_webhook": (NOBODY, lambda w: f"/api/v1/webhooks/{a_delivery().webhook_id}/trial"),
    "api:webhook_deliveries": (NOBODY, lambda w: f"/api/v1/webhooks/{a_delivery().webhook_id}/deliveries"),
    "cases:webhooks": (SYSTEM, lambda w: "/webhooks/"),
    "cases:webhook_resend": (SYSTEM, lambda w: f"/webhooks/deliveries/{a_delivery().pk}/resend"),
    "cases:webhook_end": (SYSTEM, lambda w: f"/webhooks/{a_delivery().webhook_id}/end"),
    "cases:home": (ANYBODY, lambda w: "/"),
    "cases:report": (ANYBODY, lambda w: "/report"),
    "cases:report_at_door": (ANYBODY, lambda w: f"/d/{signed_code(w.door)}"),
    "cases:report_by_relay": (ANYBODY, lambda w: "/r/unknown"),
    "cases:find": (ANYBODY, lambda w: "/follow"),
    "cases:follow": (ANYBODY, lambda w: f"/follow/{w.case.number}"),
    "cases:follow_photo": (NOBODY, lambda w: f"/follow/{w.case.number}/photo/{w.photo.pk}/full"),
    "cases:follow_step": (NOBODY, lambda w: f"/follow/{w.case.number}/withdraw"),
    "cases:stations": (ANYBODY, lambda w: "/stations"),
    "cases:inbox": (STAFF, lambda w: "/cases/?view=area"),
    "cases:map": (STAFF, lambda w: "/cases/map"),
    "cases:points": (STAFF, lambda w: "/cases/points.geojson"),
    "cases:export": (STAFF, lambda w: "/cases/export?view=area"),
    "cases:save_view": (STAFF, lambda w: "/cases/views/save?view=late"),
    "cases:change_view": (CHIEF, lambda w: f"/cases/views/{w.view.pk}/change"),
    "cases:delete_view": (CHIEF, lambda w: f"/cases/views/{w.view.pk}/delete"),
    "cases:ledger": (STAFF, lambda w: "/cases/ledgers/received"),
    "cases:ledger_excel": (STAFF, lambda w: "/cases/ledgers/received/excel"),
    "cases:ledger_forms": (CENTRE, lambda w: "/cases/ledgers/forms"),
    "cases:ledger_form_file": (CENTRE, lambda w: "/cases/ledgers/forms/received.xlsx"),
    "cases:ledger_withdraw": (CENTRE, lambda w: "/cases/ledgers/forms/1/withdraw"),
    "cases:load": (STAFF, lambda w: "/cases/load"),
    "cases:leaving": (KEEPER, lambda w: "/cases/leaving"),
    "cases:leave": (KEEPER, lambda w: f"/cases/leaving/{person(CAST.chief).assignments.get().pk}"),
    "cases:police": (POLICE, lambda w: "/cases/police"),
    "cases:police_answer": (POLICE, lambda w: f"/cases/police/{w.handover.pk}/receipt"),
    "cases:bulk": (STAFF, lambda w: "/cases/bulk"),
    "cases:register": (DESKS, lambda w: "/cases/register"),
    "cases:patrol": (GRID, lambda w: "/cases/patrol"),
    "cases:patrol_me": (GRID, lambda w: "/cases/patrol/me"),
    "cases:patrol_shell": (ANYBODY, lambda w: "/cases/patrol/shell"),
    "cases:patrol_manifest": (ANYBODY, lambda w: "/cases/patrol.webmanifest"),
    "cases:patrol_worker": (ANYBODY, lambda w: "/cases/patrol-worker.js"),
    "cases:relay": (GRID, lambda w: "/cases/relay"),
    "cases:photo": (HERE, lambda w: f"/cases/photo/{w.photo.pk}/thumb"),
    "cases:case": (HERE, lambda w: f"/cases/{w.case.number}"),
    "cases:case_live": (HERE, lambda w: f"/cases/{w.case.number}/live"),
    "cases:people": (HERE, lambda w: f"/cases/{w.case.number}/people?q=格长"),
    "cases:step": (HERE, lambda w: f"/cases/{w.case.number}/step/comment"),
    "cases:apply_order": (HERE, lambda w: f"/cases/{w.case.number}/order"),
    "cases:orders": (STAFF, lambda w: "/orders/?view=area"),
    "cases:order": (HERE, lambda w: f"/orders/{w.order.pk}"),
    "cases:order_print": (HERE, lambda w: f"/orders/{w.order.pk}/print"),
    "cases:order_word": (HERE, lambda w: f"/orders/{w.order.pk}/form.docx"),
    "cases:order_step": (HERE, lambda w: f"/orders/{w.order.pk}/sign"),
    "secretary:write": (ANYBODY, lambda w: "/secretary/write"),
    "secretary:appointment": (ANYBODY, lambda w: f"/secretary/mine/{w.letter.case.number}"),
    "secretary:follow_panel": (ANYBODY, lambda w: f"/secretary/mine/{w.letter.case.number}/card"),
    "secretary:answer": (NOBODY, lambda w: f"/secretary/mine/{w.letter.case.number}/answer"),
    "secretary:appointment_step": (NOBODY, lambda w: f"/secretary/mine/{w.letter.case.number}/agree"),
    "secretary:letters": (LETTERS, lambda w: "/secretary/letters"),
    "secretary:register": (DESKS, lambda w: "/secretary/register"),
    "secretary:today": (LETTERS, lambda w: "/secretary/today"),
    "secretary:hours": (LETTERS, lambda w: "/secretary/hours"),
    "secretary:hours_step": (LETTERS, lambda w: "/secretary/hours/weekly"),
    "secretary:named": (DISTRICT, lambda w: "/secretary/named"),
    "secretary:figures": (LETTERS, lambda w: "/secretary/figures"),
    "secretary:behind": (LETTERS, lambda w: "/secretary/figures/letters"),
    "secretary:meeting_file": (LETTER, lambda w: f"/secretary/meetings/{w.letter.meetings.get().pk}.ics"),
    "secretary:calendar": (ANYBODY, lambda w: f"/secretary/calendar/{token_of(w.letter.host)}.ics"),
    "secretary:promise_kept": (LETTER, lambda w: f"/secretary/promises/{w.letter.commitments.get().pk}"),
    "secretary:call_made": (LETTER, lambda w: f"/secretary/calls/{w.letter.calls.get().pk}"),
    "secretary:letter": (LETTER, lambda w: f"/secretary/letters/{w.letter.case.number}"),
    "secretary:case_panel": (STAFF, lambda w: f"/secretary/letters/{w.letter.case.number}/card"),
    "secretary:letter_step": (LETTER, lambda w: f"/secretary/letters/{w.letter.case.number}/set_level"),
    "messaging:import": (IMPORT, lambda w: "/import"),
    "messaging:door_sheet": ("sheet", lambda w: f"/doors/{w.door.building.code}"),
    "messaging:notices": (STAFF, lambda w: "/notices"),
    "messaging:notices_read": (STAFF, lambda w: "/notices/read"),
    "messaging:notice_wish": (STAFF, lambda w: "/notices/wish"),
    "messaging:outbox": (OUTBOX, lambda w: "/outbox"),
    "messaging:texts": (OUTBOX, lambda w: "/texts"),
    "messaging:text_withdraw": (SYSTEM, lambda w: "/texts/1/withdraw"),
    "messaging:calls": ("callers", lambda w: "/calls"),
    "messaging:call_made": ("callers", lambda w: "/calls/1"),
    "messaging:call_number": ("callers", lambda w: "/calls/1/number"),
    "messaging:receipts": (NOBODY, lambda w: "/sms/receipts/http"),
    "messaging:receipts_by_secret": (NOBODY, lambda w: "/sms/receipts/aliyun/guess"),
}
MAY["rights"] = frozenset({"district", "auditor"})
MAY["callers"] = frozenset({"district", "hall"})
MAY["command"] = frozenset({"district"})
MAY["sheet"] = MAY[HERE] - {"auditor", "grid_centre"}
POSTED = frozenset(
    {
        "accounts:large_text",
        "accounts:language",
        "accounts:oidc_login",
        "accounts:unlink_identity",
        "api:step",
        "api:apply",
        "api:order_step",
        "api:send_photo",
        "api:message",
        "api:read_notices",
        "api:add_webhook",
        "api:try_webhook",
        "cases:webhook_resend",
        "cases:webhook_end",
        "territory:match_police",
        "territory:end_absence",
        "cases:follow_step",
        "cases:export",
        "cases:save_view",
        "cases:change_view",
        "cases:delete_view",
        "cases:ledger_excel",
        "cases:ledger_withdraw",
        "cases:police_answer",
        "cases:bulk",
        "cases:supervision_step",
        "cases:supervisions_excel",
        "cases:rights_keep",
        "cases:rights_release",
        "cases:rights_answer",
        "cases:step",
        "cases:order_step",
        "secretary:appointment_step",
        "secretary:hours_step",
        "secretary:named",
        "secretary:promise_kept",
        "secretary:call_made",
        "messaging:notices_read",
        "messaging:text_withdraw",
        "messaging:call_made",
        "messaging:call_number",
        "messaging:receipts",
        "messaging:receipts_by_secret",
        "secretary:letter_step",
    }
)
DELETED = frozenset({"api:remove_webhook"})
# Allauth's and the admin's own routes guard themselves; tests/house/test_admin.py and the journeys walk them.
FOREIGN = ("admin/", "account/")


def every_route(resolver: URLResolver, prefix: str = "", space: str = "") -> list[tuple[str, str]]:
    """(name, pattern) of every address the product answers."""
    found = []
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{entry.namespace}:" if entry.namespace else space
            found += every_route(entry, pattern, inner)
        elif isinstance(entry, URLPattern):
            found.append((f"{space}{entry.name}", pattern))
    return found


def test_no_route_is_unlisted():
    ours = {name for name, pattern in every_route(get_resolver()) if not pattern.startswith(FOREIGN)}
    assert ours == set(ROUTES), ours ^ set(ROUTES)


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path
    case = drain_case()
    (tmp_path / "aa").mkdir()
    for name in ("p.jpg", "t.jpg"):
        (tmp_path / "aa" / name).write_bytes(b"\xff\xd8\xff")
    photo = Attachment.objects.create(
        message=case.appeals.get().message, path="aa/p.jpg", thumb_path="aa/t.jpg", mime="image/jpeg", size=3,
        digest="0" * 64, uploaded_at=NOON,
    )  # fmt: skip
    absence = Delegation.objects.create(
        person=person(CAST.chief),
        deputy=person(CAST.service),
        valid_from=NOON + timedelta(days=36_500),  # never while the tests run: the deputy must not have it
        valid_to=NOON + timedelta(days=36_501),
    )
    wish = OrderWish(tried="疏通过", why="是市政管", asked="请清通")
    order = apply_for_order(case_id=case.pk, wish=wish, actor=actor(CAST.chief), now=NOON)
    door = Door.objects.filter(building=story_building()).first()
    view = SavedView.objects.create(owner=person(CAST.chief), name="晚了的", created_at=NOON)
    station = person(CAST.police).assignments.get().body
    handover = Handover.objects.create(
        case=case, kind="police", state="sent", body=station, reason="威胁", created_at=NOON, sent_at=NOON
    )
    sub_grid = tower().by_id[tower().sub_grid_of(case.area_id)]
    return World(case, photo, door, sub_grid, absence, order, view, handover, a_letter())


def a_letter() -> Audience:
    """A letter from the same sub-grid, with a meeting held, a promise made and a call asked for."""
    audience = levelled(letter(), MeetingLevel.THREE)
    audience.commitments.create(words="付清工资", due_on=NOON.date(), owner=audience.host, made_at=NOON)
    notice = audience.appeal.message.notices.first()
    audience.calls.create(notice=notice, person=audience.host, asked_at=NOON)
    return audience


def client_of(role: str) -> Client:
    client = Client()
    username = ROLES[role]
    if username:
        client.force_login(person(username))
    return client


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_each_route_opens_for_exactly_the_roles_it_is_listed_for(name: str, world: World):
    who, address = ROUTES[name]
    for role in ROLES:
        client = client_of(role)
        send = client.post if name in POSTED else client.delete if name in DELETED else client.get
        response = send(address(world))
        allowed = role in MAY[who]
        to_login = response.status_code == 302 and "/account/login" in response.url
        refused = to_login or response.status_code in (401, 403, 404)
        if name == "healthz":
            assert response.status_code in (200, 503)
        else:
            assert refused is not allowed, f"{role} {name}: {response.status_code}"


@pytest.mark.parametrize("role", ["neighbour_chief", "other_community", "other_street", "water", "hall"])
@pytest.mark.parametrize(
    "address",
    [
        "/cases/?view=area",
        "/cases/?view=area&q=地漏",
        "/cases/map",
        "/cases/points.geojson",
        "/cases/ledgers/received?first=2026-01-01&last=2027-01-01",
    ],
)
def test_no_row_count_point_or_search_hit_of_a_neighbours_area_leaks(role: str, address: str, world: World):
    response = client_of(role).get(address)
    assert response.status_code == 200
    assert world.case.number not in response.content.decode()
    assert world.case.title not in response.content.decode()


@pytest.mark.parametrize("role", ["chief", "community", "street"])
def test_a_sealed_case_leaks_nowhere_below_the_district(role: str, world: World):
    Case.objects.filter(pk=world.case.pk).update(sealed=True, unit=story_district())
    client = client_of(role)
    for address in ("/cases/?view=area", "/cases/points.geojson", f"/cases/{world.case.number}"):
        assert world.case.title not in client.get(address).content.decode()
    assert client.get(f"/cases/photo/{world.photo.pk}/full").status_code == 404


def story_district():
    return tower().root


def test_every_page_forbids_inline_scripts_and_foreign_hosts(world: World):
    for role, address in (
        ("stranger", "/report"),
        ("chief", "/cases/"),
        ("district", f"/cases/{world.case.number}"),
    ):
        response = client_of(role).get(address)
        policy = response["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        body = response.content.decode()
        assert "style=" not in body
        assert "<script>" not in body
        assert " onclick" not in body
        assert "https://" not in body


def test_a_post_without_the_token_is_refused(world: World):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person(CAST.chief))
    assert client.post(f"/cases/{world.case.number}/step/accept").status_code == 403


@pytest.fixture
def tower_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once a second each process asks whether the tower has changed; what is counted here is what comes beside."""
    monkeypatch.setattr(import_module("maplegrid.territory.queries.tower"), "ASK_AGAIN_S", 600)


@pytest.mark.usefixtures("tower_at_hand")
def test_the_inbox_costs_the_same_number_of_statements_for_one_row_and_for_thirty(
    world: World, django_assert_max_num_queries
):
    for _ in range(29):
        drain_case()
    client = client_of("district")
    client.get("/cases/?view=area")
    with django_assert_max_num_queries(8):
        assert client.get("/cases/?view=area").content.decode().count("data-row") == 31


@pytest.mark.usefixtures("tower_at_hand")
def test_a_case_page_costs_fifteen_statements_and_one_with_an_order_one_more(
    world: World, django_assert_max_num_queries
):
    client, other = client_of("chief"), drain_case()
    for case, statements in ((other, 15), (world.case, 16)):
        client.get(f"/cases/{case.number}")
        with django_assert_max_num_queries(statements):
            assert client.get(f"/cases/{case.number}").status_code == 200
