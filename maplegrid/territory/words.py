"""A rule's sentence in the reader's language."""

from django.utils.translation import gettext

from maplegrid.rules.vocabulary import Refusal


def sentence_of(refusal: Refusal) -> str:
    """The sentence with its blanks filled; words that are ours to translate are."""
    params = {name: gettext(words) if words else "" for name, words in refusal.params.items()}
    return gettext(refusal.sentence).format(**params)
