"""English is complete: every sentence the product can show has one, with the same blanks to fill."""

import re

import polib

from tests.house.collect import PACKAGE, sentences

BLANKS = re.compile(r"{\w*}|%\(\w+\)s")


def english() -> dict[str, list[str]]:
    book = polib.pofile(str(PACKAGE / "locale" / "en" / "LC_MESSAGES" / "django.po"))
    return {e.msgid: list(e.msgstr_plural.values()) if e.msgid_plural else [e.msgstr] for e in book}


def test_every_sentence_has_its_english():
    known = english()
    missing = sorted(words for words in sentences() if not all(known.get(words, [""])))
    assert missing == []


def test_the_english_has_the_same_blanks():
    known = english()
    for words in sentences():
        for translated in known.get(words, []):
            assert set(BLANKS.findall(translated)) == set(BLANKS.findall(words)), words


def test_no_english_is_left_over():
    assert sorted(set(english()) - set(sentences())) == []


def test_the_english_has_no_chinese_in_it():
    for words, translations in english().items():
        for translated in translations:
            left = re.sub(r"接诉即办", "", translated)
            assert not re.search(r"[\u4e00-\u9fff]", left), words
