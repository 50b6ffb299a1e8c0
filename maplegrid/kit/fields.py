"""Model fields: text that is encrypted at rest, and plane geometry kept as WKB."""

from typing import Any

import shapely
from django.db import models
from shapely.geometry.base import BaseGeometry

from maplegrid.kit.crypto import keyring


class EncryptedTextField(models.TextField):
    """Text sealed with the keyring; looking it up by value is not possible (keep an index beside it)."""

    def _about(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"

    def get_prep_value(self, value: Any) -> Any:
        return keyring().seal(value, self._about()) if value else value

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return keyring().open(value, self._about()) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None


class GeometryField(models.BinaryField):
    """A shapely geometry in lon/lat degrees (CGCS2000), stored as WKB. The database only keeps it."""

    def from_db_value(self, value: bytes | None, expression: Any, connection: Any) -> BaseGeometry | None:
        return None if value is None else shapely.from_wkb(bytes(value))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        raw = shapely.to_wkb(value) if isinstance(value, BaseGeometry) else value
        return super().get_db_prep_value(raw, connection, prepared)

    def value_to_string(self, obj: models.Model) -> str:
        return shapely.to_wkt(self.value_from_object(obj))
