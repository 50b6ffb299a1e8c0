"""Types by keywords: everyday sentences, the taxonomy, and what the numbers mean."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maplegrid.language.classify import Classifier
from maplegrid.language.kind import KIND_NAMES, default_kind_reader
from maplegrid.language.reading import Kind
from maplegrid.language.tables import rows_of
from maplegrid.language.taxonomy import BadTaxonomy, Taxonomy, default_taxonomy
from maplegrid.rules.triage import CATEGORY_AT, UNCLASSIFIED

TAXONOMY = default_taxonomy()
CLASSIFIER = Classifier(TAXONOMY, rows_of("keywords"))
with (Path(__file__).parent / "sentences.csv").open(encoding="utf-8", newline="") as lines:
    SENTENCES = [(row["text"], row["codes"].split()) for row in csv.DictReader(lines)]


@pytest.mark.parametrize(("text", "codes"), SENTENCES, ids=[text for text, _ in SENTENCES])
def test_everyday_sentences_are_understood(text: str, codes: list[str]) -> None:
    assert CLASSIFIER.rank(text)[0].code in codes


def test_the_sentences_cover_most_of_the_taxonomy() -> None:
    covered = {code for _, codes in SENTENCES for code in codes}
    ordinary = {event.code for event in TAXONOMY if not event.code.endswith("99")}
    assert ordinary <= covered


def test_the_default_taxonomy_is_complete_and_every_type_has_words() -> None:
    assert len(TAXONOMY) == 97
    assert len({event.l1_code for event in TAXONOMY}) == 14
    with_words = {row["code"] for row in rows_of("keywords")}
    assert with_words == {event.code for event in TAXONOMY} - {UNCLASSIFIED}


def test_the_reason_quotes_the_words_and_names_the_type() -> None:
    assert str(CLASSIFIER.rank("地漏返水")[0].reason) == "写到“地漏返水”，像是水电气网故障"


@pytest.mark.parametrize("text", ["", "你好", "请尽快处理", "。。。", "123"])
def test_words_that_say_nothing_are_left_to_a_person(text: str) -> None:
    (only,) = CLASSIFIER.rank(text)
    assert (only.code, only.confidence) == (UNCLASSIFIED, 0.0)


def test_a_dispute_with_a_neighbour_is_told_from_a_public_blockage() -> None:
    assert CLASSIFIER.rank("邻居把排水沟堵了")[0].code == "0201"
    assert CLASSIFIER.rank("楼下餐馆排不了水，公共下水道堵了")[0].code == "1201"


def test_what_is_said_first_weighs_more() -> None:
    assert CLASSIFIER.rank("路灯不亮\n" + "天黑以后什么都看不见。" * 5 + "广场舞也吵")[0].code == "1006"
    assert CLASSIFIER.rank("广场舞太吵\n" + "天黑以后什么都看不见。" * 5 + "路灯也不亮")[0].code == "1101"


def test_plain_words_are_surer_than_mixed_ones() -> None:
    plain = CLASSIFIER.rank("工地半夜施工，吵得睡不着")[0]
    mixed = CLASSIFIER.rank("工地旁边有人摆摊，垃圾没人清，路灯不亮")[0]
    assert plain.confidence > mixed.confidence
    assert plain.confidence > CATEGORY_AT


def test_a_type_the_district_has_not_is_never_suggested() -> None:
    rows = [row for row in rows_of("taxonomy_default") if row["code"] != "1201"]
    smaller = Classifier(Taxonomy.from_rows(rows), rows_of("keywords"))
    assert "1201" not in {suggestion.code for suggestion in smaller.rank("管道堵塞了，停水")}


@given(st.text(alphabet="管道堵塞了工资拖欠邻居漏水噪音停车物业，。\n", max_size=120))
def test_candidates_are_ranked_and_share_at_most_one(text: str) -> None:
    ranked = CLASSIFIER.rank(text)
    sure = [suggestion.confidence for suggestion in ranked]
    assert 1 <= len(ranked) <= 5
    assert sure == sorted(sure, reverse=True)
    assert sum(sure) <= 1.001
    assert len({suggestion.code for suggestion in ranked}) == len(ranked)


def test_a_taxonomy_row_that_cannot_be_read_is_named() -> None:
    rows = [dict(row) for row in rows_of("taxonomy_default")]
    rows[3]["base_risk_points"] = "many"
    with pytest.raises(BadTaxonomy, match="row 5"):
        Taxonomy.from_rows(rows)
    with pytest.raises(BadTaxonomy, match=UNCLASSIFIED):
        Taxonomy.from_rows(rows_of("taxonomy_default")[:3])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("管道堵塞了", Kind.APPEAL),
        ("楼下饭店油烟太大，希望管一管", Kind.APPEAL),
        ("请问居住证怎么办理", Kind.QUESTION),
        ("谢谢社区的同志，路灯已经修好了", Kind.THANKS),
        ("在吗", Kind.CHATTER),
        ("哈哈，周末一起吃饭", Kind.CHATTER),
        ("", Kind.CHATTER),
    ],
)
def test_appeals_are_told_from_questions_thanks_and_chatter(text: str, kind: Kind) -> None:
    matter = CLASSIFIER.rank(text)[0].confidence
    suggestion = default_kind_reader().read(text, matter=matter, serious=False)
    assert suggestion.code == kind
    assert KIND_NAMES[kind] in str(suggestion.reason)


def test_a_raised_flag_makes_anything_an_appeal() -> None:
    assert default_kind_reader().read("哈哈", matter=0.0, serious=True).code == Kind.APPEAL
