"""Where is it? The gazetteer beside looking for each building's name in the text."""

import random

from benchmarks.measuring import Line, seconds_each
from benchmarks.world import World

SENTENCES = (
    "{place}楼下的路灯坏了好几天，晚上看不见路",
    "我住{place}，楼上半夜装修，吵得睡不着",
    "昨天{place}门口的下水道堵了，污水流到马路上，请来看看",
)


def measure(world: World, texts: int) -> list[Line]:
    from maplegrid.language.locate import locate
    from maplegrid.territory.models import Building
    from maplegrid.territory.queries import gazetteer

    places = gazetteer()
    names = dict(Building.objects.filter(active=True).order_by("-id").values_list("name", "id"))
    chosen = random.Random(20261123).sample(sorted(names), texts)
    said = [(SENTENCES[at % 3].format(place=name), name) for at, name in enumerate(chosen)]

    def by_scan(text: str) -> int | None:
        return names[max(found, key=len)] if (found := [name for name in names if name in text]) else None

    def by_us(text: str) -> int | None:
        found = locate(places, text)
        return found[0].building_id if found else None

    def right(answer) -> int:
        return sum(answer(text) == names[name] for text, name in said)

    ours = seconds_each(by_us, [text for text, _ in said])
    scan = seconds_each(by_scan, [text for text, _ in said], rounds=1)
    note = f"{len(names)} names, {texts} texts; right {right(by_us)}, scan {right(by_scan)}"
    return [
        Line("building named in a text", f"{ours * 1e3:.2f} ms", f"name in text {scan * 1e3:.2f} ms", scan / ours, note)
    ]  # fmt: skip
