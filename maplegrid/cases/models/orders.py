"""Orders (发令): one sheet per matter that is lifted above the sub-grid or community, and whom it names."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from maplegrid.accounts.models import Body
from maplegrid.cases.models.case import Case
from maplegrid.rules.orders import ORDER_OPEN, ORDER_STATUS_NAMES, RULING_NAMES, OrderStatus, Ruling
from maplegrid.territory.models import Unit


class OrderNumbers(models.Model):
    """Running numbers of a year's orders (发令单号)."""

    year = models.IntegerField(_("年"), primary_key=True)
    used = models.IntegerField(_("已用"), default=0)

    class Meta:
        verbose_name = _("发令单号")
        verbose_name_plural = _("发令单号")

    def __str__(self) -> str:
        return f"{self.year}: {self.used}"


class Order(models.Model):
    """One 发令单. `turn_unit` or `turn_body` is whose move it is; `accountable` who answers for that now.

    `number` is given when the community issues it; an application that the community settles itself has none.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="orders", verbose_name=_("案件"))
    number = models.CharField(_("发令单号"), max_length=40, blank=True)
    status = models.CharField(
        _("状态"), max_length=12, choices=[(s.value, ORDER_STATUS_NAMES[s]) for s in OrderStatus]
    )
    urgent = models.BooleanField(_("紧急"), default=False)
    profile = models.CharField(_("时限档"), max_length=10)
    applicant_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="orders_applied", verbose_name=_("申请单位")
    )
    community = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("社区"))
    street = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("街道"))
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("申请人"),
    )
    tried = models.TextField(_("已经做了什么"))
    why = models.TextField(_("本级为什么解决不了"))
    asked = models.TextField(_("要求做什么"))
    opinion = models.TextField(_("社区党委意见"), blank=True)
    returned_reason = models.TextField(_("退回原因"), blank=True)
    instruction = models.TextField(_("街道要求"), blank=True)
    result = models.TextField(_("反馈结果"), blank=True)
    verification = models.TextField(_("核实情况"), blank=True)
    resident_says = models.BooleanField(_("居民说解决了"), default=False)
    applied_at = models.DateTimeField(_("申请"))
    issued_at = models.DateTimeField(_("发令"), null=True, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("发令人"),
    )
    signed_at = models.DateTimeField(_("街道签收"), null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("街道签收人"),
    )
    assigned_at = models.DateTimeField(_("派出"), null=True, blank=True)
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("派出人"),
    )
    filed_at = models.DateTimeField(_("反馈"), null=True, blank=True)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("反馈人"),
    )
    closed_at = models.DateTimeField(_("办结"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("办结人"),
    )
    sent_back = models.SmallIntegerField(_("退回次数"), default=0)
    turn_unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="order_turns",
        verbose_name=_("轮到的单元"),
    )
    turn_body = models.ForeignKey(
        Body,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="order_turns",
        verbose_name=_("轮到的机构"),
    )
    accountable = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("谁负责"),
    )
    next_at = models.DateTimeField(_("下一时刻"), null=True, blank=True)
    next_milestone = models.CharField(_("下一节点"), max_length=24, blank=True)
    breached_at = models.DateTimeField(_("最早超时"), null=True, blank=True)
    version = models.IntegerField(_("版本"), default=1)

    class Meta:
        verbose_name = _("发令")
        verbose_name_plural = _("发令")
        constraints = [
            models.UniqueConstraint(
                fields=["number"], condition=~Q(number=""), name="an_order_number_is_given_once"
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(status__in=ORDER_OPEN), name="one_open_order_per_case"
            ),
        ]
        indexes = [
            models.Index(
                fields=["turn_unit", "next_at"], name="orders_unit_turn", condition=Q(status__in=ORDER_OPEN)
            ),
            models.Index(
                fields=["turn_body", "next_at"], name="orders_body_turn", condition=Q(status__in=ORDER_OPEN)
            ),
            models.Index(F("issued_at").desc(nulls_last=True), name="orders_by_issue"),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.case.number}"


class OrderParty(models.Model):
    """A body or unit that the order names: the lead or an assistant, its receipt, objection and check-in."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="parties", verbose_name=_("发令"))
    body = models.ForeignKey(
        Body, on_delete=models.PROTECT, null=True, blank=True, related_name="ordered", verbose_name=_("机构")
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="ordered", verbose_name=_("单元")
    )
    lead = models.BooleanField(_("主办"), default=False)
    named_at = models.DateTimeField(_("派给"))
    signed_at = models.DateTimeField(_("签收"), null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("签收人"),
    )
    arrived_at = models.DateTimeField(_("到场"), null=True, blank=True)
    objection = models.TextField(_("异议"), blank=True)
    objected_at = models.DateTimeField(_("提出异议"), null=True, blank=True)
    ruling = models.CharField(
        _("裁决"),
        max_length=10,
        blank=True,
        choices=[(r.value, RULING_NAMES[r]) for r in Ruling if r is not Ruling.NONE],
    )
    ruling_words = models.TextField(_("裁决理由"), blank=True)
    ruled_at = models.DateTimeField(_("裁决时间"), null=True, blank=True)
    ruled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("裁决人"),
    )
    released_at = models.DateTimeField(_("不再承担"), null=True, blank=True)

    class Meta:
        verbose_name = _("发令承办单位")
        verbose_name_plural = _("发令承办单位")
        ordering = ["-lead", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(body__isnull=False, unit__isnull=True) | Q(body__isnull=True, unit__isnull=False),
                name="a_party_is_a_body_or_a_unit",
            ),
            models.UniqueConstraint(
                fields=["order"], condition=Q(lead=True, released_at=None), name="an_order_has_one_lead"
            ),
        ]

    def __str__(self) -> str:
        return str(self.body or self.unit)
