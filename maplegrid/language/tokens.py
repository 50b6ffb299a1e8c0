"""Words for full-text search without a dictionary: pairs of Chinese characters, and runs of letters and digits.

The same function cuts what is stored and what is searched for, so that a word of two or more characters is found
wherever it stands. Long runs of digits (telephone, identity and bank numbers) are left out on purpose: a search
index must not become a directory of people. A single Chinese character finds nothing by itself; search for it
with a prefix match on the pairs.
"""

import re

from maplegrid.language.normal import fold

_RUN = re.compile(r"[\u4e00-\u9fff\u3400-\u4dbf\uf900-\ufaff〇]+|[a-z0-9]+")
_PERSONAL = re.compile(r"\d{7,}x?|[a-z]*\d{9,}[a-z]*")
MAX_LATIN = 32


def search_tokens(text: str) -> tuple[str, ...]:
    """Tokens in order of first appearance, each once; lower-case, half-width."""
    found: dict[str, None] = {}
    for run in _RUN.findall(fold(text)):
        if run[0] > "z":
            found.update(dict.fromkeys(_pairs(run)))
        elif not _PERSONAL.fullmatch(run):
            found[run[:MAX_LATIN]] = None
    return tuple(found)


def _pairs(run: str) -> list[str]:
    return [run] if len(run) == 1 else [run[i : i + 2] for i in range(len(run) - 1)]
