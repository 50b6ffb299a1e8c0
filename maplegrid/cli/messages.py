"""maplegrid messages: compile the translations."""

import os
import sys
from pathlib import Path

import click

LOCALE = Path(__file__).resolve().parent.parent / "locale"


@click.command()
def command() -> None:
    """Compile every .po that is newer than its .mo."""
    for path in compile_stale():
        click.echo(path, err=True)


def compile_stale() -> list[Path]:
    """Compile what changed; returns the files compiled. Where the program's folder cannot be written, says so."""
    stale = [po for po in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")) if _is_stale(po)]
    try:
        for po in stale:
            _compile(po)
    except PermissionError as error:
        print(
            f"maplegrid: 译文没有编译，{error.filename} 不能写 (translations not compiled)", file=sys.stderr
        )
        return []
    return stale


def _is_stale(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime


def _compile(po: Path) -> None:
    """Put in place as a whole: others may be reading it."""
    import polib

    half = po.with_suffix(f".{os.getpid()}.half")
    polib.pofile(str(po)).save_as_mofile(str(half))
    half.replace(po.with_suffix(".mo"))
