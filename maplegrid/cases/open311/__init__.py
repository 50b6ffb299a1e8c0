"""Open311 GeoReport v2: a door in, and a public window without personal data (docs/decisions/0010)."""
