"""One thing that is wrong."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """`code` for scripts; what is wrong and what to do, Chinese and English in one line; how many, and a few of them."""

    code: str
    words: str
    count: int = 1
    examples: tuple[str, ...] = ()

    def __str__(self) -> str:
        some = (
            f"（{'、'.join(self.examples)}{'…' if self.count > len(self.examples) else ''}）"
            if self.examples
            else ""
        )
        return f"{self.words}{some}"
