"""What may stand in a text message: an approved wording with blanks, and in each blank nothing but its kind of sign.

A phone lies on tables and is lent: no word about the matter goes into an SMS. That is enforced here and not left to
whoever writes a sentence: what leaves must be one of the registered wordings, letter by letter, and its blanks take
only a number, a follow code or a time.
"""

import re
from functools import cache

from maplegrid.rules.vocabulary import N_, Refusal

BLANKS: dict[str, str] = {
    "number": r"[0-9]{4}-[0-9]{6,9}",
    "code": r"[2-9A-HJKMNP-Z]{6}",
    "count": r"[0-9]{1,6}",
    "when": r"(?:[0-9]{1,2}月[0-9]{1,2}日|[0-9]{1,2}-[0-9]{1,2} )[0-9]{2}:[0-9]{2}",
}
FOLLOW_CODE = re.compile(rf"(?<![A-Za-z0-9-]){BLANKS['code']}(?![A-Za-z0-9])")
SIGN = re.compile(r"^\s*(?:【[^】]{1,20}】|\[[^\]]{1,20}\])\s*")
BLANK = re.compile(r"\{(\w*)\}")
LONGEST = 500
MOBILE = re.compile(r"1[3-9][0-9]{9}")


def without_sign(words: str) -> str:
    """The words behind 【…】 (or […]): the vendor puts the registered sign in front itself."""
    return SIGN.sub("", words, count=1)


def blanks_of(wording: str) -> tuple[str, ...]:
    """The names of its blanks in their order."""
    return tuple(BLANK.findall(wording))


def why_not_wording(wording: str) -> Refusal | None:
    """What can be said against registering this wording."""
    blanks = blanks_of(wording)
    unknown = [name for name in blanks if name not in BLANKS]
    if not without_sign(wording).strip() or len(wording) > LONGEST:
        return Refusal("no_wording", N_("请写短信的原文，五百字以内"))
    if unknown:
        return Refusal("blank", N_("短信里只能填编号、查询码和时间，不能有 {name}"), {"name": unknown[0]})
    if len(set(blanks)) < len(blanks):
        return Refusal("blank_twice", N_("短信里每样只能填一次"))
    return None


def why_not_number(gateway: str, code: str) -> Refusal | None:
    """What can be said against this template number: Aliyun's begin with SMS_, Tencent's are figures alone."""
    kinds = {"aliyun": r"SMS_[0-9]{1,20}", "tencent": r"[0-9]{1,20}"}
    if re.fullmatch(kinds.get(gateway, r"\S{1,60}"), code):
        return None
    return Refusal("number", N_("这不像这家网关的模板编号，请照审核通知里的抄写"))


def fillings(wording: str, body: str) -> dict[str, str] | None:
    """What fills the blanks of `wording` in `body`; None when the body is not exactly this wording."""
    found = _pattern(without_sign(wording)).fullmatch(without_sign(body))
    return found.groupdict() if found else None


@cache
def _pattern(wording: str) -> re.Pattern[str]:
    parts = BLANK.split(wording)
    words = [re.escape(part) if turn % 2 == 0 else _group(part) for turn, part in enumerate(parts)]
    return re.compile("".join(words))


def _group(name: str) -> str:
    return f"(?P<{name}>{BLANKS[name]})" if name in BLANKS else "(?!)"


def without_code(body: str) -> str:
    """The text for a member of staff: its follow code opens the matter and is for whoever has the phone alone."""
    return FOLLOW_CODE.sub("••••••", body)


def parts_of(body: str) -> int:
    """How many SMS a text takes: 70 characters alone, 67 each when it must be split."""
    return 1 if len(body) <= 70 else -(-len(body) // 67)


def is_mobile(number: str) -> bool:
    """A mobile number of the mainland; a landline receives nothing."""
    return bool(MOBILE.fullmatch(number))


def masked_number(number: str) -> str:
    """138****0001: enough to tell two apart on a desk, not enough to ring."""
    return f"{number[:3]}****{number[-4:]}" if len(number) >= 11 else "****"
