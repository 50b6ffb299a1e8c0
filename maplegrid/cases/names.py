"""Names of milestones and timeline entries, in the reader's language."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maplegrid.rules.lifecycle import ARROWS, Action
from maplegrid.rules.orders import ORDER_ARROWS, OrderAction
from maplegrid.rules.vocabulary import N_

MILESTONE_NAMES = {
    "dispatch": gettext_lazy("派出"),
    "first_contact": gettext_lazy("首次联系"),
    "on_site": gettext_lazy("到场"),
    "progress": gettext_lazy("告知进展"),
    "result": gettext_lazy("办结"),
    "accept": gettext_lazy("决定受理"),
    "notice": gettext_lazy("书面告知"),
    "object_to_transfer": gettext_lazy("转送异议"),
    "stop_work": gettext_lazy("停工"),
    "penalty": gettext_lazy("处罚"),
    "acknowledged": gettext_lazy("短信回复"),
    "appointment": gettext_lazy("约定时间"),
    "follow_up": gettext_lazy("回访"),
    "order_issue": gettext_lazy("社区受理"),
    "order_assign": gettext_lazy("街道派出"),
    "order_receive": gettext_lazy("部门签收"),
    "order_rule": gettext_lazy("裁决异议"),
    "order_on_site": gettext_lazy("到场"),
    "order_result": gettext_lazy("反馈结果"),
    "order_verify": gettext_lazy("核实办结"),
}

STEP_NAMES = {
    "received": gettext_lazy("收到"),
    "routed": gettext_lazy("分到"),
    "joined": gettext_lazy("又有一户反映"),
    "merged_in": gettext_lazy("别的案件并进来"),
    "resident_added": gettext_lazy("居民补充"),
    "resident_answered": gettext_lazy("居民回答"),
    "rated": gettext_lazy("居民评价"),
    "taken_over": gettext_lazy("换人接手"),
    "police_received": gettext_lazy("公安收到"),
    "police_returned": gettext_lazy("公安退回"),
    "clock_warned": gettext_lazy("快到时限"),
    "clock_breached": gettext_lazy("超时"),
    "clock_escalated": gettext_lazy("仍未办，再升级"),
    "escalated": gettext_lazy("升级"),
    "escalation_stuck": gettext_lazy("该升级，但没有人可以负责"),
    "order_apply": gettext_lazy("申请发令"),
    Action.OPEN_CONTACT: gettext_lazy("看了联系方式"),
    Action.COMMENT: gettext_lazy("记了一笔"),
}


# First-level event types of the default taxonomy; a district's own names show as they are.
FIRST_LEVEL = (
    N_("婚姻家庭"),
    N_("邻里关系"),
    N_("物业与房屋"),
    N_("劳动人事"),
    N_("消费与服务"),
    N_("经济与金融"),
    N_("人身财产损害"),
    N_("治安与安全防范"),
    N_("消防与安全生产"),
    N_("城市管理与市容"),
    N_("生态环境"),
    N_("民生服务与咨询"),
    N_("行政争议与法定渠道"),
    N_("其他"),
)


def milestone_name(code: str) -> str:
    """A milestone in words; an unknown one (a district's own) shows its code."""
    return str(MILESTONE_NAMES.get(code, code))


def step_name(action: str) -> str:
    """A timeline entry in words."""
    if action in STEP_NAMES:
        return str(STEP_NAMES[action])
    order_action = action.removeprefix("order_")
    if action != order_action and order_action in set(OrderAction):
        return _("发令：{action}").format(action=_(ORDER_ARROWS[OrderAction(order_action)].words))
    return _(ARROWS[Action(action)].words) if action in set(Action) else action
