"""Each method of GeoReport v2 in both formats, field by field. The specification has no XSD ("schemaless")."""

import json
from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client

from maplegrid.cases.actions.intake import open_case
from maplegrid.cases.models import Case
from maplegrid.messaging.models import Message
from maplegrid.rules.lifecycle import ENDED, OPEN, Status
from maplegrid.rules.vocabulary import Channel
from maplegrid.territory.queries import tower
from tests.accounts.keys import a_key
from tests.builders import drain_case, story_building
from tests.cast import CAST, NOON, person
from tests.open311.asking import as_words, ask, post, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
FORMS = ["json", "xml"]
REQUEST = {
    "service_request_id", "status", "status_notes", "service_name", "service_code", "description",
    "agency_responsible", "service_notice", "requested_datetime", "updated_datetime", "expected_datetime",
    "address", "address_id", "zipcode", "lat", "long", "media_url",
}  # fmt: skip
SERVICE = {"service_code", "service_name", "description", "metadata", "type", "keywords", "group"}
ATTRIBUTE = {
    "variable", "code", "datatype", "required", "datatype_description", "order", "description", "values",
}  # fmt: skip


@pytest.fixture
def at_noon(held_clock):
    held_clock(NOON)


@pytest.fixture
def key():
    return a_key()


def posted(key, **fields) -> Message:
    row = read(post("json", api_key=key.secret, **fields), "json")[0]
    return Message.objects.get(number=row["service_request_id"])


def opened(key, **fields) -> Case:
    return open_case(message_id=posted(key, **fields).pk, now=NOON)


@pytest.mark.parametrize("form", FORMS)
def test_discovery_says_where_and_in_which_formats(form):
    found = read(ask("discovery", form), form)
    assert set(found) == {"changeset", "contact", "key_service", "endpoints"}
    place = found["endpoints"][0]
    assert set(place) == {"specification", "url", "changeset", "type", "formats"}
    assert place["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert place["formats"] == ["application/json", "text/xml"]
    assert datetime.fromisoformat(found["changeset"]).tzinfo


@pytest.mark.parametrize("form", FORMS)
def test_services_are_the_public_types_of_the_catalogue(form):
    rows = read(ask("services", form), form)
    assert rows
    assert all(set(row) == SERVICE and row["type"] == "realtime" for row in rows)
    codes = {row["service_code"] for row in rows}
    assert "1201" in codes
    assert not codes & {"0101", "0104", "0802", "0806", "1203", "1209", "1305", "9901"}
    assert all(str(row["metadata"]).lower() == "true" for row in rows)


@pytest.mark.parametrize("form", FORMS)
def test_a_type_out_of_use_is_no_service(form):
    from maplegrid.cases.catalogue import forget
    from maplegrid.cases.models import Category

    Category.objects.filter(code="1201").update(active=False)
    forget()
    assert "1201" not in {row["service_code"] for row in read(ask("services", form), form)}
    assert ask("services/1201", form).status_code == 404
    forget()


@pytest.mark.parametrize("form", FORMS)
def test_a_definition_names_its_one_optional_question(form):
    found = read(ask("services/1201", form), form)
    assert set(found) == {"service_code", "attributes"}
    (attribute,) = found["attributes"]
    assert set(attribute) == ATTRIBUTE
    assert attribute["datatype"] == "singlevaluelist"
    assert [set(value) for value in attribute["values"]] == [{"key", "name"}] * 4


@pytest.mark.parametrize("path", ["discovery", "services", "services/1201", "requests"])
def test_both_formats_say_the_same(path):
    drain_case()
    assert as_words(read(ask(path, "json"), "json")) == read(ask(path, "xml"), "xml")


def test_json_has_numbers_and_truths_and_not_words(key):
    case = opened(key)
    row = read(ask(f"requests/{case.number}", "json", api_key=key.secret), "json")[0]
    assert isinstance(row["lat"], float)
    assert isinstance(row["long"], float)
    assert read(ask("services", "json"), "json")[0]["metadata"] is True
    attribute = read(ask("services/1201", "json"), "json")["attributes"][0]
    assert (attribute["variable"], attribute["required"], attribute["order"]) == (True, False, 1)


@pytest.mark.parametrize("form", FORMS)
def test_a_posted_request_is_kept_located_and_routed_like_any_other(form, key, run_jobs):
    response = post(form, api_key=key.secret, first_name="三", last_name="张", phone="13800000000")
    assert response.status_code == 201
    (row,) = read(response, form)
    assert set(row) == {"service_request_id", "service_notice", "account_id"}
    run_jobs()
    case = Case.objects.get(number=row["service_request_id"])
    assert case.channel == Channel.OPEN311
    assert case.unit.name == "公明社区04小分格"
    assert case.accountable == person(CAST.chief)
    assert (case.category.code, case.category_confidence) == ("1201", 1.0)
    message = Message.objects.get(number=case.number)
    assert (message.contact_name, message.contact_phone) == ("张三", "13800000000")
    assert message.api_key == key.key


def test_the_chosen_service_stands_although_the_words_say_something_else(key):
    case = opened(key, service_code="0902", description="管道堵塞了，厨房地漏往上返水")
    assert case.category.code == "0902"


@pytest.mark.parametrize("form", FORMS)
def test_a_building_or_words_are_place_enough(form, key):
    at = {"lat": None, "long": None}
    building = story_building()
    assert post(form, api_key=key.secret, **at, address_id=building.code).status_code == 201
    assert post(form, api_key=key.secret, **at, address_string="富豪花园C区1栋").status_code == 201
    assert post(form, api_key=key.secret, **at).status_code == 400


def test_a_point_of_a_phones_map_is_set_right(key):
    plain = posted(key)
    shifted = posted(key, **{"attribute[datum]": "gcj02"})
    assert abs(shifted.lon - plain.lon) > 0.003


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"service_code": None}, 400),
        ({"service_code": "0104"}, 404),
        ({"service_code": "nothing"}, 404),
        ({"lat": None}, 400),
        ({"lat": "north"}, 400),
        ({"lat": "nan"}, 400),
        ({"lat": "91"}, 400),
        ({"long": "-181"}, 400),
        ({"address_id": "no such house"}, 400),
        ({"description": "长" * 4001}, 400),
        ({"attribute[datum]": "mars"}, 400),
        ({"jurisdiction_id": "elsewhere"}, 404),
    ],
)
def test_what_is_wrong_is_said_in_the_specifications_form(form, fields, code, key):
    before = Message.objects.count()
    response = post(form, api_key=key.secret, **fields)
    assert response.status_code == code
    rows = read(response, form)
    assert all(set(row) == {"code", "description"} and row["description"] for row in rows)
    assert str(rows[0]["code"]) == str(code)
    assert Message.objects.count() == before


def test_every_fault_is_said_at_once(key):
    rows = read(post("json", api_key=key.secret, service_code=None, lat=None, long=None), "json")
    assert [row["code"] for row in rows] == [400, 400]


@pytest.mark.parametrize("form", FORMS)
def test_posting_needs_a_key_that_may(form, key):
    reader = a_key_of_reader()
    for secret in (None, "", "wrong", "mg_00000000_x", reader.secret, key.secret[:-1]):
        response = post(form, api_key=secret)
        assert response.status_code == 403
        assert str(read(response, form)[0]["code"]) == "403"
    assert Message.objects.count() == 0


def a_key_of_reader():
    from maplegrid.accounts.scopes import Scope

    return a_key(Scope.CASES_READ, who=person(CAST.chief))


@pytest.mark.parametrize("form", FORMS)
def test_the_jurisdiction_may_be_left_out_empty_or_right(form):
    for jurisdiction in ("", tower().root.code):
        assert ask("services", form, jurisdiction_id=jurisdiction).status_code == 200
    assert ask("services", form, jurisdiction_id="elsewhere").status_code == 404


@pytest.mark.parametrize("form", FORMS)
def test_a_request_is_found_again_by_number_list_and_token(form, key):
    case = opened(key)
    for path, query in (
        (f"requests/{case.number}", {}),
        ("requests", {"service_request_id": f"{case.number},2026-999999"}),
        ("requests", {}),
    ):
        (row,) = read(ask(path, form, api_key=key.secret, **query), form)
        assert set(row) == REQUEST
        assert row["service_request_id"] == case.number
        assert row["description"] == "管道堵塞了，厨房地漏往上返水"
        assert row["requested_datetime"] == "2026-11-23T12:00:00+08:00"
        assert abs(float(row["lat"]) - story_building().lat) < 1e-6
    token = read(ask(f"tokens/{case.number}", form), form)
    assert token == [{"service_request_id": case.number, "token": case.number}]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "path", ["requests/2026-999999", "requests/nonsense", "tokens/abc", "services/x", "else"]
)
def test_what_is_not_there_is_a_404_in_form(form, path):
    response = ask(path, form)
    assert response.status_code == 404
    assert str(read(response, form)[0]["code"]) == "404"


@pytest.mark.parametrize("status", list(Status))
def test_every_status_is_open_or_closed_and_the_filter_finds_it_again(status, key):
    case = opened(key)
    Case.objects.filter(pk=case.pk).update(status=status)
    (row,) = read(ask("requests", "json", api_key=key.secret), "json")
    assert row["status"] == ("open" if status in OPEN else "closed")
    assert (status in ENDED) == (row["status"] == "closed")
    other = "closed" if row["status"] == "open" else "open"
    assert len(read(ask("requests", "json", api_key=key.secret, status=row["status"]), "json")) == 1
    assert read(ask("requests", "json", api_key=key.secret, status=other), "json") == []
    assert len(read(ask("requests", "json", api_key=key.secret, status="open,closed"), "json")) == 1


def test_a_voice_that_was_taken_back_is_closed(key):
    case = opened(key)
    case.appeals.update(withdrawn_at=NOON)
    assert read(ask("requests", "json", status="open"), "json") == []
    assert read(ask("requests", "json", status="closed"), "json")[0]["status"] == "closed"


def test_dates_bound_the_list_and_default_to_ninety_days(key):
    case = opened(key)

    def numbers(**query):
        return [row["service_request_id"] for row in read(ask("requests", "json", **query), "json")]

    def w3(moment):
        return moment.isoformat()

    assert numbers() == [case.number]
    assert numbers(start_date=w3(NOON), end_date=w3(NOON + timedelta(days=1))) == [case.number]
    assert numbers(start_date=w3(NOON + timedelta(seconds=1))) == []
    assert numbers(end_date=w3(NOON - timedelta(seconds=1))) == []
    assert numbers(start_date="2026-11-23T04:00:00Z") == [case.number]
    Message.objects.update(received_at=NOON - timedelta(days=91))
    assert numbers() == []
    assert numbers(start_date=w3(NOON - timedelta(days=92))) == [case.number]


def test_a_plus_that_was_not_encoded_is_understood():
    drain_case()
    response = Client().get("/open311/v2/requests.json?start_date=2026-11-23T00:00:00+08:00")
    assert len(read(response, "json")) == 1


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "query",
    [
        {"start_date": "yesterday"}, {"start_date": "2026-11-23"}, {"start_date": "2026-11-23T00:00:00"},
        {"start_date": "2026-13-45T00:00:00Z"}, {"start_date": "0001-01-01T00:00:00Z"}, {"end_date": "9999-12-31T23:59:59Z"},
        {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-11-01T00:00:00Z"},
        {"start_date": "2026-11-02T00:00:00Z", "end_date": "2026-11-01T00:00:00Z"},
        {"status": "half"}, {"page": "0"}, {"page": "-1"}, {"page": "x"}, {"page_size": "1001"}, {"page": "9" * 30},
    ],
)  # fmt: skip
def test_a_query_that_cannot_be_meant_is_a_400(form, query):
    response = ask("requests", form, **query)
    assert response.status_code == 400
    assert str(read(response, form)[0]["code"]) == "400"


def test_pages_are_whole_and_do_not_overlap(key):
    made = {opened(key).number for _ in range(5)}
    pages = [
        [row["service_request_id"] for row in read(ask("requests", "json", page=page, page_size=2), "json")]
        for page in (1, 2, 3, 4)
    ]
    assert [len(page) for page in pages] == [2, 2, 1, 0]
    assert {number for page in pages for number in page} == made


def test_service_codes_narrow_the_list(key):
    drain, other = opened(key), opened(key, service_code="0902")

    def numbers(code):
        rows = read(ask("requests", "json", service_code=code), "json")
        return {row["service_request_id"] for row in rows}

    assert numbers("1201") == {drain.number}
    assert numbers("1201,0902") == {drain.number, other.number}
    assert numbers("nothing") == set()


def test_sending_again_with_the_same_repeat_key_makes_one_message(key):
    headers = {"Idempotency-Key": "a-1"}
    first, again = (read(post("json", headers, api_key=key.secret), "json") for _ in range(2))
    assert first == again
    other = a_key(name="另一个")
    assert read(post("json", headers, api_key=other.secret), "json") != first
    assert Message.objects.count() == 2


def test_the_key_finds_its_own_request_before_it_is_read_and_others_do_not(key):
    message = posted(key)
    (row,) = read(ask(f"requests/{message.number}", "json", api_key=key.secret), "json")
    assert (set(row), row["status"], row["service_code"]) == (REQUEST, "open", "1201")
    assert ask(f"requests/{message.number}", "json").status_code == 404
    assert ask(f"requests/{message.number}", "json", api_key=a_key(name="b").secret).status_code == 404


def test_what_xml_cannot_hold_does_not_break_the_list(key):
    opened(key, description="漏水\x0b\x1b<b>&]]>\ufffe")
    row = read(ask("requests", "xml", api_key=key.secret), "xml")[0]
    assert "<b>&]]>" in row["description"]


def test_the_list_costs_the_same_number_of_statements_for_one_row_and_for_twenty(
    key, django_assert_max_num_queries
):
    for _ in range(20):
        opened(key)
    ask("requests", "json", api_key=key.secret)
    with django_assert_max_num_queries(10):
        assert len(read(ask("requests", "json", api_key=key.secret), "json")) == 20


def test_too_many_requests_are_told_so(key, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"interface_write": "2/m/key"}
    answers = [post("json", api_key=key.secret).status_code for _ in range(3)]
    assert answers == [201, 201, 429]
    assert post("json", api_key=a_key(name="b").secret).status_code == 201


@pytest.mark.parametrize("form", FORMS)
def test_other_methods_are_refused_in_form(form):
    response = Client().delete(f"/open311/v2/requests.{form}")
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, POST")
    assert read(response, form)


def test_an_answer_is_xml_where_no_format_is_named():
    response = Client().get("/open311/v2/requests")
    assert response.status_code == 404
    assert ElementTree.fromstring(response.content).tag == "errors"
    assert json.loads(Client().get("/open311/v2/x.json").content)
