"""What happened in a case: steps, holds, hand-overs with receipts, questions asked back."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maplegrid.accounts.models import Body
from maplegrid.cases.models.case import Appeal, Case
from maplegrid.messaging.models import Attachment


class Step(models.Model):
    """One entry of the only timeline a case has. `public_text` is what the resident reads; empty means staff only."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="steps", verbose_name=_("案件"))
    at = models.DateTimeField(_("时间"))
    action = models.CharField(_("动作"), max_length=24)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("谁"),
    )
    actor_words = models.CharField(_("身份"), max_length=80, blank=True)
    text = models.TextField(_("内容"), blank=True)
    public_text = models.TextField(_("居民看到"), blank=True)
    from_status = models.CharField(max_length=12, blank=True)
    to_status = models.CharField(max_length=12, blank=True)
    detail = models.JSONField(default=dict, blank=True)
    photos = models.ManyToManyField(Attachment, blank=True, related_name="steps", verbose_name=_("照片"))

    class Meta:
        verbose_name = _("经过")
        verbose_name_plural = _("经过")
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["case", "at"])]

    def __str__(self) -> str:
        return f"{self.case_id} {self.action}"


class Hold(models.Model):
    """Something that must end before the case can close; placed and released by a leaf or a person."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="holds", verbose_name=_("案件"))
    kind = models.CharField(_("种类"), max_length=24)
    key = models.CharField(_("来源"), max_length=60)
    reason = models.CharField(_("原因"), max_length=200)
    placed_at = models.DateTimeField(_("放上"))
    placed_by = models.CharField(_("谁放的"), max_length=80)
    released_at = models.DateTimeField(_("取下"), null=True, blank=True)
    released_by = models.CharField(_("谁取的"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("搁置")
        verbose_name_plural = _("搁置")
        constraints = [models.UniqueConstraint(fields=["case", "kind", "key"], name="a_hold_is_placed_once")]
        indexes = [models.Index(fields=["case"], name="open_holds", condition=Q(released_at=None))]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class Handover(models.Model):
    """A transfer to police or to a statutory route: sent, receipt recorded, what they answered kept as theirs."""

    class Kind(models.TextChoices):
        POLICE = "police", _("移交公安")
        DIVERSION = "diversion", _("法定渠道分流")

    class State(models.TextChoices):
        DRAFTED = "drafted", _("等人确认移交")
        SENT = "sent", _("已移交，等回执")
        RECEIVED = "received", _("对方已收")
        RETURNED = "returned", _("对方退回")
        CANCELLED = "cancelled", _("不用移交")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="handovers", verbose_name=_("案件"))
    kind = models.CharField(_("种类"), max_length=12, choices=Kind)
    state = models.CharField(_("状态"), max_length=12, choices=State, default=State.DRAFTED)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("交给"))
    reason = models.CharField(_("原因"), max_length=300)
    basis = models.CharField(_("依据"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("建立"))
    sent_at = models.DateTimeField(_("移交"), null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("谁移交"),
    )
    receipt_number = models.CharField(_("回执编号"), max_length=60, blank=True)
    received_at = models.DateTimeField(_("对方收到"), null=True, blank=True)
    answer = models.TextField(_("对方答复"), blank=True)
    answered_at = models.DateTimeField(_("对方答复时间"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("对方谁答复"),
        help_text=_("对方自己在移交台上答的；空的是我们代记的回执"),
    )

    class Meta:
        verbose_name = _("移交")
        verbose_name_plural = _("移交")
        indexes = [
            models.Index(fields=["case", "kind"]),
            models.Index(fields=["body", "state", "-sent_at"], name="handovers_to_a_body"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class Question(models.Model):
    """Something staff asked a resident; answered on the follow page."""

    appeal = models.ForeignKey(
        Appeal, on_delete=models.CASCADE, related_name="questions", verbose_name=_("诉求")
    )
    asked_at = models.DateTimeField(_("问"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("谁问")
    )
    text = models.CharField(_("问题"), max_length=300)
    answered_at = models.DateTimeField(_("答"), null=True, blank=True)
    answer = models.TextField(_("回答"), blank=True)

    class Meta:
        verbose_name = _("问居民")
        verbose_name_plural = _("问居民")

    def __str__(self) -> str:
        return f"{self.appeal_id}"
