"""Folding, search tokens, titles and the lexicon."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maplegrid.language.lexicon import BadPattern, Lexicon, parse_pattern
from maplegrid.language.normal import fold, is_han
from maplegrid.language.title import MAX_TITLE, short_title
from maplegrid.language.tokens import search_tokens


@given(st.text())
def test_folding_keeps_every_position(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


def test_folding_makes_wide_and_capital_letters_the_same() -> None:
    assert fold("Ｃ区１栋，　ABC") == "c区1栋, abc"


def test_tokens_are_pairs_of_characters_and_whole_words() -> None:
    assert search_tokens("富豪花园C区12栋") == ("富豪", "豪花", "花园", "c", "区", "12", "栋")


def test_a_word_is_found_wherever_it_stands() -> None:
    stored = set(search_tokens("公明社区富豪花园的管道堵塞了"))
    assert set(search_tokens("管道堵塞")) <= stored
    assert set(search_tokens("ＧＯＮＧ")) == {"gong"}


def test_telephone_identity_and_bank_numbers_are_not_searchable() -> None:
    tokens = search_tokens("电话13812345678，身份证44030019800101123X，卡号6222020000000000000，楼号12")
    assert "12" in tokens
    assert not [token for token in tokens if sum(char.isdigit() for char in token) >= 7]


@given(st.text())
def test_tokens_are_never_repeated_nor_empty(text: str) -> None:
    tokens = search_tokens(text)
    assert len(tokens) == len(set(tokens))
    assert all(tokens)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("管道堵塞了", "管道堵塞了"),
        ("您好，管道堵塞了，楼下餐馆也排不了水", "管道堵塞了，楼下餐馆也排不了水"),
        ("尊敬的领导：您好！我家楼下的下水道堵塞了，请处理", "我家楼下的下水道堵塞了"),
        ("公园东门的路灯不亮\n晚上走路看不见", "公园东门的路灯不亮"),
        ("请打13812345678找我说清楚这件事", "请打138****找我说清楚这件事"),
        ("", ""),
    ],
)
def test_a_title_is_the_first_clause_that_says_something(text: str, title: str) -> None:
    assert short_title(text) == title


@given(st.text(max_size=300))
def test_a_title_is_short_and_on_one_line(text: str) -> None:
    title = short_title(text)
    assert len(title) <= MAX_TITLE
    assert "\n" not in title


def test_a_pair_needs_both_words_near_each_other_in_one_sentence() -> None:
    lexicon = Lexicon([parse_pattern("楼上|邻居&漏水|渗水@8")])
    assert lexicon.matches("邻居家厨房又漏水")
    assert lexicon.matches("漏水的是楼上")
    assert not lexicon.matches("邻居很好。我家漏水")
    assert not lexicon.matches("邻居家的小朋友今天说他们学校漏水")
    assert not lexicon.matches("我家漏水")


def test_an_ordered_pair_minds_the_order() -> None:
    lexicon = Lexicon([parse_pattern("老公>打我")])
    assert lexicon.matches("老公又打我")
    assert not lexicon.matches("他打我老公")


def test_silent_words_hide_what_is_inside_them() -> None:
    lexicon = Lexicon([parse_pattern("被打")], silent=["被打扰"], nested=True)
    assert not lexicon.matches("经常被打扰")
    assert lexicon.matches("被打扰后又被打")[0].spans == ((5, 7),)


def test_only_the_longest_word_counts_unless_nesting_is_wanted() -> None:
    patterns = [parse_pattern("停车"), parse_pattern("停车费")]
    assert [match.pattern for match in Lexicon(patterns).matches("停车费太贵")] == [1]
    assert sorted(match.pattern for match in Lexicon(patterns, nested=True).matches("停车费太贵")) == [0, 1]


@given(st.text(alphabet="打扰被老公我停车费。", max_size=30))
def test_words_are_where_the_lexicon_says(text: str) -> None:
    lexicon = Lexicon(
        [parse_pattern("被打"), parse_pattern("停车费"), parse_pattern("老公&打")], silent=["打扰"]
    )
    for word, spans in lexicon.words(text).items():
        assert all(text[start:end] == word for start, end in spans)


@pytest.mark.parametrize("text", ["", "&漏水", "楼上&", "楼上&漏水>滴水", "楼上||漏水", "楼上&漏水&滴水"])
def test_a_pattern_that_cannot_be_read_is_quoted(text: str) -> None:
    with pytest.raises(BadPattern):
        parse_pattern(text)


def test_chinese_characters_are_told_from_others() -> None:
    assert all(is_han(char) for char in "漏蓢〇")
    assert not any(is_han(char) for char in "a1，。")
