"""The learned reader on invented messages: the same rows give the same model, and its numbers mean what they say."""

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maplegrid.language.learned import Model, NotAModel, load
from maplegrid.language.learned.alike import groups_of
from maplegrid.language.learned.features import BUCKETS, LONGEST, counts_of, head_of
from maplegrid.language.learned.measures import calibration_error, confusion_of, measures_of, share_at
from maplegrid.language.learned.training import CannotTrain, train

WORDS = {
    "道路": ["路面坑洼", "井盖松动", "路灯不亮", "红绿灯坏了", "人行道破损", "积水没人管"],
    "工资": ["拖欠工资", "老板不发钱", "加班费没给", "押金不退", "欠薪三个月", "包工头跑了"],
    "噪声": ["半夜施工很吵", "广场舞声音大", "空调外机轰鸣", "装修电钻吵", "喇叭叫卖不停", "机器轰隆响"],
}
PLACES = ["富豪花园门口", "公明市场旁边", "合水口村里", "楼下", "学校后面", "公交站那边"]


def invented(count: int, seed: int = 0) -> tuple[list[str], list[str]]:
    rng = random.Random(seed)
    texts, labels = [], []
    for number in range(count):
        label = rng.choice(sorted(WORDS))
        words = "，".join(rng.sample(WORDS[label], 2))
        texts.append(
            f"{rng.choice(PLACES)}{words}\n你好，{rng.choice(PLACES)}{words}，第{number * 7919}次反映，请处理"
        )
        labels.append(label)
    return texts, labels


@pytest.fixture(scope="module")
def model() -> Model:
    return train(*invented(240))


class TestFeatures:
    @given(st.text(max_size=60))
    def test_every_gram_of_up_to_three_letters_is_counted(self, text):
        whole, _ = counts_of([text])
        length = len("".join(text[:LONGEST].split()).lower())
        assert whole.sum() == sum(max(0, length - gram) for gram in range(3))

    @given(st.lists(st.text(max_size=30), min_size=1, max_size=6))
    def test_many_at_once_are_counted_as_one_by_one(self, texts):
        together, heads = counts_of(texts)
        for row, text in enumerate(texts):
            alone, head = counts_of([text])
            assert (together[row] != alone).nnz == 0
            assert (heads[row] != head).nnz == 0

    def test_no_gram_reaches_from_one_text_into_the_next(self):
        assert (counts_of(["甲乙", "丙丁"])[0][0] != counts_of(["甲乙"])[0]).nnz == 0

    def test_buckets_are_the_same_on_every_machine(self):
        (whole, _) = counts_of(["路灯不亮"])
        assert whole.shape == (1, BUCKETS)
        assert whole.indices.tolist() == sorted(whole.indices.tolist())
        assert int(whole.indices.sum()) == 2384438

    def test_the_head_is_the_title_line_or_the_beginning(self):
        assert head_of("  标题\n正文") == "标题"
        assert head_of("一" * 300) == "一" * 40
        assert head_of("一" * 100 + "\n二") == "一" * 40


class TestTheModel:
    def test_it_learns_what_the_words_say(self, model):
        texts, labels = invented(90, seed=1)
        assert [verdict.label for verdict in model.classify(texts)] == labels

    def test_the_same_rows_give_the_same_model(self, model):
        again = train(*invented(240))
        texts, _ = invented(20, seed=3)
        assert np.array_equal(model.probabilities(texts), again.probabilities(texts))

    @given(texts=st.lists(st.text(max_size=80), min_size=1, max_size=5))
    def test_any_text_gets_probabilities_that_sum_to_one_alone_as_in_company(self, model, texts):
        together = model.probabilities(texts)
        assert np.allclose(together.sum(axis=1), 1)
        for row, text in enumerate(texts):
            assert np.allclose(model.probabilities([text])[0], together[row], atol=1e-6)

    @pytest.mark.parametrize("text", ["", " \n ", "😀" * 50, "a", "路" * 100_000, "\ud800", "\x00"])
    def test_odd_texts_are_read_too(self, model, text):
        (verdict,) = model.classify([text])
        assert 0 < verdict.confidence <= 1

    def test_nothing_in_nothing_out(self, model):
        assert model.classify([]) == []

    def test_saved_and_loaded_it_says_the_same(self, model, tmp_path):
        model.save(tmp_path / "m")
        back = load(tmp_path / "m")
        texts, _ = invented(30, seed=5)
        assert [v.label for v in back.classify(texts)] == [v.label for v in model.classify(texts)]
        assert np.allclose(back.probabilities(texts), model.probabilities(texts), atol=0.01)
        assert back.card["rows"] == 240

    def test_the_card_holds_the_measures_of_texts_it_had_not_seen(self, model):
        unseen = model.card["unseen"]
        assert 0 < unseen["rows"] <= 240, "texts much like each other are never split"
        assert set(unseen["classes"]) <= set(WORDS)
        assert 0 <= unseen["calibration_error"] <= 1

    def test_what_is_no_model_is_refused_with_a_sentence(self, model, tmp_path):
        with pytest.raises(NotAModel, match="没有可以用的模型"):
            load(tmp_path)
        model.save(tmp_path)
        card = tmp_path / "model.json"
        words = card.read_text(encoding="utf-8")
        card.write_text(words.replace('"format": 1', '"format": 99'), encoding="utf-8")
        with pytest.raises(NotAModel, match="重新训练"):
            load(tmp_path)
        card.write_text(words, encoding="utf-8")
        with Path(tmp_path / "weights.npz").open("ab") as file:
            file.write(b"x")
        with pytest.raises(NotAModel, match="对不上"):
            load(tmp_path)

    def test_one_label_cannot_be_learnt(self):
        with pytest.raises(CannotTrain, match="两个类别"):
            train(["一", "二"], ["甲", "甲"])

    def test_a_label_with_one_example_is_learnt_all_the_same(self):
        texts, labels = invented(60)
        assert "独一" in train([*texts, "只此一件"], [*labels, "独一"]).labels


class TestAlike:
    def test_copies_and_almost_copies_are_one_group(self):
        text = "富豪花园楼下的下水道堵了三天了，污水流到了马路上，味道很大，请尽快派人来疏通处理，谢谢"
        other = "合水口社区的路灯坏了半个月了，晚上走路看不见，老人小孩都不安全，请供电部门来修一修，谢谢"
        assert groups_of([text, other, text + "！！", text.replace("谢谢", "多谢"), other]).tolist() == [
            0,
            1,
            0,
            0,
            1,
        ]

    @given(st.lists(st.text(max_size=20), max_size=8))
    def test_equal_texts_are_always_together(self, texts):
        groups = groups_of([*texts, *texts])
        if any(letter.isalnum() for text in texts for letter in text):
            for at, text in enumerate(texts):
                if any(letter.isalnum() for letter in text):
                    assert groups[at] == groups[at + len(texts)]


class TestMeasures:
    def test_by_hand(self):
        told = measures_of(["a", "a", "b", "b"], ["a", "b", "b", "b"], [0.9, 0.6, 0.8, 0.7])
        assert told["accuracy"] == 0.75
        assert told["classes"]["a"] == {"precision": 1.0, "recall": 0.5, "f1": pytest.approx(2 / 3)}
        assert told["classes"]["b"]["f1"] == pytest.approx(0.8)
        assert told["macro_f1"] == pytest.approx((2 / 3 + 0.8) / 2)
        assert told["share_at_97"] == 0.75

    def test_confusions_come_by_number(self):
        assert list(confusion_of(["a", "a", "b"], ["b", "b", "a"]).items()) == [
            (("a", "b"), 2),
            (("b", "a"), 1),
        ]

    def test_confidence_that_means_what_it_says_has_no_error(self):
        assert calibration_error([True, False], [0.5, 0.5]) == 0
        assert calibration_error([True], [0.6]) == pytest.approx(0.4)

    @given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), max_size=12), st.floats(0.5, 1))
    def test_the_share_is_the_longest_beginning_that_is_precise_enough(self, rows, precision):
        right, sure = [r for r, _ in rows], [c for _, c in rows]
        order = sorted(range(len(rows)), key=lambda at: -sure[at])
        good = [n for n in range(1, len(rows) + 1) if sum(right[at] for at in order[:n]) >= precision * n]
        assert share_at(right, sure, precision) == (max(good, default=0) / len(rows) if rows else 0)
