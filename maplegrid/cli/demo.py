"""maplegrid demo: build the demo district."""

import secrets
import sys
from pathlib import Path

import click

from maplegrid.cli.framework import REFUSED, stop, use_django

SIGN_INS = (
    ("gm04.chief", "小分格格长 · 手机 (sub-grid chief, phone)"),
    ("gm04.service", "民生诉求服务岗 (grid staff)"),
    ("gm.desk1", "社区值班员 (community desk)"),
    ("gongming.desk1", "街道分拨员 (street triage)"),
    ("gm.secretary", "社区书记，接访 · 手机 (community secretary, meets residents)"),
    ("gongming.deputy", "街道分管副书记，接访 (street deputy in charge)"),
    ("gongming.secretary", "街道书记，接访 (street secretary)"),
    ("district.duty1", "区指挥中心 (district command)"),
    ("water.clerk1", "区水务局经办人 (department clerk)"),
    ("district.hotline1", "热线登记员 (hotline desk)"),
    ("audit1", "审计员，只看 (auditor)"),
    ("admin.system", "系统管理员，基础数据 (back office)"),
)


@click.command()
@click.option(
    "--scale", default=1.0, show_default=True, type=click.FloatRange(0.02, 1), help="1 is the whole district."
)
@click.option("--seed", default=20261123, show_default=True, help="Same seed, same district.")
def command(scale: float, seed: int) -> None:
    """Build the demo district in an empty database."""
    use_django()
    from maplegrid.cli.migrate import prepare_database
    from maplegrid.simulate.load import DemoExists

    prepare_database()
    try:
        build(scale, seed)
    except DemoExists:
        stop("数据库里已经有一个区，没有改动任何东西 (the database already holds a district)", REFUSED)
    print_sign_ins()


def build(scale: float, seed: int = 20261123) -> None:
    """Build with a progress bar on standard error."""
    from tqdm import tqdm

    from maplegrid.kit.moment import now
    from maplegrid.simulate.load import PARTS, load_demo
    from maplegrid.simulate.plan import DistrictPlan

    plan = DistrictPlan(seed=seed, scale=scale, now=now())
    with tqdm(total=PARTS, file=sys.stderr, bar_format="{desc} {bar} {n_fmt}/{total_fmt} {elapsed}") as bar:

        def progress(part: str) -> None:
            bar.set_description_str(f"演示区 · {part}")
            bar.update(1)

        load_demo(plan, password=demo_password(), progress=progress)
        bar.update(PARTS - bar.n)


def demo_password() -> str:
    """Made once per installation, kept beside the keys, printed by `maplegrid start`."""
    from django.conf import settings

    path = Path(settings.HOME) / "keys" / "demo-password"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_text(f"maple-{secrets.token_hex(4)}", encoding="ascii")
    return path.read_text(encoding="ascii")


def print_sign_ins() -> None:
    """The table of demo accounts."""
    from maplegrid.accounts.models import Person

    there = set(
        Person.objects.filter(is_demo=True, username__in=[n for n, _ in SIGN_INS]).values_list(
            "username", flat=True
        )
    )
    if not there:
        return
    click.echo("  演示账号 (demo sign-ins), 密码 (password): " + demo_password())
    for name, role in SIGN_INS:
        if name in there:
            click.echo(f"    {name:<18} {role}")
