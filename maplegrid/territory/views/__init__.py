"""The pages and map data of the tower."""

from maplegrid.territory.views import absence, exchange, maps, units

__all__ = ["absence", "exchange", "maps", "units"]
