"""A clock is its events. The due time stored beside it is what the rule computes from them, never edited."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maplegrid.cases.models.case import Case


class Clock(models.Model):
    """One running limit of a case (or of an order about it), with the rule and calendar it was started under."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="clocks", verbose_name=_("案件"))
    order = models.ForeignKey(
        "cases.Order",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="clocks",
        verbose_name=_("发令"),
    )
    milestone = models.CharField(_("节点"), max_length=24)
    rule = models.CharField(_("规则"), max_length=20)
    rule_version = models.IntegerField(_("规则版本"))
    calendar_version = models.CharField(_("日历版本"), max_length=40)
    amount = models.IntegerField(_("数量"))
    unit = models.CharField(_("单位"), max_length=16)
    basis = models.CharField(_("依据"), max_length=120, blank=True)
    started_at = models.DateTimeField(_("起算"))
    due_at = models.DateTimeField(_("到期"), null=True, blank=True)
    warn_at = models.DateTimeField(_("预警"), null=True, blank=True)
    awaiting_calendar = models.IntegerField(_("待日历"), null=True, blank=True)
    running = models.BooleanField(_("在走"), default=True)
    stopped_at = models.DateTimeField(_("停止"), null=True, blank=True)
    warned_at = models.DateTimeField(_("已预警"), null=True, blank=True)
    breached_at = models.DateTimeField(_("已超时"), null=True, blank=True)
    rung = models.SmallIntegerField(_("升级到第几级"), default=0, db_default=0)
    escalate_at = models.DateTimeField(_("再升级"), null=True, blank=True)

    class Meta:
        verbose_name = _("时钟")
        verbose_name_plural = _("时钟")
        constraints = [
            models.UniqueConstraint(
                fields=["case", "rule", "milestone"],
                condition=Q(order__isnull=True),
                name="one_clock_per_milestone",
            ),
            models.UniqueConstraint(
                fields=["order", "milestone"],
                condition=Q(order__isnull=False, stopped_at__isnull=True),
                name="one_live_order_clock_per_milestone",
            ),
        ]
        indexes = [
            models.Index(
                fields=["warn_at"],
                name="clocks_to_warn",
                condition=Q(running=True, warned_at=None, breached_at=None),
            ),
            models.Index(
                fields=["due_at"], name="clocks_to_breach", condition=Q(running=True, breached_at=None)
            ),
            models.Index(
                fields=["escalate_at"],
                name="clocks_to_escalate",
                condition=Q(running=True, escalate_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.rule}.{self.milestone}"


class ClockEvent(models.Model):
    """start | pause | resume | extend | stop | reopen, as exported for `maplegrid clock verify`."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="events", verbose_name=_("时钟"))
    event = models.CharField(_("事件"), max_length=8)
    at = models.DateTimeField(_("时间"))
    by = models.CharField(_("谁"), max_length=80)
    reason = models.CharField(_("原因"), max_length=200, blank=True)
    amount = models.IntegerField(null=True, blank=True)
    unit = models.CharField(max_length=16, blank=True)

    class Meta:
        verbose_name = _("时钟事件")
        verbose_name_plural = _("时钟事件")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.event} {self.at:%Y-%m-%d %H:%M}"
