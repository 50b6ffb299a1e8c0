"""A rule's sentence in the reader's language."""

from django.utils.translation import gettext

from maplegrid.rules.vocabulary import Refusal


def sentence_of(refusal: Refusal) -> str:
    """The sentence with its blanks filled; words that are ours to translate are."""
    return refusal.told(gettext)
