"""One letter to the secretary and what became of it: level, host, conflicts, promises, the written answer."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maplegrid.cases.models import Appeal, Case
from maplegrid.messaging.models import Notice
from maplegrid.rules.secretary.life import LIVE, STAGE_NAMES, Stage
from maplegrid.rules.vocabulary import ROLE_NAMES, Role
from maplegrid.secretary.models.tables import LEVEL_CHOICES
from maplegrid.territory.models import Unit


class Audience(models.Model):
    """The letter of one resident (`appeal`) about one case. `version` guards every change.

    `acknowledged_at` and `offered_at` are the moments of the delivery receipts, from which the figures are counted.
    `host_role` "" means that the district named the host.
    """

    case = models.OneToOneField(
        Case, on_delete=models.PROTECT, related_name="audience", verbose_name=_("案件")
    )
    appeal = models.OneToOneField(
        Appeal, on_delete=models.PROTECT, related_name="audience", verbose_name=_("诉求")
    )
    stage = models.CharField(
        _("到哪一步"), max_length=12, choices=[(s.value, STAGE_NAMES[s]) for s in Stage], default=Stage.ASKED
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("归哪里"))
    written = models.BooleanField(_("只要书面答复"), default=False)
    video = models.BooleanField(_("视频见面"), default=False)
    accessible = models.BooleanField(_("要无障碍房间"), default=False)
    companion = models.CharField(_("谁陪同"), max_length=80, blank=True)
    proposed_level = models.SmallIntegerField(_("建议级别"), choices=LEVEL_CHOICES)
    proposed_why = models.CharField(_("建议理由"), max_length=80)
    proposed_why_en = models.CharField(max_length=120, blank=True)
    level = models.SmallIntegerField(_("级别"), choices=LEVEL_CHOICES, null=True, blank=True)
    level_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("谁定级"),
    )
    level_at = models.DateTimeField(_("定级时间"), null=True, blank=True)
    host = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="audiences",
        verbose_name=_("接访的人"),
    )
    host_role = models.CharField(
        _("接访岗位"), max_length=24, blank=True, choices=[(r.value, ROLE_NAMES[r]) for r in Role]
    )
    received_at = models.DateTimeField(_("收到"))
    acknowledged_at = models.DateTimeField(_("短信送达"), null=True, blank=True)
    offered_at = models.DateTimeField(_("约见送达"), null=True, blank=True)
    ended_at = models.DateTimeField(_("结束"), null=True, blank=True)
    version = models.IntegerField(_("版本"), default=1)

    class Meta:
        verbose_name = _("书记来信")
        verbose_name_plural = _("书记来信")
        indexes = [
            models.Index(
                fields=["host", "stage"], name="live_audiences_of_host", condition=Q(stage__in=LIVE)
            ),
            models.Index(fields=["received_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.stage}"


class Conflict(models.Model):
    """Somebody this letter must not reach: named by the resident, by staff or by themselves."""

    class Source(models.TextChoices):
        RESIDENT = "resident", _("居民说的")
        HOST = "host", _("自己说的")
        DESK = "desk", _("工作人员标的")

    audience = models.ForeignKey(
        Audience, on_delete=models.CASCADE, related_name="conflicts", verbose_name=_("来信")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("要回避的人")
    )
    source = models.CharField(_("谁说的"), max_length=8, choices=Source)
    words = models.CharField(_("原因"), max_length=200, blank=True)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("回避")
        verbose_name_plural = _("回避")
        constraints = [
            models.UniqueConstraint(fields=["audience", "person"], name="a_conflict_is_named_once")
        ]

    def __str__(self) -> str:
        return f"{self.audience_id} {self.person_id}"


class Commitment(models.Model):
    """What was promised, who does it, and by which day. Open promises hold the case."""

    audience = models.ForeignKey(
        Audience, on_delete=models.CASCADE, related_name="commitments", verbose_name=_("来信")
    )
    words = models.CharField(_("答应什么"), max_length=300)
    due_on = models.DateField(_("哪天以前"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="commitments",
        verbose_name=_("谁来办"),
    )
    follow_up = models.BooleanField(_("回访"), default=False)
    made_at = models.DateTimeField(_("记下"))
    done_at = models.DateTimeField(_("办到"), null=True, blank=True)
    done_words = models.CharField(_("办得怎样"), max_length=500, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("谁办的"),
    )

    class Meta:
        verbose_name = _("答应的事")
        verbose_name_plural = _("答应的事")
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(fields=["owner", "due_on"], name="open_commitments", condition=Q(done_at=None))
        ]

    def __str__(self) -> str:
        return self.words


class Answer(models.Model):
    """The written answer with its mandatory parts; written once, never edited."""

    audience = models.OneToOneField(
        Audience, on_delete=models.CASCADE, related_name="answer", verbose_name=_("来信")
    )
    asked = models.TextField(_("您反映的事"))
    found = models.TextField(_("我们核实的情况"))
    decided = models.TextField(_("怎么办、什么时候办好"))
    basis = models.TextField(_("依据"))
    remedy = models.TextField(_("不满意可以怎么办"))
    written_at = models.DateTimeField(_("答复时间"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("谁答复")
    )

    class Meta:
        verbose_name = _("书面答复")
        verbose_name_plural = _("书面答复")

    def __str__(self) -> str:
        return f"{self.audience_id} {self.written_at:%Y-%m-%d}"


class Call(models.Model):
    """A text message found nobody: somebody on a named desk rings. A call never stands in for the receipt."""

    audience = models.ForeignKey(
        Audience, on_delete=models.CASCADE, related_name="calls", verbose_name=_("来信")
    )
    notice = models.OneToOneField(
        Notice, on_delete=models.CASCADE, related_name="+", verbose_name=_("没有送达的短信")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("谁来打")
    )
    asked_at = models.DateTimeField(_("交办"))
    done_at = models.DateTimeField(_("打过"), null=True, blank=True)
    reached = models.BooleanField(_("打通了"), default=False)
    words = models.CharField(_("说了什么"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("打电话")
        verbose_name_plural = _("打电话")

    def __str__(self) -> str:
        return f"{self.audience_id} {self.asked_at:%m-%d %H:%M}"
