"""Topics come out whole and unmixed, keep their names from day to day, and their heat is what the formula says."""

import math
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maplegrid.language.duplicates import Text, Weights
from maplegrid.language.topics import HeatWeights, Told, Topics, heat_of, ranked

DAY = datetime(2026, 11, 2, 9)
# matter and place, in the many ways people put it; every word here is invented
PLANT = [
    "投诉丹枫名苑旁边的沥青厂气味刺鼻", "丹枫名苑附近建沥青厂合理吗", "丹枫名苑小区沥青厂半夜冒烟",
    "沥青厂离丹枫名苑不到一百米", "丹枫名苑业主被沥青厂熏得开不了窗", "请管管丹枫名苑门口的沥青厂",
    "丹枫名苑旁沥青厂扰民", "丹枫名苑沥青厂什么时候搬走",
]  # fmt: skip
PARKING = [
    "鹭洲华府买房必须买储藏室", "投诉鹭洲华府捆绑销售储藏室", "鹭洲华府强制搭售储藏室合法吗",
    "鹭洲华府楼盘储藏室捆绑销售", "买鹭洲华府的房子被要求买储藏室", "关于鹭洲华府捆绑储藏室的投诉",
]  # fmt: skip
SAME_PLACE = [
    "请问丹枫名苑三栋的电梯年检过期半年为什么没有人换标志",
    "丹枫名苑业委会换届的选票至今没有公布结果",
]
_THINGS = [
    "水管爆裂",
    "狗叫",
    "违停",
    "树枝遮光",
    "快递柜收费",
    "广场舞",
    "井盖松动",
    "漏雨",
    "宽带慢",
    "门禁坏",
]
_PLACES = ["甲子里", "乙木坊", "望海台", "丁香路", "戊戌巷", "己巳亭", "庚桑洼", "辛夷坞", "壬水街", "癸酉桥"]
NOISE = [f"{place}{thing}" for place in _PLACES for thing in _THINGS]


STORIES = {
    "沥青厂": ("沥青厂就建在丹枫名苑边上", "半夜冒黑烟，气味刺鼻", "孩子咳嗽不敢开窗", "环评从来没有公示过"),
    "储藏室": (
        "鹭洲华府不买储藏室就不给签合同",
        "储藏室要价八万没有产权",
        "开发商说是集团的规定",
        "搭售违反自愿原则",
    ),
}


def _text(title: str, turn: int) -> Text:
    told = next((story for matter, story in STORIES.items() if matter in title), ("",))
    said = f"{told[turn % len(told)]}，{told[turn * 3 % len(told) - 1]}"
    ending = ("已经很久了", "打过电话没人管", "望尽快处理")[turn % 3]
    return Text(title, f"尊敬的领导您好，我要反映{title}。{said}，{ending}，谢谢。")


TEXTS = [_text(title, turn) for turn, title in enumerate([*PLANT, *PARKING, *SAME_PLACE, *NOISE])]
PLANTED = (set(range(len(PLANT))), set(range(len(PLANT), len(PLANT) + len(PARKING))))


@pytest.fixture(scope="module")
def weights() -> Weights:
    return Weights.learn(TEXTS)


def _grouped(weights: Weights, order: list[int], batches: int) -> list[set[int]]:
    topics = Topics(weights)
    size = math.ceil(len(order) / batches)
    for start in range(0, len(order), size):
        topics.add([TEXTS[at] for at in order[start : start + size]])
    return [{order[at] for at in members} for members in topics.groups().values()]


class TestGroups:
    @pytest.mark.parametrize("batches", [1, 4])
    def test_planted_topics_come_out_whole_and_unmixed_at_once_or_day_by_day(self, weights, batches):
        order = list(range(len(TEXTS)))
        Random(batches).shuffle(order)
        found = _grouped(weights, order, batches)
        for planted in PLANTED:
            best = max(found, key=lambda group: len(group & planted))
            assert len(best & planted) >= len(planted) - 1
            assert len(best - planted) <= 1

    def test_the_same_messages_give_the_same_groups(self, weights):
        order = list(range(len(TEXTS)))
        assert _grouped(weights, order, 1) == _grouped(weights, order, 1)

    def test_a_topic_keeps_its_name_when_a_day_is_added(self, weights):
        topics = Topics(weights)
        topics.add(TEXTS[:10])
        before = set(topics.groups())
        topics.add(TEXTS[10:])
        assert before
        assert before <= set(topics.groups())

    def test_the_title_is_one_of_its_messages_and_the_span_is_theirs(self, weights):
        topics = Topics(weights)
        told = [Told(DAY + timedelta(days=at), 0) for at in range(len(TEXTS))]
        topics.add(TEXTS, told)
        for topic in topics.topics():
            assert topic.title in {TEXTS[at].title for at in topic.members}
            assert topic.first == told[min(topic.members)].at
            assert topic.last == told[max(topic.members)].at

    def test_nothing_makes_no_topic(self, weights):
        topics = Topics(weights)
        topics.add([])
        assert topics.topics() == []
        topics.add([Text("", "")] * 3)
        assert all(topic.title == "" for topic in topics.topics())

    @settings(max_examples=15, deadline=None)
    @given(st.lists(st.text(max_size=30), max_size=6))
    def test_anything_a_resident_may_send_is_grouped(self, titles):
        texts = [Text(title, title) for title in titles]
        topics = Topics(Weights.learn(texts))
        topics.add(texts)
        members = [at for group in topics.groups(1).values() for at in group]
        assert sorted(members) == list(range(len(texts)))


class TestHeat:
    def test_it_is_the_stated_sum(self):
        told = [
            Told(DAY, 3, "甲"), Told(DAY + timedelta(days=1), 0, "甲"), Told(DAY + timedelta(days=30), 0, "乙")
        ]  # fmt: skip
        worth = HeatWeights(people=2, likes=3, growth=5, spread=7)
        assert heat_of(told, worth) == pytest.approx(
            2 * 2 + 3 * math.log(4) + 5 * 2 + 7 * math.log(31), abs=0.001
        )

    def test_one_message_that_many_like_is_not_hotter_than_fifty_who_write(self):
        liked = [Told(DAY, 100_000)]
        many = [Told(DAY + timedelta(days=at), 0) for at in range(50)]
        assert heat_of(many) > heat_of(liked)

    def test_one_person_writing_often_is_one_person(self):
        by_one = [Told(None, 0, "甲")] * 9
        by_nine = [Told(None, 0, str(at)) for at in range(9)]
        assert heat_of(by_nine) - heat_of(by_one) == 8

    def test_without_times_or_likes_it_still_counts(self):
        assert heat_of([Told(), Told(None, -5)]) == 2

    def test_the_hottest_come_first(self, weights):
        topics = Topics(weights)
        topics.add(TEXTS)
        heats = [topic.heat for topic in ranked(topics.topics())]
        assert heats == sorted(heats, reverse=True)
