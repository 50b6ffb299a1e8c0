"""maplegrid messages: compile the translations."""

from pathlib import Path

import click

LOCALE = Path(__file__).resolve().parent.parent / "locale"


@click.command()
def command() -> None:
    """Compile every .po that is newer than its .mo."""
    for path in compile_stale():
        click.echo(path, err=True)


def compile_stale() -> list[Path]:
    """Compile what changed; returns the files written."""
    import polib

    stale = [po for po in LOCALE.glob("*/LC_MESSAGES/*.po") if _is_stale(po)]
    for po in stale:
        polib.pofile(str(po)).save_as_mofile(str(po.with_suffix(".mo")))
    return stale


def _is_stale(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime
