"""What is it about? One text through the classifier, and through the whole reader."""

from benchmarks.measuring import Line, seconds_each
from benchmarks.world import World


def measure(world: World, texts: int) -> list[Line]:
    from maplegrid.cases.reading import reader
    from maplegrid.messaging.models import Message

    said = list(Message.objects.order_by("id").values_list("text", flat=True)[:texts])
    known = reader()
    classify = seconds_each(known._classifier.rank, said)
    whole = seconds_each(known.read, said)
    mean = sum(map(len, said)) / len(said)
    return [
        Line(
            "type of a text", f"{classify * 1e3:.2f} ms", note=f"{len(said)} texts of {mean:.0f} characters"
        ),
        Line(
            "all that is read in it", f"{whole * 1e3:.2f} ms", note="type, level, flags, title, words, place"
        ),
    ]
