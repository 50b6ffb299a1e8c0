"""One way to write the same thing: full-width and half-width, capitals, and digits kept, positions unchanged."""

_WIDE = {0xFF01 + i: chr(0x21 + i) for i in range(94)}
_CAPITALS = {ord("A") + i: chr(ord("a") + i) for i in range(26)}
_SPACES = dict.fromkeys((0x3000, 0x00A0, 0x200B, 0xFEFF, ord("\t"), ord("\r")), " ")
_FOLD = str.maketrans(
    {**_WIDE, **_CAPITALS, **{0xFF21 + i: chr(ord("a") + i) for i in range(26)}, **_SPACES, ord("︰"): ":"}
)


def fold(text: str) -> str:
    """Half-width, lower-case text of exactly the same length, so that positions still fit the original."""
    return text.translate(_FOLD)


def is_han(char: str) -> bool:
    """A Chinese character (unified ideographs with extension A, compatibility forms, and 〇)."""
    return (
        "\u4e00" <= char <= "\u9fff"
        or "\u3400" <= char <= "\u4dbf"
        or "\uf900" <= char <= "\ufaff"
        or char == "〇"
    )
