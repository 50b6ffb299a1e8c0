"""What people say, by category: believable Chinese sentences with blanks, read from the text files beside this.

A block starts with `[code] key=value …`: `staff`, `resident` and `divert` are how often it comes up there,
`profile` its service profile, `lead` the words of the body that leads (both as in the default taxonomy).
Lines begin with R (a resident's words), S (a grid worker's note) or D (what was done in the end).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent
OPENERS = ("", "", "", "", "您好，", "网格员您好，", "麻烦反映一下，", "我要反映，", "各位好，", "打扰一下，")
CLOSERS = (
    "。", "。", "。", "，请尽快处理。", "，麻烦派人来看看。", "，谢谢。", "，希望今天能有人来。", "，请给个答复。",
    "！", "，拜托了。", "，等你们回复。", "，实在没有办法了。",
)  # fmt: skip
POLITE_CLOSERS = ("。", "。", "，谢谢。", "，麻烦了。", "，请给个答复。", "，等你们回复。")
ASKING = ("怎么", "吗", "什么", "哪里", "想问", "想请", "想约", "咨询", "建议", "希望", "想要", "准备")
STAFF_OPENERS = ("巡查发现，", "巡查时看到，", "入户走访时，", "楼栋长报，", "例行检查，", "", "", "")
STAFF_CLOSERS = ("。", "。", "，已拍照。", "，需跟进。", "，已告知楼栋长。", "，计划明天复查。", "，请协调。")
STAFF_HEARD = "走访时居民反映，"
DONE_ON_SITE = (
    "已到现场处理，居民确认解决。", "已处理完毕，现场照片附后。", "现场已恢复，第二天复查正常。",
    "已协调处理到位，回访没有新的问题。", "隐患已消除，复查正常。",
)  # fmt: skip
DONE_TALKED = (
    "已办结，电话回访居民认可。", "已当面答复，居民表示清楚。", "双方谈妥，一周后回访平稳。",
    "已协调处理到位，回访没有新的问题。", "已上门说清楚，居民满意。",
)  # fmt: skip
DONE_ANSWERED = ("已当面答复，居民表示清楚。", "已电话答复，居民表示清楚。", "已帮忙约好时间，居民按时去办。")
ON_SITE = frozenset({"08", "09", "10", "11"})
ANSWERED = frozenset({"CONS", "S3"})

WHEN = (
    "昨晚十点多", "今天早上", "凌晨两点", "中午", "这两天晚上", "前天半夜", "昨天下午", "晚上十一点",
    "天没亮", "周末", "早上六点多", "半夜",
)  # fmt: skip
DAYS = ("两天", "三天", "四五天", "一个星期", "半个月", "好几天", "十来天")
MONTHS = ("一个月", "两个月", "三个月", "半年", "快半年", "四个月", "一年多")
MOST_TITLE = 24
SHORTEST_TITLE = 5
COMMON_PAIRS = frozenset(
    {"已经", "没有", "一个", "有人", "两户", "双方", "门口", "巡查", "住户", "今天", "请住"}
)


@dataclass
class Talk:
    """All that is known about how one category comes up."""

    code: str
    weights: dict[str, float]
    profile: str
    lead: str
    resident: list[str] = field(default_factory=list)
    staff: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Scene:
    """What fills the blanks: how the building is called, its estate, its road, works near by, its floors."""

    place: str
    estate: str
    road: str
    works: str
    floors: int


@cache
def all_talk() -> tuple[Talk, ...]:
    """Every category's sentences, in code order.

    Raises:
        ValueError: a line in the files is neither a header nor R, S or D.
    """
    found: list[Talk] = []
    for path in sorted(FOLDER.glob("*.txt")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            _read_line(found, line.strip(), f"{path.name}:{number}")
    return tuple(sorted(found, key=lambda talk: talk.code))


def _read_line(found: list[Talk], line: str, where: str) -> None:
    if not line or line.startswith("#"):
        return
    if line.startswith("["):
        found.append(_header(line))
        return
    voice, _, sentence = line.partition(" ")
    try:
        {"R": found[-1].resident, "S": found[-1].staff, "D": found[-1].done}[voice].append(sentence)
    except (KeyError, IndexError):
        raise ValueError(f"{where} 看不懂：{line}") from None


def _header(line: str) -> Talk:
    code, _, rest = line[1:].partition("]")
    values = dict(pair.split("=", 1) for pair in rest.split())
    weights = {key: float(values.get(key, 0)) for key in ("staff", "resident", "divert")}
    return Talk(code, weights, values["profile"], values["lead"])


@dataclass(frozen=True)
class Said:
    """What was said: a title without the place, the words, and the sentence they were made from."""

    title: str
    text: str
    sentence: str


class Speaker:
    """Puts sentences together; the same generator state gives the same words."""

    DRAWS_EACH = 16

    def __init__(self, rng: np.random.Generator, most: int) -> None:
        # One draw for all is far quicker than a call for each word.
        self._draws = iter(rng.integers(0, 2**31, self.DRAWS_EACH * most).tolist())

    def resident(self, talk: Talk, scene: Scene) -> Said:
        """A resident's own words."""
        sentence = self._pick(talk.resident)
        closers = POLITE_CLOSERS if any(word in sentence for word in ASKING) else CLOSERS
        return self._said(sentence, scene, self._pick(OPENERS), self._pick(closers))

    def staff(self, talk: Talk, scene: Scene) -> Said:
        """A grid worker's note."""
        if not talk.staff:
            return self._said(self._pick(talk.resident), scene, STAFF_HEARD, self._pick(STAFF_CLOSERS))
        sentence = self._pick(talk.staff)
        found = sentence.startswith("{") and "巡查" not in sentence
        opener = self._pick(STAFF_OPENERS) if found else ""
        return self._said(sentence, scene, opener, self._pick(STAFF_CLOSERS))

    def done(self, talk: Talk, sentence: str) -> str:
        """What was done in the end: a line about the same thing, or a plain one."""
        fitting = _fitting(talk.code, sentence)
        if not fitting:
            return self._pick(_plain_ends(talk))
        line = self._pick(fitting).replace("{count}", str(2 + self._next(6)))
        return line.replace("{money}", self._money()) + "。"

    def _said(self, sentence: str, scene: Scene, opener: str, closer: str) -> Said:
        blanks = self._blanks(scene)
        core = sentence.format(place=scene.place, **blanks)
        return Said(_title(sentence.format(place="", **blanks)), opener + core + closer, sentence)

    def _blanks(self, scene: Scene) -> dict[str, str]:
        floor = 2 + self._next(max(scene.floors - 1, 1))
        return {
            "estate": scene.estate,
            "road": scene.road,
            "works": scene.works,
            "floor": f"{floor}楼",
            "room": f"{floor}{1 + self._next(6):02d}",
            "when": self._pick(WHEN),
            "days": self._pick(DAYS),
            "months": self._pick(MONTHS),
            "money": self._money(),
            "count": str(2 + self._next(9)),
        }

    def _money(self) -> str:
        return f"{(3 + self._next(180)) * 100}元"

    def _pick(self, choices: Sequence[str]) -> str:
        return choices[self._next(len(choices))]

    def _next(self, below: int) -> int:
        return next(self._draws) % below


@cache
def _fitting(code: str, sentence: str) -> tuple[str, ...]:
    """The category's closing lines that share two characters in a row with the sentence."""
    talk = next(one for one in all_talk() if one.code == code)
    pairs = {sentence[at : at + 2] for at in range(len(sentence) - 1)}
    pairs = {pair for pair in pairs if all("一" <= letter <= "鿿" for letter in pair)} - COMMON_PAIRS
    return tuple(line for line in talk.done if any(pair in line for pair in pairs))


def _plain_ends(talk: Talk) -> tuple[str, ...]:
    if talk.profile in ANSWERED:
        return DONE_ANSWERED
    return DONE_ON_SITE if talk.code[:2] in ON_SITE else DONE_TALKED


def _title(core: str) -> str:
    """The first clause that says something, short enough for a list."""
    telling = [clause for clause in core.split("，") if len(clause) >= SHORTEST_TITLE]
    return (telling[0] if telling else core)[:MOST_TITLE]
