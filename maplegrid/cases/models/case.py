"""An appeal (one resident's message) and the case (the matter) that it opens or joins."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maplegrid.accounts.models import Body
from maplegrid.cases.models.catalogue import Category
from maplegrid.messaging.models import CHANNEL_CHOICES, Message
from maplegrid.rules.lifecycle import OPEN, STATUS_NAMES, Status
from maplegrid.territory.models import Building, Unit


class Case(models.Model):
    """One matter from 立案 to 结案 (GB/T 30428.8).

    Who has it: `unit` or `body` (the queue) and `assignee`. Who answers for it now: `accountable`.
    Where it is: `area`, frozen with its `path` at opening, so a re-drawn boundary leaves old cases where they were.
    `version` guards every change; `next_at` is the next moment a clock matters.
    """

    number = models.CharField(_("编号"), max_length=20, unique=True)
    title = models.CharField(_("标题"), max_length=120)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, verbose_name=_("类别"))
    category_confidence = models.FloatField(null=True, blank=True)
    category_reason = models.JSONField(default=dict, blank=True)
    urgency = models.CharField(_("缓急"), max_length=4, default="4")
    urgency_reason = models.JSONField(default=dict, blank=True)
    profile = models.CharField(_("时限档"), max_length=10)
    kept_profile = models.CharField(_("并行时限档"), max_length=10, blank=True)
    flags = ArrayField(models.CharField(max_length=24), default=list, blank=True, verbose_name=_("标记"))
    sealed = models.BooleanField(_("密封"), default=False)
    channel = models.CharField(_("渠道"), max_length=16, choices=CHANNEL_CHOICES)

    area = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="cases", verbose_name=_("地点单元"))
    path = models.CharField(max_length=120)
    building = models.ForeignKey(
        Building, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("楼栋")
    )
    place_words = models.CharField(_("在哪里"), max_length=200, blank=True)
    place_confidence = models.FloatField(null=True, blank=True)
    place_reason = models.JSONField(default=dict, blank=True)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)

    status = models.CharField(_("状态"), max_length=12, choices=[(s.value, STATUS_NAMES[s]) for s in Status])
    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="queue",
        verbose_name=_("在哪个单元手上"),
    )
    body = models.ForeignKey(
        Body,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="queue",
        verbose_name=_("在哪个机构手上"),
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("谁在办"),
    )
    accountable = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("谁负责"),
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("登记人"),
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged", verbose_name=_("并入")
    )
    households = models.IntegerField(_("反映户数"), default=1)
    promise = models.CharField(_("居民现在看到"), max_length=200, blank=True)
    solution = models.TextField(_("办理结果"), blank=True)
    settled_in_grid = models.BooleanField(_("在小分格内办结"), null=True, blank=True)

    received_at = models.DateTimeField(_("收到"))
    accepted_at = models.DateTimeField(_("受理"), null=True, blank=True)
    contacted_at = models.DateTimeField(_("首次联系"), null=True, blank=True)
    closed_at = models.DateTimeField(_("结案"), null=True, blank=True)
    told_at = models.DateTimeField(_("告知居民"), null=True, blank=True)
    resume_at = models.DateTimeField(_("恢复时间"), null=True, blank=True)
    reopened = models.SmallIntegerField(_("重开次数"), default=0)
    next_at = models.DateTimeField(_("下一时刻"), null=True, blank=True)
    next_milestone = models.CharField(_("下一节点"), max_length=24, blank=True)
    breached_at = models.DateTimeField(_("最早超时"), null=True, blank=True)
    photos_erased_at = models.DateTimeField(_("照片删除"), null=True, blank=True)
    erased_at = models.DateTimeField(_("内容删除"), null=True, blank=True)
    version = models.IntegerField(_("版本"), default=1)
    tokens = SearchVectorField(_("检索词"), null=True, blank=True)

    class Meta:
        verbose_name = _("案件")
        verbose_name_plural = _("案件")
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False) | Q(body__isnull=False), name="a_case_is_in_somebodys_queue"
            )
        ]
        indexes = [
            models.Index(fields=["path"], name="case_path_prefix", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["next_at"], name="open_cases_by_clock", condition=Q(status__in=OPEN)),
            models.Index(fields=["unit", "next_at"], name="open_queue_of_unit", condition=Q(status__in=OPEN)),
            models.Index(fields=["body", "next_at"], name="open_queue_of_body", condition=Q(status__in=OPEN)),
            models.Index(
                fields=["assignee", "next_at"], name="open_load_of_person", condition=Q(status__in=OPEN)
            ),
            models.Index(fields=["building"], name="open_cases_of_building", condition=Q(status__in=OPEN)),
            models.Index(fields=["-received_at"]),
            models.Index(fields=["closed_at"], name="cases_with_photos", condition=Q(photos_erased_at=None)),
            models.Index(fields=["closed_at"], name="cases_with_words", condition=Q(erased_at=None)),
            GinIndex(fields=["tokens"], name="case_tokens"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Appeal(models.Model):
    """One resident's voice in a case: the message's number follows it; its own answer and its own rating."""

    message = models.OneToOneField(
        Message, on_delete=models.PROTECT, related_name="appeal", verbose_name=_("来件")
    )
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="appeals", verbose_name=_("案件"))
    joined = models.BooleanField(_("并入已有案件"), default=False)
    answered_at = models.DateTimeField(_("答复"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("撤回"), null=True, blank=True)
    solved = models.BooleanField(_("解决了吗"), null=True, blank=True)
    satisfied = models.SmallIntegerField(_("满意程度"), null=True, blank=True)
    rating_words = models.CharField(_("评价留言"), max_length=500, blank=True)
    rated_at = models.DateTimeField(_("评价时间"), null=True, blank=True)
    reopen_asked_at = models.DateTimeField(_("要求重办"), null=True, blank=True)
    reopen_reason = models.CharField(_("重办理由"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("诉求")
        verbose_name_plural = _("诉求")
        indexes = [models.Index(fields=["case"])]

    def __str__(self) -> str:
        return f"{self.message_id} → {self.case_id}"


class CaseSubject(models.Model):
    """Whom or what a case complains about; they never see it and nothing about it is sent to them."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="subjects", verbose_name=_("案件"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("被反映的人"),
    )
    body = models.ForeignKey(
        Body, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("被反映的机构")
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("被反映的单元")
    )
    words = models.CharField(_("原话"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("被反映方")
        verbose_name_plural = _("被反映方")
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(body__isnull=False) | Q(unit__isnull=False),
                name="a_subject_is_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.words}"
