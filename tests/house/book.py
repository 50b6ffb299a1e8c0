"""Brings the English book up to date with the sentences of the product and lists what has no English yet.

`python -m tests.house.book`: new sentences are added empty, sentences nobody says any more leave, places are noted
anew, entries stay sorted. Run it, fill in the English, then `maplegrid messages`.
"""

import sys
from pathlib import Path

import polib

from tests.house.collect import PACKAGE, plurals, sentences

BOOK = PACKAGE / "locale" / "en" / "LC_MESSAGES" / "django.po"


def bring_up_to_date(path: Path = BOOK) -> list[str]:
    """Rewrite the book and return the sentences without English."""
    book = polib.pofile(str(path))
    known = {entry.msgid: entry for entry in book}
    spoken, counted = sentences(), plurals()
    entries = [
        renewed(known.get(words), words, counted.get(words, ""), spoken[words]) for words in sorted(spoken)
    ]
    book[:] = entries
    book.save(str(path))
    return [entry.msgid for entry in entries if not translated(entry)]


def renewed(entry: polib.POEntry | None, words: str, plural: str, places: set[str]) -> polib.POEntry:
    """The entry as it was, with its plural and its places as they are now."""
    entry = entry or polib.POEntry(msgid=words)
    if plural and not entry.msgid_plural:
        entry.msgid_plural, entry.msgstr_plural, entry.msgstr = plural, {0: "", 1: ""}, ""
    elif not plural and entry.msgid_plural:
        entry.msgstr, entry.msgid_plural, entry.msgstr_plural = entry.msgstr_plural.get(0, ""), "", {}
    entry.occurrences = [(place, "") for place in sorted(places)]
    return entry


def translated(entry: polib.POEntry) -> bool:
    return all(entry.msgstr_plural.values()) if entry.msgid_plural else bool(entry.msgstr)


if __name__ == "__main__":
    missing = bring_up_to_date()
    sys.stdout.write("".join(f"{words}\n" for words in missing) + f"{len(missing)} without English\n")
    sys.exit(bool(missing))
