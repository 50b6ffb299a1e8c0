"""How long the demo district takes; it was built for the other measurements."""

from benchmarks.measuring import Line
from benchmarks.world import World


def measure(world: World) -> list[Line]:
    from maplegrid.cases.models import Case
    from maplegrid.territory.models import Building

    total = world.build_s + world.load_s
    note = f"scale {world.scale:g}: {Building.objects.count()} buildings, {Case.objects.count()} cases"
    parts = f"{total:.1f} s ({world.build_s:.1f} build + {world.load_s:.1f} load)"
    return [Line("demo district", parts, "promised: 60 s", 60 / total, note)]
