"""Worked examples: limits of the law and of the service profiles with their sources, counted by hand.

Rest days of 2026: 1–3 Jan, 15–23 Feb, 4–6 Apr, 1–5 May, 19–21 Jun, 25–27 Sep, 1–7 Oct; weekend days worked:
4 Jan, 14 and 28 Feb, 9 May, 20 Sep, 10 Oct (国务院办公厅 2026 年节假日安排). `make docs` publishes them.
"""

from datetime import datetime

from maplegrid.rules.clock import CHINA, Rule, default_profiles


def at(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=CHINA)


def rule(name: str) -> Rule:
    code, _, milestone = name.partition(":")
    found = [r for r in default_profiles()[code] if milestone in {"", r.milestone}]
    assert len(found) == 1
    return found[0]


LAST_SECOND = " 23:59:59"
EXAMPLES = [
    # 信访工作条例: authorities' clocks end on their last day even when it is a rest day
    ("law.L1", "2026-09-16 09:00", "2026-10-01" + LAST_SECOND, "Art 22: 15 days, ends on National Day"),
    ("law.L2", "2026-03-02 16:00", "2026-03-17" + LAST_SECOND, "Art 23: 15 days"),
    ("law.L3", "2026-02-28 08:00", "2026-03-15" + LAST_SECOND, "Art 23: 15 days over the end of February"),
    ("law.L4", "2026-04-30 10:00", "2026-05-11" + LAST_SECOND, "Art 23: 6, 7, 8, 9 (made up), 11 May"),
    ("law.L5", "2026-03-02 10:00", "2026-05-01" + LAST_SECOND, "Art 34: 60 days from acceptance"),
    ("law.L7", "2026-06-01 10:00", "2026-07-01" + LAST_SECOND, "Art 35: 30 days"),
    # residents' clocks roll over rest days (民法典 Art 203)
    ("law.L6", "2026-09-01 10:00", "2026-10-08" + LAST_SECOND, "Art 35: 1 October, rolls to 8 October"),
    ("law.L8", "2026-06-01 10:00", "2026-07-01" + LAST_SECOND, "Art 36: 1 July is a working day"),
    ("law.M5", "2026-01-20 10:00", "2026-02-24" + LAST_SECOND, "人民调解法 Art 33: 19 February, rolls"),
    ("law.M8", "2024-02-29 10:00", "2025-02-28" + LAST_SECOND, "调解仲裁法 Art 27: one year, no 29 February"),
    # mediation and administrative mediation
    ("law.M1", "2026-02-14 09:00", "2026-03-16" + LAST_SECOND, "深圳条例 Art 25: 30 days"),
    ("law.M3", "2026-02-13 09:00", "2026-02-25" + LAST_SECOND, "深圳条例 Art 45: 14 (made up), 24, 25 Feb"),
    ("law.M4:accept", "2026-09-30 09:00", "2026-10-13" + LAST_SECOND, "Art 46: 8, 9, 10, 12, 13 October"),
    ("law.M4:accept_complex", "2026-09-30 09:00", "2026-10-20" + LAST_SECOND, "Art 46: ten working days"),
    ("law.M6:decide", "2026-03-31 09:00", "2026-04-15" + LAST_SECOND, "法释〔2011〕5号: 15 days"),
    ("law.M7", "2026-12-20 09:00", "2027-01-04" + LAST_SECOND, "Art 14: calendar days need no table of 2027"),
    ("law.M9", "2026-01-01 00:00", "2026-02-15" + LAST_SECOND, "Art 43: 45 days"),
    ("law.M10:accept", "2026-02-12 09:00", "2026-02-28" + LAST_SECOND, "13, 14, 24–28 February"),
    ("law.M10:result", "2026-01-05 10:00", "2026-03-13" + LAST_SECOND, "Art 21: 45 working days"),
    # months: the corresponding day, else the month's last day (民法典 Art 202)
    ("law.R1", "2025-12-31 23:59", "2026-02-28" + LAST_SECOND, "法释〔2023〕11号 Art 8: no 31 February"),
    ("law.R1", "2026-02-28 00:00", "2026-04-28" + LAST_SECOND, "28, not the end of April"),
    ("law.R2", "2026-08-01 10:00", "2026-10-01" + LAST_SECOND, "检察建议规定 Art 19: an authority, no roll"),
    ("law.F1", "2026-09-18 10:00", "2026-11-05" + LAST_SECOND, "人脸办法: 30 working days over two holidays"),
    # service profiles
    ("P0:first_contact", "2026-10-01 03:00", "2026-10-01 03:05:00", "round the clock, on a holiday"),
    ("P1:result", "2026-12-31 22:00", "2027-01-01 22:00:00", "24 hours need no table of 2027"),
    ("P2:result", "2026-09-30 10:00", "2026-10-10" + LAST_SECOND, "8, 9 and 10 (made up) October"),
    ("P3:result", "2026-09-30 10:00", "2026-10-07" + LAST_SECOND, "7 calendar days within the holiday"),
    ("CONS:result", "2026-02-14 15:00", "2026-02-24" + LAST_SECOND, "from a made-up Saturday"),
    ("U1:result", "2026-09-30 17:00", "2026-10-08 12:00:00", "one hour before the holiday, three after"),
    ("U1:dispatch", "2026-09-30 16:00", "2026-09-30 18:00:00", "used up at closing time, not at opening"),
    ("U2:dispatch", "2026-02-13 16:30", "2026-02-14 11:30:00", "goes on on the made-up Saturday"),
    ("U3:result", "2026-04-01 10:00", "2026-04-30" + LAST_SECOND, "20 working days around 清明"),
    ("SEC:acknowledged", "2026-10-01 23:55", "2026-10-02 00:05:00", "ten minutes over midnight"),
    ("X60:result", "2026-08-08 10:00", "2026-10-07" + LAST_SECOND, "60 days"),
]
