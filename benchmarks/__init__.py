"""Measurements beside peers and naive ways; `python -m benchmarks` prints one table. Nothing here asserts a time."""
