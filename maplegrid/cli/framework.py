"""Sets Django up for the commands that need it, and speaks the exit codes scripts rely on (formats.md)."""

import os
import sys
from typing import NoReturn

UNREADABLE = 2
REFUSED = 3


def use_django() -> None:
    """Load settings and apps."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maplegrid.config.settings")
    import django

    django.setup()


def stop(sentence: str, code: int = 1) -> NoReturn:
    """One sentence on standard error, and out."""
    print(f"maplegrid: {sentence}", file=sys.stderr)
    sys.exit(code)
