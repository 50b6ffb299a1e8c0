"""What a written answer must hold (own design, after 信访工作条例 Art 33: facts, basis, and where to turn next)."""

from dataclasses import dataclass, fields

from maplegrid.rules.vocabulary import N_, Refusal

PARTS: dict[str, str] = {
    "asked": N_("您反映的事"),
    "found": N_("我们核实的情况"),
    "decided": N_("怎么办、什么时候办好"),
    "basis": N_("依据"),
    "remedy": N_("不满意可以怎么办"),
}
SHORTEST = 4


@dataclass(frozen=True)
class Answer:
    """The five parts of a written answer."""

    asked: str = ""
    found: str = ""
    decided: str = ""
    basis: str = ""
    remedy: str = ""


def why_not_answer(answer: Answer) -> Refusal | None:
    """A written answer may not leave any part out; the first missing ones are named."""
    missing = tuple(
        PARTS[part.name] for part in fields(answer) if len(getattr(answer, part.name).strip()) < SHORTEST
    )
    if missing:
        return Refusal("parts", N_("书面答复还缺：{parts}"), {"parts": missing})
    return None
