"""The same matter told again: the index finds what comparing everything finds, and places and words decide together."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maplegrid.language.duplicates import (
    Index,
    Likeness,
    Place,
    Text,
    Weights,
    compare,
    how_likely,
    shared_phrases,
)

PLACES = ["枫林苑", "溪畔花园", "向阳新村", "星河名居", "松柏里", "长堤雅筑", "云顶公馆", "新羌市场"]
MATTERS = {
    "电梯": ("电梯三天两头坏", "老人上下楼只能爬楼梯，物业一直说配件没到。"),
    "噪音": ("工地半夜打桩太吵", "孩子睡不着，打电话也没有人来制止施工。"),
    "积水": ("地下车库又积水了", "一下大雨水就倒灌，车泡在里面没人管。"),
    "垃圾": ("垃圾堆在楼道没人清", "夏天发臭长虫，过道里走路都要绕开。"),
    "路灯": ("路灯坏了一个月", "晚上接孩子放学看不见路，昨天有人摔倒。"),
}


def _said(place: str, matter: str, turn: int = 0) -> Text:
    title, story = MATTERS[matter]
    return Text(
        f"{('投诉', '请管管', '反映')[turn % 3]}{place}{title}",
        f"我住在{place}{turn + 1}栋。{story}{'谢谢' * turn}",
    )


EVERYTHING = [_said(place, matter) for place in PLACES for matter in MATTERS]


@pytest.fixture(scope="module")
def weights() -> Weights:
    return Weights.learn(EVERYTHING * 6)


class TestLikeness:
    def test_a_copy_is_alike_whatever_marks_and_blanks_stand_between(self, weights):
        one = EVERYTHING[0]
        other = Text(one.title.replace("电", " 电"), one.detail.replace("，", "……") + "！")
        (likeness,) = compare(weights, one, [other])
        assert likeness.is_copy
        assert how_likely(likeness) > 0.96

    def test_the_same_matter_in_other_words_is_liker_than_another_at_the_same_place(self, weights):
        same, other_matter, other_place = compare(
            weights,
            _said("枫林苑", "电梯"),
            [_said("枫林苑", "电梯", 1), _said("枫林苑", "噪音"), _said("松柏里", "电梯")],
        )
        assert same.text > max(other_matter.text, other_place.text)

    def test_a_shared_place_makes_less_likeness_enough_and_another_asks_for_more(self):
        likeness = Likeness(0.3, 0.1)
        order = [how_likely(likeness, place) for place in (Place.BUILDING, Place.SUB_GRID, Place.COMMUNITY)]
        rest = [how_likely(likeness), how_likely(likeness, Place.ELSEWHERE)]
        assert [*order, *rest] == sorted([*order, *rest], reverse=True)

    def test_a_copy_about_another_place_is_not_the_same_matter_for_sure(self):
        assert how_likely(Likeness(0.9, 0.95), Place.ELSEWHERE) > 0.9
        assert how_likely(Likeness(0.3, 0.3), Place.ELSEWHERE) < 0.2

    def test_the_reason_names_what_both_say(self, weights):
        said = shared_phrases(weights, _said("枫林苑", "电梯"), _said("枫林苑", "电梯", 2))
        assert any("枫林苑" in phrase for phrase in said)
        assert len(said) <= 3

    @settings(max_examples=40, deadline=None)
    @given(st.text(max_size=60), st.text(max_size=200), st.text(max_size=200))
    def test_anything_a_resident_may_send_is_compared(self, title, one, other):
        weights = Weights.learn([Text(title, one), Text("", other)])
        (likeness,) = compare(weights, Text(title, one), [Text("", other)])
        assert 0 <= likeness.title <= 1
        assert 0 <= likeness.body <= 1
        assert 0 <= how_likely(likeness) <= 1
        shared_phrases(weights, Text(title, one), Text("", other))


class TestIndex:
    def test_it_finds_what_comparing_everything_finds(self, weights):
        index = Index(weights)
        index.add(range(len(EVERYTHING)), EVERYTHING)
        for at, text in enumerate(EVERYTHING):
            likenesses = [each.text for each in compare(weights, text, EVERYTHING)]
            assert likenesses.index(max(likenesses)) == at
            assert index.near(text)[0] == at

    @settings(max_examples=20, deadline=None)
    @given(st.integers(0, 10**6))
    def test_one_by_one_in_bulk_and_after_forgetting_is_the_same(self, weights, seed):
        draw = random.Random(seed)
        by_one, in_bulk = Index(weights), Index(weights)
        for at, text in enumerate(EVERYTHING):
            by_one.add([at], [text])
        in_bulk.add(range(len(EVERYTHING)), EVERYTHING)
        gone = draw.sample(range(len(EVERYTHING)), 9)
        for key in gone:
            by_one.remove(key)
            in_bulk.remove(key)
        asked = draw.choice(EVERYTHING)
        found = by_one.near(asked, 100)
        assert set(found) == set(in_bulk.near(asked, 100))
        assert not set(found) & set(gone)
        assert len(by_one) == len(EVERYTHING) - 9

    def test_segments_grow_together_and_lose_nothing(self, weights, monkeypatch):
        monkeypatch.setattr("maplegrid.language.duplicates.index.OPEN", 4)
        index = Index(weights)
        for at, text in enumerate(EVERYTHING):
            index.add([at], [text])
            assert all(index.near(EVERYTHING[before])[0] == before for before in (0, at // 2, at))
        assert len(index._segments) <= 6

    def test_a_message_told_anew_is_found_by_its_new_words_alone(self, weights):
        index = Index(weights)
        index.add([1], [_said("枫林苑", "电梯")])
        index.add([1], [_said("松柏里", "积水")])
        assert len(index) == 1
        assert 1 in index
        assert index.near(_said("松柏里", "积水", 1)) == [1]

    def test_nothing_is_near_an_empty_index_or_an_empty_message(self, weights):
        index = Index(weights)
        assert index.near(EVERYTHING[0]) == []
        index.add([1], [Text("", "")])
        assert index.near(Text("", "")) == []
