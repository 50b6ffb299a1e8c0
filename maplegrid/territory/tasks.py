"""Lets the worker find the job that moves buildings into their new grids."""

from maplegrid.territory.actions.settling import settle

__all__ = ["settle"]
