"""Addresses by rules: each element its type, nothing lost, nothing inside another. All addresses are invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maplegrid.language.address import parse


def _said(text: str) -> str:
    return " ".join(f"{each.value}/{each.type}" for each in parse(text))


class TestParse:
    @pytest.mark.parametrize(
        ("text", "elements"),
        [
            (
                "浙江省温州市苍南县丹枫镇青石路12号云顶小区3幢2单元501室",
                "浙江省/prov 温州市/city 苍南县/district 丹枫镇/town 青石路/road 12号/roadno 云顶小区/poi 3幢/houseno "
                "2单元/cellno 501室/roomno",
            ),
            ("广东深圳光明区枫林街道", "广东/prov 深圳/city 光明区/district 枫林街道/town"),
            ("杭州余杭区云顶小区8-11-2284", "杭州/city 余杭区/district 云顶小区/poi 8/houseno -/redundant 11/cellno -/redundant 2284/roomno"),
            ("青石路99号对面", "青石路/road 99号/roadno 对面/assist"),
            ("丹枫大厦十八楼", "丹枫大厦/poi 十八楼/floorno"),
            ("湖南省常德市汉寿县丹枫乡槐树村", "湖南省/prov 常德市/city 汉寿县/district 丹枫乡/town 槐树村/community"),
            ("青石路与丹枫路交叉口", "青石路/road 与/assist 丹枫路/subroad 交叉口/assist"),
        ],
    )  # fmt: skip
    def test_the_usual_forms(self, text, elements):
        assert _said(text) == elements

    def test_what_is_said_twice_counts_once(self):
        assert _said("宁波宁波市镇海区青石路").startswith("宁波/redundant 宁波市/city 镇海区/district")

    def test_a_road_named_for_a_city_is_a_road(self):
        assert _said("宁波路8号") == "宁波路/road 8号/roadno"

    @given(st.text(max_size=80))
    def test_elements_are_slices_in_order_and_together_all_of_the_text(self, text):
        assert "".join(each.value for each in parse(text)) == text
        assert all(each.value == text[each.start : each.end] for each in parse(text))
        assert all(each.start < each.end for each in parse(text))

    @given(st.lists(st.sampled_from(["浙江省", "杭州", "西湖区", "丹枫镇", "青石路", "12号", "3幢", "501", "-", "小区", "对面", "村", "弄", "A", "二楼"]), max_size=12))  # fmt: skip
    def test_any_order_of_pieces_is_taken_apart_without_loss(self, pieces):
        text = "".join(pieces)
        assert "".join(each.value for each in parse(text)) == text

    def test_a_very_long_text_is_read_to_its_limit(self):
        assert sum(len(each.value) for each in parse("青石路" * 1000)) == 400
