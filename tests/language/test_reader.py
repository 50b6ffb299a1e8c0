"""One message through the whole reader."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maplegrid.engines.geodesy import Datum, from_reference
from maplegrid.language.reader import Reader, reference_point
from maplegrid.language.taxonomy import default_taxonomy
from maplegrid.rules.triage import UNCLASSIFIED, needs_triage
from maplegrid.rules.vocabulary import Flag, Level
from tests.language.places import GAZETTEER, building

READER = Reader(default_taxonomy(), GAZETTEER)
C1 = building("富豪花园C区1栋")


def test_the_blocked_drain_is_read_as_the_story_tells_it() -> None:
    reading = READER.read("公明社区富豪花园C区1栋楼下管道堵塞了")
    assert reading.category.code == "1201"
    assert (reading.level.code, reading.profile, reading.call_first) == ("3", "U24", False)
    assert reading.flags == ()
    assert reading.is_appeal.code == "appeal"
    assert reading.title == "公明社区富豪花园C区1栋楼下管道堵塞了"
    assert {"管道", "堵塞", "富豪"} <= set(reading.tokens)
    assert (reading.place[0].building_id, reading.place[0].sub_grid_id) == (C1.id, "c1-04")
    assert needs_triage(reading) is None


def test_violence_at_home_is_level_one_and_goes_to_the_police_first() -> None:
    reading = READER.read("富豪花园C区1栋，老公又打我")
    assert (reading.category.code, reading.level.code, reading.profile) == ("0104", "1", "P0")
    assert reading.call_first
    assert Flag.DOMESTIC_VIOLENCE in {flag.code for flag in reading.flags if flag.route == "POLICE"}


def test_a_raised_mediation_keeps_its_statutory_clock() -> None:
    reading = READER.read("朋友借钱不还，借条欠条都在，民间借贷纠纷两年了，昨天他还打我")
    assert (reading.category.code, reading.profile, reading.kept_profile) == ("0601", "P0", "M30")


def test_a_message_nobody_can_place_or_sort_goes_to_the_districts_desk() -> None:
    reading = READER.read("请尽快处理")
    assert (reading.category.code, reading.place) == (UNCLASSIFIED, ())
    need = needs_triage(reading)
    assert need is not None
    assert need.desk is Level.DISTRICT
    assert len(need.reasons) == 2


def test_a_street_alone_goes_to_that_streets_desk() -> None:
    need = needs_triage(READER.read("公明街道有人占道经营"))
    assert need is not None
    assert (need.desk, need.street_id) == (Level.STREET, "s1")


@pytest.mark.parametrize("datum", list(Datum))
def test_a_shared_point_is_converted_from_its_datum(datum: Datum) -> None:
    assert C1.lon is not None
    assert C1.lat is not None
    reading = READER.read("停水了", point=from_reference(C1.lon, C1.lat, datum), datum=datum)
    assert reading.place[0].building_id == C1.id


def test_a_point_in_the_wrong_datum_is_not_this_building() -> None:
    assert C1.lon is not None
    assert C1.lat is not None
    reading = READER.read("停水了", point=from_reference(C1.lon, C1.lat, Datum.GCJ02))
    assert C1.id not in {place.building_id for place in reading.place}


@pytest.mark.parametrize("point", [(22.75, 113.93), (999.0, 22.7), (float("nan"), 22.7)])
def test_a_point_that_cannot_be_meant_is_left_out(point: tuple[float, float]) -> None:
    assert READER.read("停水了", point=point).place == ()
    assert reference_point(point, Datum.WGS84) is None


def test_an_unknown_datum_is_left_out_not_guessed() -> None:
    assert reference_point((113.93, 22.75), "mars") is None
    assert reference_point((113.93, 22.75), "wgs84") == (113.93, 22.75)


def test_without_places_a_reader_still_reads() -> None:
    reading = Reader(default_taxonomy()).read("富豪花园C区1栋停水", point=(113.93, 22.75), door_building=1)
    assert reading.place == ()
    assert reading.category.code == "1201"


def test_a_reading_can_be_kept_as_json() -> None:
    reading = READER.read("富豪花园C区1栋，老公又打我，我要离婚")
    kept = json.loads(json.dumps(reading.as_dict(), ensure_ascii=False))
    assert kept["category"]["code"] == reading.category.code
    assert kept["flags"][0]["code"] == reading.flags[0].code.value
    assert kept["place"][0]["building_id"] == C1.id


@given(st.text(max_size=200))
def test_whatever_is_written_can_be_read(text: str) -> None:
    reading = READER.read(text)
    assert reading.categories[0] == reading.category
    assert reading.level.code in "1234"
    assert all(
        str(suggestion.reason) for suggestion in (*reading.categories, reading.level, reading.is_appeal)
    )


def test_the_same_text_is_read_the_same_way() -> None:
    text = "幸福小区2栋楼上漏水，邻居还骂人"
    assert READER.read(text) == READER.read(text)
    assert READER.read(text) == Reader(default_taxonomy(), GAZETTEER).read(text)
