"""Import and export of the tower's data. Everything a caller needs stands here by name."""

from maplegrid.territory.exchange.columns import COLUMNS, KIND_NAMES, Kind
from maplegrid.territory.exchange.files import Upload
from maplegrid.territory.exchange.findings import Report, RowFinding, Severity, Summary, UnreadableFile
from maplegrid.territory.exchange.importing import ImportRefused, apply, dry_run
from maplegrid.territory.exchange.placing import DATUM_NAMES, datum_of
from maplegrid.territory.exchange.writing import FORMATS, Export, export

__all__ = [
    "COLUMNS",
    "DATUM_NAMES",
    "FORMATS",
    "KIND_NAMES",
    "Export",
    "ImportRefused",
    "Kind",
    "Report",
    "RowFinding",
    "Severity",
    "Summary",
    "UnreadableFile",
    "Upload",
    "apply",
    "datum_of",
    "dry_run",
    "export",
]
