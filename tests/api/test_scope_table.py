"""Every operation of /api/v1 × every role × every scope: none unlisted, none that hands out more than the person has.

The attacks are those of the peers: a key that hands out scope beyond its own (RuoYi), side doors that skip the guard
(Traccar, Zammad, GLPI: counts, photos and thumbnails, search, events).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.test import Client

from maplegrid.accounts.actions import revoke_key
from maplegrid.accounts.models import ApiKey, Body
from maplegrid.accounts.scopes import NEEDS_PERSON, Scope
from maplegrid.cases.actions.orders import OrderWish, apply_for_order
from maplegrid.cases.actions.webhooks import subscribe
from maplegrid.cases.api.interface import document
from maplegrid.cases.models import Case, Order, Webhook
from maplegrid.cases.queries.inbox import COUNTED, counts_of
from maplegrid.messaging.models import Attachment, Notice
from maplegrid.territory.models import Assignment
from maplegrid.territory.queries import tower
from tests.accounts.keys import a_key
from tests.api.calling import delete, get, key_for, picture, post, send_photo
from tests.builders import drain_case
from tests.cast import CAST, NOON, actor, person
from tests.house.test_routes import MAY, ROLES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
HOOK = {"url": "https://hooks.example.org/x", "events": ["case.closed"]}


@pytest.fixture(autouse=True)
def at_noon(held_clock, settings, tmp_path):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"interface_read": "100000/m/ip"}
    settings.MEDIA_ROOT = tmp_path
    held_clock(NOON)


@dataclass(frozen=True)
class World:
    """A case of 公明社区04小分格 with a photo and an order, and its chief's webhook."""

    case: Case
    photo: Attachment
    order: Order
    hook: Webhook


@pytest.fixture
def world(settings) -> World:
    case = drain_case()
    secret = key_for(CAST.chief)
    kept = send_photo(secret, picture()).json()["photo"]
    post(secret, f"cases/{case.number}/steps", {"action": "contact", "text": "去看了", "photos": [kept]})
    wish = OrderWish(tried="疏通过", why="是市政管", asked="请清通")
    order = apply_for_order(case_id=case.pk, wish=wish, actor=actor(CAST.chief), now=NOON)
    hook = subscribe(key=ApiKey.objects.get(), **HOOK, actor="key:1", now=NOON).webhook
    return World(case, Attachment.objects.get(), order, hook)


Call = Callable[[str, World], object]
READ, ACT, MESSAGES = (
    frozenset({Scope.CASES_READ}),
    frozenset({Scope.CASES_ACT}),
    frozenset({Scope.MESSAGES_WRITE}),
)
OWN, HOOKS, ANY = frozenset({Scope.NOTICES_OWN}), frozenset({Scope.WEBHOOKS_MANAGE}), frozenset(Scope)
SIGHT, UNIT, ALL, NOBODY = MAY["here"], MAY["unit"], frozenset(ROLES) - {"stranger"}, frozenset()
# operation → the scopes that open it (one of them is enough), for whom it finds something, how it is called
TABLE: dict[str, tuple[frozenset[Scope], frozenset[str], Call]] = {
    "cases": (READ, ALL, lambda k, w: get(k, "cases", q="地漏", view="area")),
    "counts": (READ, ALL, lambda k, w: get(k, "cases/counts")),
    "case": (READ, SIGHT, lambda k, w: get(k, f"cases/{w.case.number}")),
    "events": (READ, SIGHT, lambda k, w: get(k, f"cases/{w.case.number}/events")),
    "step": (ACT, SIGHT, lambda k, w: post(k, f"cases/{w.case.number}/steps", {"action": "comment", "text": "看过"})),
    "photo": (READ, SIGHT, lambda k, w: get(k, f"photos/{w.photo.pk}", thumb=True)),
    "orders": (READ, ALL, lambda k, w: get(k, "orders", view="area")),
    "order": (READ, SIGHT, lambda k, w: get(k, f"orders/{w.order.pk}")),
    "apply": (ACT, SIGHT, lambda k, w: post(k, f"cases/{w.case.number}/orders", {"tried": "a", "why": "b", "asked": "c"})),
    "order_step": (ACT, SIGHT, lambda k, w: post(k, f"orders/{w.order.pk}/steps", {"action": "file", "text": "x"})),
    "send_photo": (MESSAGES | ACT, ALL, lambda k, w: send_photo(k)),
    "message": (MESSAGES, ALL, lambda k, w: post(k, "messages", {"text": "路灯坏了"})),
    "catalogue": (ANY, ALL, lambda k, w: get(k, "catalogue")),
    "units": (READ, ALL, lambda k, w: get(k, "units", level="sub_grid")),
    "unit": (READ, UNIT, lambda k, w: get(k, f"units/{sub_grid_code(w)}")),
    "notices": (OWN, ALL, lambda k, w: get(k, "notices")),
    "read_notices": (OWN, ALL, lambda k, w: post(k, "notices/read", {})),
    "webhooks": (HOOKS, ALL, lambda k, w: get(k, "webhooks")),
    "add_webhook": (HOOKS, ALL, lambda k, w: post(k, "webhooks", HOOK)),
    "remove_webhook": (HOOKS, NOBODY, lambda k, w: delete(k, f"webhooks/{w.hook.pk}")),
    "try_webhook": (HOOKS, NOBODY, lambda k, w: post(k, f"webhooks/{w.hook.pk}/trial", {})),
    "webhook_deliveries": (HOOKS, NOBODY, lambda k, w: get(k, f"webhooks/{w.hook.pk}/deliveries")),
}  # fmt: skip


def sub_grid_code(world: World) -> str:
    return tower().by_id[tower().sub_grid_of(world.case.area_id)].code


def test_no_operation_is_unlisted_and_every_one_asks_for_a_key():
    operations = [o for path in document()["paths"].values() for o in path.values()]
    assert {operation["operationId"] for operation in operations} == set(TABLE)
    assert all(operation["security"] for operation in operations)


@pytest.mark.parametrize("name", sorted(TABLE))
def test_each_operation_finds_something_for_exactly_those_its_row_names(name: str, world: World):
    _scopes, whom, call = TABLE[name]
    for role, username in ROLES.items():
        if username is None:
            assert call("", world).status_code == 401
            continue
        answer = call(key_for(username), world)
        opened = answer.status_code in (200, 201, 204, 409)  # 409: seen, and a rule says no
        assert opened is (role in whom), (role, answer.status_code, answer.content[:200])
        assert opened or answer.status_code == 404


@pytest.mark.parametrize("name", sorted(TABLE))
def test_each_operation_opens_for_exactly_the_scopes_its_row_names(name: str, world: World):
    scopes, _whom, call = TABLE[name]
    for scope in Scope:
        answer = call(key_for(CAST.chief, scope), world)
        assert (answer.status_code == 403) is (scope not in scopes), (scope, answer.status_code)


@pytest.mark.parametrize("name", sorted(TABLE))
def test_a_revoked_an_old_and_a_wrong_key_open_nothing(name: str, world: World, held_clock):
    call = TABLE[name][2]
    issued = a_key(*Scope, who=person(CAST.chief))
    revoke_key(key=issued.key, actor=person(CAST.system), now=NOON)
    assert call(issued.secret, world).status_code == 401
    good = key_for(CAST.chief)
    assert call(good[:-1] + ("A" if good[-1] != "A" else "B"), world).status_code == 401
    held_clock(NOON + timedelta(days=366))
    assert call(good, world).status_code == 401


def test_a_session_cookie_opens_nothing(world: World):
    client = Client()
    client.force_login(person(CAST.chief))
    assert client.get(f"/api/v1/cases/{world.case.number}").status_code == 401


@pytest.mark.parametrize("role", ["neighbour_chief", "other_community", "other_street", "water", "hall"])
def test_lists_searches_counts_and_units_say_nothing_of_a_neighbours_case(role: str, world: World):
    secret = key_for(ROLES[role])
    before = get(secret, "cases/counts").json()
    more = drain_case()
    assert get(secret, "cases/counts").json() == before
    for query in (
        {},
        {"q": "地漏"},
        {"q": more.number},
        {"view": "area"},
        {"unit": tower().root.code},
        {"days": 1},
    ):
        page = get(secret, "cases", limit=100, **query)
        assert more.number not in page.content.decode()
        assert world.case.number not in page.content.decode()
    assert world.case.number not in get(secret, "orders").content.decode()
    assert world.case.number not in get(secret, "notices").content.decode()
    sees_unit = ROLES[role] is not None and role in MAY["unit"]
    assert (sub_grid_code(world) in get(secret, "units").content.decode()) is sees_unit


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"stranger"}))
def test_counts_are_those_of_the_persons_desk(role: str, world: World):
    found = get(key_for(ROLES[role]), "cases/counts").json()
    assert found == counts_of(actor(ROLES[role]), NOON)
    assert set(found) == set(COUNTED)


@pytest.mark.parametrize("role", ["chief", "community", "street"])
def test_a_sealed_case_is_nowhere_below_the_district(role: str, world: World):
    Case.objects.filter(pk=world.case.pk).update(sealed=True, unit=tower().root)
    secret = key_for(ROLES[role])
    assert world.case.number not in get(secret, "cases", q="地漏").content.decode()
    for path in (
        f"cases/{world.case.number}",
        f"cases/{world.case.number}/events",
        f"photos/{world.photo.pk}",
    ):
        assert get(secret, path).status_code == 404
    assert get(secret, f"orders/{world.order.pk}").status_code == 404


def test_a_key_shrinks_with_its_person_at_once(world: World):
    secret = key_for(CAST.chief)
    assert get(secret, f"cases/{world.case.number}").status_code == 200
    Assignment.objects.filter(person=person(CAST.chief)).update(valid_to=NOON.date())
    assert get(secret, f"cases/{world.case.number}").status_code == 404
    person(CAST.chief).__class__.objects.filter(username=CAST.chief).update(is_active=False)
    assert get(secret, "cases").status_code == 401


def test_a_system_administrators_key_sees_no_case(world: World):
    secret = key_for(CAST.system)
    assert get(secret, "cases").json()["items"] == []
    assert set(get(secret, "cases/counts").json().values()) == {0}


def test_a_body_gets_no_key_for_what_only_a_person_may_see(world: World):
    from maplegrid.accounts.actions import KeyRefused

    for scope in NEEDS_PERSON:
        with pytest.raises(KeyRefused):
            a_key(scope, body=Body.objects.first())


def test_a_photo_of_one_key_is_no_use_to_another_and_is_attached_once(world: World):
    mine, other = key_for(CAST.chief), key_for(CAST.chief)
    reference = send_photo(mine).json()["photo"]
    step = {"action": "comment", "text": "x", "photos": [reference]}
    answer = post(other, f"cases/{world.case.number}/steps", step)
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_photo")
    assert post(mine, f"cases/{world.case.number}/steps", step).status_code == 200
    assert post(mine, f"cases/{world.case.number}/steps", step).json()["code"] == "unknown_photo"
    assert post(mine, "messages", {"text": "x", "photos": [reference]}).json()["code"] == "unknown_photo"


def test_notices_are_the_persons_own_and_name_a_case_only_while_it_is_seen(world: World):
    Notice.objects.all().delete()
    case = drain_case()
    found = get(key_for(CAST.chief), "notices").json()["items"]
    assert [notice["case"] for notice in found] == [case.number]
    assert get(key_for(CAST.neighbour_chief), "notices").json()["items"] == []
    Case.objects.filter(pk=case.pk).update(sealed=True, unit=tower().root)
    assert get(key_for(CAST.chief), "notices").json()["items"][0]["case"] is None
    assert post(key_for(CAST.service), "notices/read", {}).json() == {"read": 0}
    assert post(key_for(CAST.chief), "notices/read", {}).json() == {"read": 1}
    assert get(key_for(CAST.chief), "notices", unread=True).json()["items"] == []


def test_filters_that_name_nothing_are_refused_and_never_left_out(world: World):
    secret = key_for(CAST.district)
    for query in ({"unit": "nowhere"}, {"assignee": "nobody"}):
        assert get(secret, "cases", **query).status_code == 422
    assert get(secret, "cases", category="0101").json()["items"] == []
