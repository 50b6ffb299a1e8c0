"""A built district into the database."""

from maplegrid.simulate.load.demo import PARTS, DemoExists, load_demo

__all__ = ["PARTS", "DemoExists", "load_demo"]
