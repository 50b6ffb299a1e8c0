"""Which earlier message is this one again? The index beside comparing with every message."""

import random
import resource
import statistics
import time

from benchmarks.measuring import Line

PLACES, MATTERS, STORIES = 4000, 300, 900
ASKED = 200
AT_ONCE = 4096
LETTERS = "".join(chr(0x4E00 + at) for at in range(2500))


def measure(texts: int) -> list[Line]:
    from maplegrid.language.duplicates import Index, Text, Weights, compare

    draw = random.Random(20261123)
    words = {
        kind: ["".join(draw.choices(LETTERS, k=draw.randint(*length))) for _ in range(count)]
        for kind, count, length in (("place", PLACES, (3, 6)), ("matter", MATTERS, (4, 9)), ("story", STORIES, (8, 30)))
    }  # fmt: skip

    def said() -> Text:
        story = "，".join(draw.choices(words["story"], k=draw.randint(2, 8)))
        place, matter = draw.choice(words["place"]), draw.choice(words["matter"])
        return Text(f"{place}{matter}", f"我住在{place}，{story}")

    weights = Weights.learn(said() for _ in range(min(texts, 100_000)))
    index, begin = Index(weights), time.perf_counter()
    kept: list[Text] = []
    for start in range(0, texts, AT_ONCE):
        some = [said() for _ in range(min(AT_ONCE, texts - start))]
        index.add(range(start, start + len(some)), some)
        kept += some[: max(0, 2000 - len(kept))]
    built = time.perf_counter() - begin
    asked = draw.sample(kept, min(ASKED, len(kept)))
    spent = []
    for text in asked:
        begin = time.perf_counter()
        index.near(text)
        spent.append(time.perf_counter() - begin)
    right = sum(kept.index(text) in index.near(text)[:3] for text in asked)
    begin = time.perf_counter()
    compare(weights, asked[0], kept)
    every = (time.perf_counter() - begin) * texts / len(kept)
    ours, memory = statistics.median(spent), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    note = f"{texts} messages, built {built:.0f} s, {memory:.0f} MB; itself among the first three {right} of {len(asked)}"
    return [
        Line("told before?", f"{ours * 1e3:.1f} ms", f"compare all {every * 1e3:.0f} ms", every / ours, note)
    ]
