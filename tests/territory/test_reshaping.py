"""Boundaries change together, dated; cases stay where they were, buildings follow."""

import json
import os
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
import shapely
from django.db import connection
from psycopg.conninfo import make_conninfo

from maplegrid.audit.models import Entry
from maplegrid.rules.vocabulary import Level
from maplegrid.territory.actions import (
    NewUnit,
    Refused,
    Reshaping,
    close_unit,
    open_unit,
    redraw_boundary,
    reshape,
)
from maplegrid.territory.actions.settling import settle, settle_buildings
from maplegrid.territory.models import Building, Unit, UnitVersion
from maplegrid.territory.queries import forget_tower, grid_here, locator, tower
from tests.territory.towers import CHINA, NOW, square, tiny_tower

pytestmark = pytest.mark.django_db
TODAY, TOMORROW = NOW.date(), NOW.date() + timedelta(days=1)


@pytest.fixture(autouse=True)
def _now(clock):
    pass


def moved_border(tiny) -> dict[str, shapely.Geometry]:
    """The border between the two grids of 04小分格 moves west: 富豪花园C区1栋 falls to the eastern one."""
    west, east = tiny.grids[2], tiny.grids[3]
    return {west.code: square(0, 1, 0.3), east.code: square(0.3, 1, 1.7)}


def shapes(unit: Unit) -> list[tuple[object, object, shapely.Geometry]]:
    rows = UnitVersion.objects.filter(unit=unit).order_by("id")
    return [(row.valid_from, row.valid_to, row.geometry) for row in rows]


def test_a_redrawn_border_is_a_new_dated_version_and_the_old_one_is_kept(tiny):
    grid, old = tiny.grids[2], shapes(tiny.grids[2])[0][2]
    redraw_boundary(
        boundaries=moved_border(tiny),
        on=TODAY,
        actor=tiny.actor(tiny.grid_centre),
        now=NOW,
        reason="路修好了",
    )
    assert shapes(grid) == [
        (tiny.grids[2].valid_from, TODAY, old),
        (TODAY, None, square(0, 1, 0.3)),
    ]
    entry = Entry.objects.filter(subject=f"unit:{grid.pk}").latest("id")
    assert (entry.action, entry.reason) == ("territory.boundary_redrawn", "路修好了")


def test_buildings_follow_the_border_and_the_counts_follow_the_buildings(tiny):
    redraw_boundary(
        boundaries=moved_border(tiny), on=TODAY, actor=tiny.actor(tiny.grid_centre), now=NOW, reason=""
    )
    moved = Building.objects.get(pk=tiny.building.pk)
    assert (moved.grid, moved.path) == (tiny.grids[3], tiny.grids[3].path)
    assert Unit.objects.get(pk=tiny.grids[3].pk).residents == 176
    assert Unit.objects.get(pk=tiny.grids[2].pk).residents == 0
    assert settle_buildings(TODAY) == 0


def test_the_locator_is_right_after_a_redraw(tiny):
    before = locator()
    assert grid_here(tiny.building.lon, tiny.building.lat) == tiny.grids[2]
    redraw_boundary(
        boundaries=moved_border(tiny), on=TODAY, actor=tiny.actor(tiny.grid_centre), now=NOW, reason=""
    )
    forget_tower()
    assert grid_here(tiny.building.lon, tiny.building.lat) == tiny.grids[3]
    assert locator() is not before
    assert locator() is locator()


def test_a_change_for_tomorrow_begins_tomorrow(tiny, clock):
    redraw_boundary(
        boundaries=moved_border(tiny), on=TOMORROW, actor=tiny.actor(tiny.grid_centre), now=NOW, reason=""
    )
    forget_tower()
    here = (tiny.building.lon, tiny.building.lat)
    assert grid_here(*here) == tiny.grids[2]
    assert Building.objects.get(pk=tiny.building.pk).grid == tiny.grids[2]
    clock(NOW + timedelta(days=1))
    forget_tower()
    assert grid_here(*here) == tiny.grids[3]
    job, at = _deferred_settling()
    assert at.date() == TOMORROW
    settle(**job)
    assert Building.objects.get(pk=tiny.building.pk).grid == tiny.grids[3]


def _deferred_settling():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args, scheduled_at FROM procrastinate_jobs WHERE task_name = 'territory.settle'"
        )
        args, at = cursor.fetchone()
    return (json.loads(args) if isinstance(args, str) else args), at.astimezone(CHINA)


def test_a_second_change_before_a_planned_one_is_refused(tiny):
    centre = tiny.actor(tiny.grid_centre)
    redraw_boundary(boundaries=moved_border(tiny), on=TOMORROW, actor=centre, now=NOW, reason="")
    with pytest.raises(Refused, match="已有安排好的变更"):
        redraw_boundary(boundaries=moved_border(tiny), on=TODAY, actor=centre, now=NOW, reason="")


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        (square(0, 1, 1.5), "重叠"),
        (square(0, 1, 0.5), "不属于任何下级单元"),
        (square(-1, 1, 2), "超出"),
        (shapely.Polygon([(113.9, 22.754), (113.904, 22.758), (113.904, 22.754), (113.9, 22.758)]), "交叉"),
    ],
)
def test_a_boundary_that_does_not_fit_is_refused_and_nothing_is_written(tiny, shape, words):
    before = UnitVersion.objects.count()
    with pytest.raises(Refused, match=words):
        redraw_boundary(
            boundaries={tiny.grids[2].code: shape},
            on=TODAY,
            actor=tiny.actor(tiny.grid_centre),
            now=NOW,
            reason="",
        )
    assert UnitVersion.objects.count() == before


def test_history_is_not_rewritten(tiny):
    with pytest.raises(Refused, match="今天或以后"):
        redraw_boundary(
            boundaries=moved_border(tiny),
            on=TODAY - timedelta(days=1),
            actor=tiny.actor(tiny.grid_centre),
            now=NOW,
            reason="",
        )


@pytest.mark.parametrize(
    "name", ["chief04", "street_desk", "district_command", "auditor", "water_clerk", "nobody"]
)
def test_only_the_keepers_of_the_tower_may_redraw(tiny, name):
    with pytest.raises(Refused, match="区网格中心"):
        redraw_boundary(
            boundaries=moved_border(tiny), on=TODAY, actor=tiny.actor(getattr(tiny, name)), now=NOW, reason=""
        )


def split(tiny) -> Reshaping:
    """网格003 gives its western part to a new 网格009."""
    new = NewUnit(Level.GRID, "440311002001009", "公明社区第009网格", tiny.sub_grid04.code, square(0, 1, 0.4))
    return Reshaping(redrawn={tiny.grids[2].code: square(0.4, 1, 0.6)}, opened=(new,))


def test_a_grid_is_split_in_one_step(tiny):
    change = split(tiny)
    opened = open_unit(
        unit=change.opened[0],
        redrawn=change.redrawn,
        on=TODAY,
        actor=tiny.actor(tiny.system_admin),
        now=NOW,
        reason="人口增加",
    )
    forget_tower()
    assert opened.path == f"{tiny.sub_grid04.path}{opened.pk}/"
    assert tower().sub_grid_of(opened.pk) == tiny.sub_grid04.pk
    assert grid_here(113.9005, 22.755) == opened


@pytest.mark.parametrize(
    ("level", "code", "parent", "words"),
    [
        (Level.GRID, "440311002001003", "440311002001F04", "已经在用"),
        (Level.GRID, "440311002002009", "440311002001F04", "开头"),
        (Level.GRID, "44031100200109", "440311002001F04", "15 位数字"),
        (Level.GRID, "440311002001009", "440311002001", "上级应当是小分格"),
        (Level.GRID, "440311002001009", "440311002001F99", "没有上级单元"),
    ],
)
def test_a_new_unit_needs_a_right_code_and_a_right_parent(tiny, level, code, parent, words):
    unit = NewUnit(level, code, "新网格", parent, square(0, 1, 0.4))
    with pytest.raises(Refused, match=words):
        open_unit(unit=unit, on=TODAY, actor=tiny.actor(tiny.grid_centre), now=NOW, reason="")


def test_a_unit_is_closed_when_its_neighbour_takes_its_ground(tiny):
    gone, heir = tiny.grids[2], tiny.grids[3]
    close_unit(
        code=gone.code,
        redrawn={heir.code: square(0, 1, 2)},
        on=TODAY,
        actor=tiny.actor(tiny.grid_centre),
        now=NOW,
        reason="合并",
    )
    forget_tower()
    assert gone.pk not in tower().by_id
    assert Unit.objects.get(pk=gone.pk).valid_to == TODAY
    assert Building.objects.get(pk=tiny.building.pk).grid == heir


def test_a_unit_with_people_or_children_or_without_an_heir_is_not_closed(tiny):
    centre = tiny.actor(tiny.grid_centre)
    with pytest.raises(Refused) as refused:
        close_unit(code=tiny.sub_grid04.code, on=TODAY, actor=centre, now=NOW, reason="")
    assert {refusal.code for refusal in refused.value.refusals} == {"has_children", "has_people"}
    with pytest.raises(Refused, match="不属于任何下级单元"):
        close_unit(code=tiny.grids[2].code, on=TODAY, actor=centre, now=NOW, reason="")


def test_a_grid_moves_to_another_sub_grid_as_a_new_unit_with_the_same_code(tiny):
    """The old row keeps its path, so cases opened there stay with the old sub-grid."""
    old, code = tiny.grids[1], tiny.grids[1].code
    moved = NewUnit(Level.GRID, code, old.name, tiny.sub_grid04.code, square(1, 0))
    redrawn = {
        tiny.sub_grid03.code: square(0, 0),
        tiny.sub_grid04.code: shapely.union_all([square(0, 1, 2), square(1, 0)]),
    }
    change = Reshaping(redrawn=redrawn, opened=(moved,), closed=frozenset({code}))
    [new] = reshape(change=change, on=TODAY, actor=tiny.actor(tiny.grid_centre), now=NOW)
    assert Unit.objects.get(pk=old.pk).path == old.path
    assert new.path.startswith(tiny.sub_grid04.path)
    assert new.pk != old.pk


def test_the_audit_says_who_did_it(tiny):
    redraw_boundary(
        boundaries=moved_border(tiny), on=TODAY, actor=tiny.actor(tiny.grid_centre), now=NOW, reason=""
    )
    actors = set(Entry.objects.filter(action="territory.boundary_redrawn").values_list("actor", flat=True))
    assert f"person:{tiny.grid_centre.pk}" in actors


WATCHER = """
import sys, time
import django
django.setup()
from maplegrid.territory.queries import grid_here
here = (float(sys.argv[1]), float(sys.argv[2]))
first = grid_here(*here)
print(first.code, flush=True)
sys.stdin.readline()
patience = time.monotonic() + 20
while (now := grid_here(*here)) == first and time.monotonic() < patience:
    time.sleep(0.1)
print(now.code, flush=True)
"""


@pytest.mark.django_db(transaction=True)
def test_other_threads_and_processes_see_a_committed_change_by_themselves(district):
    tiny = tiny_tower()
    here = (tiny.building.lon, tiny.building.lat)
    seen: list[Unit | None] = []
    looked, changed = threading.Event(), threading.Event()

    def watch() -> None:
        seen.append(grid_here(*here))
        looked.set()
        changed.wait(30)
        seen.append(grid_here(*here))
        connection.close()

    thread = threading.Thread(target=watch)
    thread.start()
    process = other_process(*here)
    assert looked.wait(30)
    assert process.stdout.readline().strip() == tiny.grids[2].code
    redraw_boundary(
        boundaries=moved_border(tiny), on=TODAY, actor=tiny.actor(tiny.grid_centre), now=NOW, reason=""
    )
    changed.set()
    thread.join(30)
    assert seen == [tiny.grids[2], tiny.grids[3]]
    answer, trouble = process.communicate("go\n", timeout=60)
    assert answer.strip() == tiny.grids[3].code, trouble


def other_process(lon: float, lat: float) -> subprocess.Popen[str]:
    """A process of its own over the same database, asking where this point is until the answer changes."""
    settings = connection.settings_dict
    address = make_conninfo(
        dbname=settings["NAME"],
        host=settings["HOST"],
        port=settings["PORT"],
        user=settings["USER"],
        password=settings["PASSWORD"] or None,
    )
    return subprocess.Popen(
        [sys.executable, "-c", WATCHER, str(lon), str(lat)],
        env={**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "maplegrid.config.settings"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
