"""Where is it? Names in every spelling, misspellings, areas, points and doors, on a small neighbourhood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maplegrid.language.locate import Gazetteer, likely_unit, locate
from maplegrid.language.locate.mentions import errors_at_end
from maplegrid.language.locate.names import number_of, sound, spell, spelled, take_apart
from maplegrid.language.reading import FoundBy
from tests.language.places import BUILDINGS, GAZETTEER, LAT, LON, UNITS, building

C1 = building("富豪花园C区1栋")


@pytest.mark.parametrize(
    "text",
    [
        "公明社区富豪花园C区1栋楼下",
        "富豪花园C区1栋楼下管道堵塞了",
        "富豪花园Ｃ区１栋",
        "富豪花园 c区 一号楼",
        "富豪花园C区一栋三楼漏水",
        "富豪花园C1栋",
        "富豪花园C-1栋",
        "富豪花园C区1幢",
        "富豪花园C区01栋",
        "富豪花园C区1号楼2单元501",
        "富豪花园C区1-2-501",
        "富豪花园小区里面C区1栋",
        "你好，我家住在富豪花园（C区）1栋，楼道灯坏了",
    ],
)
def test_every_spelling_of_a_house_is_the_same_house(text: str) -> None:
    best = locate(GAZETTEER, text)[0]
    assert (best.building_id, best.sub_grid_id) == (C1.id, "c1-04")
    assert best.probability > 0.9
    assert best.found_by is FoundBy.NAME


@pytest.mark.parametrize(
    "text",
    [
        "富毫花园C区1栋",
        "付豪花元C区1栋",
        "富嚎花园C区1栋",
        "富豪花圆区C区1栋",
        "富豪园C区1栋",
        "富豪豪花园C区1栋",
    ],
)
def test_a_misspelt_name_is_recognised_and_less_sure(text: str) -> None:
    best = locate(GAZETTEER, text)[0]
    assert best.building_id == C1.id
    assert 0.4 < best.probability < 0.95


def test_the_longer_name_is_not_taken_for_the_shorter_one() -> None:
    assert locate(GAZETTEER, "大富豪花园1栋停水")[0].building_id == building("大富豪花园1栋").id


def test_ten_is_not_one_and_one_is_not_twelve() -> None:
    assert locate(GAZETTEER, "富豪花园C区十二栋")[0].building_id == building("富豪花园C区12栋").id
    assert locate(GAZETTEER, "富豪花园C区11栋")[0].building_id == building("富豪花园C区11栋").id


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("合水口新村12巷5号", "合水口新村十二巷5号"),
        ("合水口新村十二巷5栋停水", "合水口新村十二巷5号"),
        ("宏达工业园2号厂房着火", "宏达工业园2号厂房"),
        ("宏达工业园2栋厂房", "宏达工业园2号厂房"),
        ("宏达工业园宿舍2楼道", "宏达工业园2号宿舍楼"),
        ("天虹商场门口有人摆摊", "天虹大厦"),
        ("建设路88号", "天虹大厦"),
        ("公明小学门口堵车", "公明小学教学楼"),
        ("河心路3号路灯不亮", "富豪花园A区3栋"),
    ],
)
def test_lanes_halls_aliases_and_addresses_are_found(text: str, name: str) -> None:
    assert locate(GAZETTEER, text)[0].name == name


def test_a_hall_is_likelier_than_a_dormitory_when_only_the_number_is_said() -> None:
    first, second = locate(GAZETTEER, "宏达工业园2栋")[:2]
    assert (first.name, second.name) == ("宏达工业园2号厂房", "宏达工业园2号宿舍楼")


def test_the_same_name_in_two_communities_is_decided_by_the_one_that_is_named() -> None:
    assert locate(GAZETTEER, "塘家社区幸福小区2栋")[0].community_id == "c3"
    assert locate(GAZETTEER, "公明街道幸福小区2栋")[0].community_id == "c1"
    first, second = locate(GAZETTEER, "幸福小区2栋")[:2]
    assert first.probability == second.probability
    assert first.probability < 0.5


def test_the_same_name_is_decided_by_where_the_message_came_from() -> None:
    assert locate(GAZETTEER, "幸福小区2栋", near_unit="c3-02")[0].community_id == "c3"
    assert locate(GAZETTEER, "幸福小区2栋", near_unit="c1-03")[0].community_id == "c1"


def test_an_estate_without_a_house_is_its_sub_grid() -> None:
    best = locate(GAZETTEER, "富豪花园门口有人占道")[0]
    assert (best.level, best.sub_grid_id, best.building_id) == ("sub_grid", "c1-04", None)
    assert best.probability > 0.8


def test_a_house_number_the_estate_has_not_is_its_sub_grid_and_less_sure() -> None:
    best = locate(GAZETTEER, "富豪花园C区99栋")[0]
    assert (best.level, best.sub_grid_id) == ("sub_grid", "c1-04")
    assert best.probability < 0.8


def test_a_house_number_several_zones_have_is_asked_about() -> None:
    places = locate(GAZETTEER, "富豪花园1栋")
    assert {place.name for place in places} == {f"富豪花园{zone}区1栋" for zone in "ABC"}
    assert likely_unit(places, "sub_grid")[0] == "c1-04"
    assert likely_unit(places, "sub_grid")[1] > 0.7


def test_beside_and_opposite_are_less_sure_than_inside() -> None:
    inside, beside = locate(GAZETTEER, "富豪花园C区1栋")[0], locate(GAZETTEER, "富豪花园C区1栋对面")[0]
    assert inside.building_id == beside.building_id
    assert beside.probability < inside.probability


@pytest.mark.parametrize(
    ("text", "level", "unit"),
    [
        ("公明社区04小分格有人占道", "sub_grid", "c1-04"),
        ("公明社区第四小分格", "sub_grid", "c1-04"),
        ("公明社区居委会那边", "community", "c1"),
        ("上村村口", "community", "c2"),
        ("公明街道", "street", "s1"),
        ("440311002001F04", "sub_grid", "c1-04"),
        ("凤凰街道塘家社区", "community", "c3"),
    ],
)
def test_a_unit_alone_is_a_place_of_its_level(text: str, level: str, unit: str) -> None:
    best = locate(GAZETTEER, text)[0]
    assert (best.level, best.unit_id) == (level, unit)
    assert best.probability > 0.8


def test_a_bare_name_is_only_a_hint() -> None:
    assert locate(GAZETTEER, "我在公明")[0].probability < 0.5


def test_a_named_community_speaks_against_a_building_elsewhere() -> None:
    places = locate(GAZETTEER, "塘家社区天虹大厦")
    assert likely_unit(places, "community")[0] == "c3"


@pytest.mark.parametrize("text", ["", "管道堵塞了", "A3区一米阳光3栋", "在吗", "1栋", "。" * 50])
def test_words_without_a_place_give_none(text: str) -> None:
    assert locate(GAZETTEER, text) == ()


def test_a_scanned_door_is_surest() -> None:
    best = locate(GAZETTEER, "管道堵塞了", door_building=C1.id)[0]
    assert (best.building_id, best.found_by) == (C1.id, FoundBy.CODE)
    assert best.probability > 0.95
    assert locate(GAZETTEER, "管道堵塞了", door_building="gone") == ()


def test_a_point_names_the_nearest_building_and_its_unit() -> None:
    assert C1.lon is not None
    assert C1.lat is not None
    places = locate(GAZETTEER, "管道堵塞了", point=(C1.lon + 0.0001, C1.lat))
    assert (places[0].building_id, places[0].found_by) == (C1.id, FoundBy.POINT)
    assert likely_unit(places, "sub_grid")[0] == "c1-04"
    assert "10 米" in str(places[0].reason)


def test_a_point_far_from_every_building_is_answered_by_the_map_alone() -> None:
    mapped = Gazetteer(BUILDINGS, UNITS, unit_at=lambda lon, lat: "c3-02-g1")
    places = locate(mapped, "路灯不亮", point=(LON, LAT + 0.01))
    assert [(place.level, place.unit_id) for place in places] == [("grid", "c3-02-g1")]
    assert locate(GAZETTEER, "路灯不亮", point=(LON, LAT + 0.01)) == ()


def test_words_and_point_that_agree_are_surer_than_those_that_do_not() -> None:
    assert C1.lon is not None
    assert C1.lat is not None
    agreed = locate(GAZETTEER, "富豪花园C区1栋", point=(C1.lon + 0.001, C1.lat))
    apart = locate(GAZETTEER, "富豪花园C区1栋", point=(building("天虹大厦").lon or 0, C1.lat))
    assert agreed[0].building_id == C1.id
    assert agreed[0].probability > 0.9
    assert {place.name for place in apart} >= {"富豪花园C区1栋", "天虹大厦"}
    assert apart[0].probability < 0.6


def test_a_house_number_alone_is_found_in_the_unit_the_message_came_through() -> None:
    (best, *_) = locate(GAZETTEER, "我家C区1栋停水", near_unit="c1-04")
    assert (best.building_id, best.found_by) == (C1.id, FoundBy.NEAR)


def test_without_words_the_unit_of_the_door_is_better_than_nothing() -> None:
    (only,) = locate(GAZETTEER, "管道堵塞了", near_unit="c1-04")
    assert (only.level, only.unit_id, only.found_by) == ("sub_grid", "c1-04", FoundBy.NEAR)


def test_a_place_said_at_the_end_of_a_long_text_is_read() -> None:
    text = "楼道里的灯一直不亮，没有人管。" * 200 + "\n富豪花园C区1栋"
    assert locate(GAZETTEER, text)[0].building_id == C1.id


def test_the_words_are_shown_where_they_stand() -> None:
    text = "您好　我住 富豪花园Ｃ区一号楼 三楼"
    ((start, end),) = locate(GAZETTEER, text)[0].words
    assert text[start:end] == "富豪花园Ｃ区一号楼"


messy = st.text(
    alphabet="公明社区富豪花园幸福小合水口新村大巷天虹厦ＡCc一十23栋号楼 旁边，。\n第04小分格", max_size=40
)


@given(text=messy, near=st.sampled_from([None, "c1-04", "c3", "gone"]), door=st.sampled_from([None, 0, 999]))
def test_probabilities_are_ranked_and_share_at_most_one(
    text: str, near: str | None, door: int | None
) -> None:
    places = locate(GAZETTEER, text, near_unit=near, door_building=door, point=(LON, LAT))
    sure = [place.probability for place in places]
    assert sure == sorted(sure, reverse=True)
    assert sum(sure) <= 1.005
    assert len(places) <= 5
    for place in places:
        assert str(place.reason)
        assert all(0 <= start < end <= len(text) for start, end in place.words)


@given(
    st.sampled_from(BUILDINGS), st.sampled_from(["", "我住", "位于"]), st.sampled_from(["", "楼下", "停水了"])
)
def test_every_building_is_found_by_its_own_full_name(row, before: str, after: str) -> None:  # type: ignore[no-untyped-def]
    community = next(unit.name for unit in UNITS if unit.id == row.community_id)
    assert locate(GAZETTEER, f"{before}{community}{row.name}{after}")[0].building_id == row.id


@given(st.integers(0, 999))
def test_numerals_are_read(number: int) -> None:
    digits = "零一二三四五六七八九"
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    written = (f"{digits[hundreds]}百" if hundreds else "") + (f"{digits[tens]}十" if tens else "")
    written += "零" if hundreds and ones and not tens else ""
    assert number_of(written + (digits[ones] if ones or not written else "")) == number


@pytest.mark.parametrize(
    ("numeral", "number"), [("十五", 15), ("二十", 20), ("三〇二", 302), ("一百零三", 103)]
)
def test_numerals_people_write_are_read(numeral: str, number: int) -> None:
    assert number_of(numeral) == number


@given(st.text(alphabet="一十二三栋号楼C区　 1２#座幢花园", max_size=30))
def test_the_one_spelling_keeps_track_of_places(text: str) -> None:
    words = spell(text)
    assert len(words.text) == len(words.origins)
    assert words.origins == sorted(words.origins)
    assert all(0 <= origin < len(text) for origin in words.origins)


def test_names_are_taken_apart() -> None:
    assert take_apart(spelled("富豪花园C区一号楼")) == ("富豪花园", "c区", "1", "栋")
    assert take_apart(spelled("合水口新村十二巷5号")) == ("合水口新村", "12巷", "5", "号")
    assert take_apart(spelled("宏达工业园2号宿舍楼")) == ("宏达工业园", "", "2", "宿舍")
    assert take_apart(spelled("唐府1号3栋")) == ("唐府1号", "", "3", "栋")
    assert take_apart("天虹大厦") == ("天虹大厦", "", "", "")


def test_homophones_sound_the_same_and_others_do_not() -> None:
    assert sound("富豪花园") == sound("付毫华元")
    assert sound("富豪花园") != sound("富强花园")


@given(st.text(alphabet="富豪花园大", max_size=6), st.text(alphabet="富豪花园大", max_size=8))
def test_errors_at_the_end_are_those_of_the_best_ending(word: str, window: str) -> None:
    allowed = 2
    tails = [window[start:] for start in range(max(0, len(window) - len(word) - allowed), len(window) + 1)]
    assert errors_at_end(word, window, allowed) == min(_distance(word, tail) for tail in tails)


def _distance(one: str, other: str) -> int:
    if not one or not other:
        return len(one) + len(other)
    return min(
        _distance(one[1:], other) + 1,
        _distance(one, other[1:]) + 1,
        _distance(one[1:], other[1:]) + (one[0] != other[0]),
    )


class TestSlipsOfHandAndEar:
    @pytest.mark.parametrize(
        "text",
        [
            "富豪花园 C区 1 栋楼下路灯坏了", "富豪花园C区1冬楼下路灯坏了", "富豪花园C区区1栋", "富豪豪花园C区1栋", "富豪花园C渠1栋",
            "富豪花园C区1号楼", "富豪花园 C 区一 栋",
        ],
    )  # fmt: skip
    def test_blanks_doubled_and_misheard_characters_name_the_same_house(self, text):
        assert locate(GAZETTEER, text)[0].building_id == building("富豪花园C区1栋").id

    def test_the_words_shown_are_those_of_the_original(self):
        text = "我住富豪 花园 C区 1 栋。"
        (start, end), *_ = locate(GAZETTEER, text)[0].words
        assert text[start:end] == "富豪 花园 C区 1 栋"

    def test_good_after_a_number_is_no_house(self):
        assert locate(GAZETTEER, "已经修了2好几天") == ()

    def test_a_hall_is_found_without_the_word_for_number(self):
        assert locate(GAZETTEER, "宏达工业园2厂房漏水")[0].building_id == building("宏达工业园2号厂房").id

    def test_a_floor_is_no_house(self):
        said = locate(GAZETTEER, "宏达工业园3楼漏水")
        assert max(place.probability for place in said) < 0.3  # any of the estate's houses may be meant
