"""Reading and checking the audit."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from maplegrid.audit.actions import digest_of, digest_of_heads
from maplegrid.audit.models import Anchor, Chain, Entry


@dataclass(frozen=True)
class Fault:
    """The first thing that does not fit: an entry's id (None where an entry is missing) and what is wrong."""

    entry_id: int | None
    words: str


@dataclass(frozen=True)
class Verdict:
    """What verification found: counts, one digest over all heads, and the first fault if any."""

    entries: int
    chains: int
    head: str
    fault: Fault | None


def verify() -> Verdict:
    """Recompute every chain from its entries, compare with its head and with every daily anchor."""
    chains = list(Chain.objects.order_by("pk"))
    heads = {str(chain.pk): [chain.count, chain.head] for chain in chains}
    marks = _anchored_marks()
    fault = next(_faults(chains, marks), None) or next(_anchor_faults(), None)
    return Verdict(sum(chain.count for chain in chains), len(chains), digest_of_heads(heads), fault)


def _anchored_marks() -> dict[tuple[int, int], tuple[str, str]]:
    """(chain, seq) → (digest, day) of every anchor."""
    return {
        (int(chain), count): (head, str(anchor.day))
        for anchor in Anchor.objects.all()
        for chain, (count, head) in anchor.heads.items()
        if count
    }


def _anchor_faults() -> Iterator[Fault]:
    for anchor in Anchor.objects.order_by("day"):
        if digest_of_heads(anchor.heads) != anchor.digest:
            yield Fault(None, f"{anchor.day} 的锚定被改过")


def _faults(chains: list[Chain], marks: dict[tuple[int, int], tuple[str, str]]) -> Iterator[Fault]:
    entries = Entry.objects.order_by("chain_id", "seq").iterator(chunk_size=5000)
    seen: dict[int, tuple[int, str]] = {}
    for chain_id, of_chain in groupby(entries, key=attrgetter("chain_id")):
        seq, head = 0, "0" * 64
        for entry in of_chain:
            seq += 1
            if entry.seq != seq:
                yield Fault(entry.pk, f"第 {chain_id} 链缺第 {seq} 条")
            if entry.previous != head or digest_of(entry) != entry.digest:
                yield Fault(entry.pk, f"第 {chain_id} 链第 {seq} 条被改过或换过位置")
            anchored = marks.pop((chain_id, seq), None)
            if anchored and anchored[0] != entry.digest:
                yield Fault(entry.pk, f"与 {anchored[1]} 的锚定不符")
            head = entry.digest
        seen[chain_id] = (seq, head)
    for (chain_id, seq), (_digest, day) in marks.items():
        yield Fault(None, f"{day} 锚定的第 {chain_id} 链第 {seq} 条不见了")
    for chain in chains:
        if seen.get(chain.pk, (0, "0" * 64)) != (chain.count, chain.head):
            yield Fault(None, f"第 {chain.pk} 链末尾少了记录：应有 {chain.count} 条")
