"""Rows that came through the scope, as plain values."""
