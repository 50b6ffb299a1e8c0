"""Taking an address apart into its elements: province to room, with what stands between."""

from maplegrid.language.address.parsing import Element, parse

__all__ = ["Element", "parse"]
