"""A short title from a resident's own words: the first clause that says something."""

import re

MAX_TITLE = 24
SHORT = 6
_GREETING = re.compile(
    r"^(?:(?:尊敬|敬爱|亲爱)的[^，,。！!：:；;\n]{0,24}[，,。！!：:；;\s]+"
    r"|(?:各位|所有)?(?:领导|书记|同志|老师|市民热线|政府|工作人员|管理员|网格员|大家|你|您)们?(?:你们?|您)?好[，,。！!：:；;\s]*"
    r"|[^，,。！!：:；;\s]{0,12}(?:领导|书记|市长|区长|主任|局长|部门)们?[：:，,]\s*(?:(?:你们?|您|大家)好[，,。！!：:；;\s]*)?"
    r"|(?:你们?|您|大家)好[，,。！!：:；;\s]*"
    r"|\s+)"
)
_CLAUSE = re.compile(r"[^，,。！!？?；;\n]+[？?]?")
_DIGITS = re.compile(r"\d{7,}")


def short_title(text: str) -> str:
    """The first clause, at most 24 characters; greetings dropped, long numbers masked, "" for an empty text."""
    body = _without_greeting(text.strip())
    clauses = [clause.strip() for clause in _CLAUSE.findall(body[:200])]
    title = ""
    for clause in clauses:
        title = f"{title}，{clause}" if title else clause
        if len(title) >= SHORT:
            break
    title = _DIGITS.sub(lambda found: found.group()[:3] + "****", title)
    return title if len(title) <= MAX_TITLE else title[: MAX_TITLE - 1] + "…"


def _without_greeting(text: str) -> str:
    for _ in range(4):
        rest = _GREETING.sub("", text, count=1)
        if rest == text or not rest:
            break
        text = rest
    return text
