"""Flags by the words: what must be seen, what must not, and what each demands."""

import csv
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maplegrid.language.flags import default_flag_reader
from maplegrid.rules.triage import FLAG_RULES, Sign
from maplegrid.rules.vocabulary import Flag

READER = default_flag_reader()

MUST_SEE = [
    (Flag.DOMESTIC_VIOLENCE, "老公喝醉了又打我"),
    (Flag.DOMESTIC_VIOLENCE, "我经常被老公打，不敢回家"),
    (Flag.DOMESTIC_VIOLENCE, "没有人管，楼下那家家暴"),
    (Flag.DOMESTIC_VIOLENCE, "隔壁女的一直惨叫"),
    (Flag.DOMESTIC_VIOLENCE, "儿子动不动就殴打老母亲"),
    (Flag.MINOR_HARM, "楼上天天打孩子，哭得厉害"),
    (Flag.MINOR_HARM, "幼儿园老师掐小朋友"),
    (Flag.MINOR_HARM, "我女儿在学校被同学殴打"),
    (Flag.MINOR_HARM, "有个男的猥亵女童"),
    (Flag.THREAT, "他扬言要放火"),
    (Flag.THREAT, "收债的人威胁我，说要弄死我"),
    (Flag.THREAT, "城管门口有人拿刀"),
    (Flag.CRIME_LEAD, "昨晚电动车被偷了"),
    (Flag.CRIME_LEAD, "一楼有人聚众赌博"),
    (Flag.CRIME_LEAD, "接到冒充公检法的电话，被骗了两万元"),
    (Flag.SELF_HARM, "我不想活了"),
    (Flag.SELF_HARM, "他说要从楼上跳下去"),
    (Flag.GROUP, "几十名工人准备拉横幅"),
    (Flag.GROUP, "我们这里三十多户都停水"),
    (Flag.WAGES, "老板拖欠我三个月工资"),
    (Flag.WAGES, "干完活包工头不给工钱"),
    (Flag.ELDER_FRAUD, "有人摆象棋残局骗老人的钱"),
    (Flag.ELDER_FRAUD, "我妈被拉去听讲座买保健品"),
    (Flag.AGAINST_OFFICIAL, "举报村支书贪污集体的钱"),
    (Flag.AGAINST_OFFICIAL, "打了几次电话，城管不作为"),
]
MUST_NOT = [
    (Flag.DOMESTIC_VIOLENCE, "老公打电话给物业没人接"),
    (Flag.DOMESTIC_VIOLENCE, "他打我老公"),
    (Flag.MINOR_HARM, "孩子打算上小学"),
    (Flag.THREAT, "搅拌站严重威胁居民的生命安全"),
    (Flag.THREAT, "装修声音太大，一直被打扰"),
    (Flag.THREAT, "电话打不通，打了很多次"),
    (Flag.CRIME_LEAD, "希望社区多做防诈骗宣传"),
    (Flag.CRIME_LEAD, "这里没有盗窃，就是灯不亮"),
    (Flag.SELF_HARM, "门店跳楼价甩卖，音响太吵"),
    (Flag.WAGES, "公司没有拖欠工资，就是不交社保"),
    (Flag.GROUP, "三个人在路边摆摊"),
    (Flag.GROUP, "楼上聚众打牌到半夜"),
    (Flag.ELDER_FRAUD, "老人走路不方便"),
    (Flag.AGAINST_OFFICIAL, "举报电话打不通"),
]


def codes(text: str) -> set[Flag]:
    return {flag.code for flag in READER.read(text).flags}


@pytest.mark.parametrize(("flag", "text"), MUST_SEE)
def test_what_matters_is_seen(flag: Flag, text: str) -> None:
    assert flag in codes(text)


@pytest.mark.parametrize(("flag", "text"), MUST_NOT)
def test_what_only_looks_like_it_is_not(flag: Flag, text: str) -> None:
    assert flag not in codes(text)


def test_a_blocked_pipe_raises_nothing() -> None:
    reading = READER.read("管道堵塞了")
    assert reading.flags == ()
    assert reading.signs == {}


def test_every_flag_carries_its_words_its_route_and_a_reason() -> None:
    text = "老公又打我，孩子吓得直哭"
    flag = next(flag for flag in READER.read(text).flags if flag.code is Flag.DOMESTIC_VIOLENCE)
    assert [text[start:end] for start, end in flag.words] == ["老公", "打我"]
    assert flag.route == "POLICE"
    assert flag.demands == FLAG_RULES[Flag.DOMESTIC_VIOLENCE].demands
    assert "“打我”" in str(flag.reason)


def test_weak_words_raise_a_flag_that_changes_no_route() -> None:
    (flag,) = READER.read("开发商涉嫌欺诈").flags
    assert (flag.code, flag.certain, flag.route) == (Flag.CRIME_LEAD, False, "")


def test_one_angry_word_late_in_a_long_text_does_not_seal_the_matter() -> None:
    complaint = "楼下饭店的油烟直接排到我家窗户，" * 8 + "是不是有保护伞？"
    flag = next(flag for flag in READER.read(complaint).flags if flag.code is Flag.AGAINST_OFFICIAL)
    assert not flag.certain
    assert "NEVER_TO_SUBJECT" in flag.demands
    opening = next(
        f for f in READER.read("谁是保护伞？" + complaint).flags if f.code is Flag.AGAINST_OFFICIAL
    )
    assert opening.certain


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("楼道着火了，快来人", Sign.DANGER),
        ("闻到很浓的煤气味", Sign.DANGER),
        ("有人困在电梯里", Sign.DANGER),
        ("万一着火怎么跑", Sign.HAZARD),
        ("电梯经常困人", Sign.HAZARD),
        ("井盖不见了，骑车差点掉下去", Sign.HAZARD),
        ("停水了，家里有老人", Sign.VULNERABLE),
        ("整栋楼都没电", Sign.MANY_HOMES),
        ("二十多户停水", Sign.MANY_HOMES),
    ],
)
def test_signs_of_danger_are_seen_and_imagined_ones_are_hazards(text: str, sign: Sign) -> None:
    assert set(READER.read(text).signs) == {sign}


def test_every_code_of_the_table_is_a_flag_a_sign_or_silent() -> None:
    table = resources.files("maplegrid.language") / "data" / "flags.csv"
    rows = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
    assert {row["code"] for row in rows} == {*Flag, *Sign, "silent"}


@given(st.text(alphabet="老公打我孩子着火万一没有拖欠工资十户。，\n ", max_size=60))
def test_words_are_always_positions_of_the_text(text: str) -> None:
    reading = READER.read(text)
    spans = [span for flag in reading.flags for span in flag.words]
    spans += [span for found in reading.signs.values() for span in found]
    assert all(0 <= start < end <= len(text) for start, end in spans)
