"""What stands beside the pages: counts, exports, search, ledgers, bulk, suggestions, navigation. A stranger learns
nothing there that the case page would not tell (the peers' advisories are all about such doors).

Each test first makes sure that somebody who may see the case does find it at that door, so that it can fail.
"""

import io
import re

import pytest
from django.test import Client
from openpyxl import load_workbook

from maplegrid.cases.actions.change import Refused
from maplegrid.cases.actions.steps import Wish, take_step
from maplegrid.cases.models import Case, CaseSubject
from maplegrid.messaging.models import Attachment, Notice
from maplegrid.rules.lifecycle import Action
from tests.builders import drain_case
from tests.cast import CAST, NOON, actor, person
from tests.house.test_routes import SIGNED_IN, client_of

pytestmark = pytest.mark.django_db
STRANGERS = ["neighbour_chief", "other_community", "other_street", "water", "hall", "system"]
INSIDER = "community"
SPAN = "first=2026-11-01&last=2026-11-30"


@pytest.fixture(autouse=True)
def at_noon(held_clock):
    held_clock(NOON)


@pytest.fixture
def case() -> Case:
    return drain_case(place_words="富豪花园西门")


def cells(response) -> str:
    """Every word of an Excel file; of anything else, the body."""
    assert response.status_code == 200, response.status_code
    raw = b"".join(response.streaming_content) if response.streaming else response.content
    if not raw.startswith(b"PK"):
        return raw.decode()
    book = load_workbook(io.BytesIO(raw))
    return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)


DOORS = {
    "search by word": ("get", "/cases/?view=area&q=地漏"),
    "search by number": ("get", "/cases/?view=area&q={number}"),
    "search by place": ("get", "/cases/?view=area&q=富豪花园"),
    "rows for HTMX": ("htmx", "/cases/?view=area"),
    "by unit of theirs": ("get", "/cases/?view=area&unit={unit}"),
    "export": ("post", "/cases/export?view=area"),
    "export of a search": ("post", "/cases/export?view=area&q=地漏"),
    "points of the map": ("get", "/cases/points.geojson?view=area"),
    "ledger": ("get", f"/cases/ledgers/received?{SPAN}"),
    "ledger on paper": ("get", f"/cases/ledgers/received?{SPAN}&print=1"),
    "ledger of their unit": ("get", f"/cases/ledgers/received?{SPAN}&unit={{unit}}"),
    "ledger as Excel": ("post", f"/cases/ledgers/received/excel?{SPAN}"),
}


def at_door(role: str, door: str, case: Case) -> str:
    how, address = DOORS[door]
    address = address.format(number=case.number, unit=case.area.code)
    headers = {"HX-Request": "true"} if how == "htmx" else {}
    client = client_of(role)
    return cells(client.post(address) if how == "post" else client.get(address, headers=headers))


@pytest.mark.parametrize("door", sorted(DOORS))
def test_a_stranger_finds_no_trace_of_a_case_at_any_side_door(door: str, case: Case):
    mark = re.compile(rf"{case.number}|{re.escape(case.title)}")
    assert mark.search(at_door(INSIDER, door, case)), "nobody finds it here: the test would prove nothing"
    for role in STRANGERS:
        told = unechoed(at_door(role, door, case), case)
        assert not mark.search(told), role


def unechoed(page: str, case: Case) -> str:
    """Without what the visitor typed: the search field and the links that carry it on say it again."""
    return page.replace(f'value="{case.number}"', "").replace(f"q={case.number}", "")


def numbers_on(role: str) -> list[str]:
    """Every figure of the inbox's side: counts of views, rows, pages."""
    page = client_of(role).get("/cases/?view=area").content.decode()
    page = re.sub(r'csrfmiddlewaretoken" value="\w+"|nonce="[^"]*"', "", page)
    return re.findall(r">\s*(\d+)\s*<", page)


def test_no_count_on_a_strangers_screen_moves_when_a_case_comes_in(case: Case):
    before = {role: numbers_on(role) for role in [INSIDER, *STRANGERS]}
    drain_case()
    assert numbers_on(INSIDER) != before[INSIDER]
    for role in STRANGERS:
        assert numbers_on(role) == before[role], role


@pytest.mark.parametrize("stage", ["preview", "do"])
def test_a_bulk_step_neither_names_nor_reaches_a_case_of_somebody_else(stage: str, case: Case):
    for role in [*STRANGERS, INSIDER]:
        asked = {
            "stage": stage, "action": "comment", "text": "看过", "once": f"{role}-1",
            "number": [f"{case.number}:{case.version}"],
        }  # fmt: skip
        page = client_of(role).post("/cases/bulk", asked, follow=True).content.decode()
        assert (case.title in page) is (role == INSIDER), role
        done = case.steps.filter(action="comment").exists()
        assert done is (role == INSIDER and stage == "do"), role


def test_people_are_suggested_only_to_who_sees_the_case_and_only_who_sees_it(case: Case):
    address = f"/cases/{case.number}/people?q=格长"
    names = client_of(INSIDER).get(address).json()["people"]
    assert str(person(CAST.chief)) in names
    assert str(person(CAST.neighbour_chief)) not in names
    CaseSubject.objects.create(case=case, person=person(CAST.chief))
    assert str(person(CAST.chief)) not in client_of(INSIDER).get(address).json()["people"]
    for role in STRANGERS:
        assert client_of(role).get(address).status_code == 404


def test_whom_a_case_is_about_hears_of_it_nowhere(case: Case):
    """Not in lists, exports and ledgers, and no notice of what happens next."""
    wish = Wish(person_id=person(CAST.chief).pk, text="反映格长")
    take_step(case_id=case.pk, action=Action.NAME_SUBJECT, actor=actor(CAST.community), now=NOON, wish=wish)
    Notice.objects.all().delete()
    for door in DOORS:
        told = unechoed(at_door("chief", door, case), case)
        assert case.number not in told, door
    text = Wish(text=f"@{person(CAST.chief)} 看一下")
    with pytest.raises(Refused):
        take_step(case_id=case.pk, action=Action.COMMENT, actor=actor(CAST.community), now=NOON, wish=text)
    assert not Notice.objects.filter(person=person(CAST.chief)).exclude(state="withheld").exists()


def test_a_photo_named_by_its_number_alone_is_nobodys(case: Case, settings, tmp_path):
    """An upload that hangs on no case is shown to nobody, thumbnail or full."""
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "p.jpg").write_bytes(b"\xff\xd8\xff")
    loose = Attachment.objects.create(
        path="p.jpg", thumb_path="p.jpg", mime="image/jpeg", size=3, digest="0" * 64, uploaded_at=NOON
    )
    for role in SIGNED_IN:
        for size in ("thumb", "full"):
            assert client_of(role).get(f"/cases/photo/{loose.pk}/{size}").status_code == 404
    assert Client().get(f"/cases/photo/{loose.pk}/full").status_code == 302
