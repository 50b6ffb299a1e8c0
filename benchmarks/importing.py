"""Another system's file: batches beside one message at a time."""

import time
from collections.abc import Callable

from benchmarks.measuring import Line
from benchmarks.world import World

TEXT = "{number}号居民反映：小区门口的路灯坏了一个多月，晚上老人孩子出门看不见路，打过物业电话没有人来修。"


def measure(world: World, rows: int) -> list[Line]:
    from maplegrid.messaging.actions import receive_many, receive_message
    from maplegrid.messaging.raw import RawMessage
    from maplegrid.rules.vocabulary import Channel

    def raws(source: str, count: int) -> list[RawMessage]:
        texts = (TEXT.format(number=number) for number in range(count))
        return [RawMessage(channel=Channel.IMPORT, external_id=f"{source}:{at}", text=text) for at, text in enumerate(texts)]  # fmt: skip

    def one_by_one(some: list[RawMessage]) -> None:
        for raw in some:
            receive_message(raw=raw, actor="operator", now=world.now)

    some = raws("single", rows // 4)
    batched = _rate(
        lambda all_rows: receive_many(raws=all_rows, actor="operator", now=world.now), raws("many", rows)
    )
    single = _rate(one_by_one, some)
    return [
        Line(f"import {rows} messages", f"{batched:.0f} rows/s", f"one by one {single:.0f} rows/s", batched / single, f"the other way with {len(some)} rows")
    ]  # fmt: skip


def _rate(call: Callable[[list], object], rows: list) -> float:
    begin = time.perf_counter()
    call(rows)
    return len(rows) / (time.perf_counter() - begin)
