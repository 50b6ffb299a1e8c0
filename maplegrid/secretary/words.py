"""Texts that go out. Nothing about the matter itself stands in a text message; times are Asia/Shanghai."""

from datetime import datetime

from django.utils.translation import gettext as _

from maplegrid.kit.moment import CHINA
from maplegrid.rules.vocabulary import N_

SMS = {
    "offer": N_("【枫格】编号{number}：给您留了{when}见面，请凭编号和查询码确认或改时间。"),
    "agreed": N_("【枫格】编号{number}：约好{when}见面，地点请凭编号和查询码查看。"),
    "remind": N_("【枫格】编号{number}：提醒您{when}见面，改时间请凭编号和查询码。"),
    "waiting": N_("【枫格】编号{number}：正在为您安排见面的时间，定了就告诉您。"),
    "written": N_("【枫格】编号{number}：您的来信会书面答复，进展请凭编号和查询码查看。"),
    "dropped": N_("【枫格】编号{number}：原来约的{when}不见了，请等新的通知。"),
}
STAFF = {
    "to_level": N_("书记来信待定级别：{number}"),
    "hosted": N_("请您接访：{number}"),
    "no_host": N_("接访的人都要回避，请区里指定：{number}"),
    "no_slot": N_("没有空的接访时间，请加时间：{number}"),
    "agreed": N_("{number} 约好 {when} 接访"),
    "moved": N_("{number} 居民改到 {when} 接访"),
    "dropped": N_("{number} 的接访取消了：{when}"),
    "call": N_("短信没有送达，请打电话：{number}"),
    "promise": N_("答应的事交给您：{number}"),
}
STEP_NAMES = {
    "audience_set_level": N_("定级别"),
    "audience_host": N_("定接访的人"),
    "audience_offer": N_("留接访时间"),
    "audience_agree": N_("居民确认时间"),
    "audience_move": N_("居民改时间"),
    "audience_miss": N_("没有见成"),
    "audience_record": N_("接访"),
    "audience_promise": N_("答应的事"),
    "audience_kept": N_("答应的事办到了"),
    "audience_refer": N_("请调解"),
    "audience_settle": N_("调解有结果"),
    "audience_answer": N_("书面答复"),
    "audience_conflict": N_("回避"),
    "audience_call": N_("打电话"),
}


def clock_words(at: datetime) -> str:
    """11月25日 09:30, in the reader's language."""
    at = at.astimezone(CHINA)
    return _("{m}月{d}日{clock}").format(m=at.month, d=at.day, clock=f"{at:%H:%M}")
