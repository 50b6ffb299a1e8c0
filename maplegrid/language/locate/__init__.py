"""Where is it? Matching what a resident writes to buildings and units of the tower.

Surest first: a door's code, a point on the map, a full name, a name with homophones or a misspelling, and last
only a community or street. Good for: estates with zones and numbers in any spelling, addresses with a road and
number, sub-grids and communities by name. Not good for: places described only by what is near ("超市后面那栋"),
nicknames that are not in the aliases, and two places in one message (the first with a number wins).
"""

from maplegrid.language.locate.gazetteer import BuildingRow, Gazetteer, UnitRow
from maplegrid.language.locate.ranking import likely_unit, locate

__all__ = ["BuildingRow", "Gazetteer", "UnitRow", "likely_unit", "locate"]
