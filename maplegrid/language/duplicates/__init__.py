"""The same matter told again: near-duplicates among messages, and others about the same thing at the same place.

`Weights` says how telling each pair and triple of characters is in a district's messages; `Index` finds the few worth
comparing among a million; `compare` says how alike two are and by which words. A match is a suggestion: people join
cases, and can part them again.
"""

from maplegrid.language.duplicates.index import Index
from maplegrid.language.duplicates.likeness import Likeness, Place, compare, how_likely, shared_phrases
from maplegrid.language.duplicates.weights import Text, Weights

__all__ = ["Index", "Likeness", "Place", "Text", "Weights", "compare", "how_likely", "shared_phrases"]
