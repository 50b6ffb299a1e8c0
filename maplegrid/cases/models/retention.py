"""What has been erased and why, what must be kept, and what people asked about their own data."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maplegrid.cases.models.case import Case
from maplegrid.messaging.models import Message
from maplegrid.rules.retention import (
    REQUEST_KIND_NAMES,
    REQUEST_STATE_NAMES,
    RequestKind,
    RequestState,
)


class Preservation(models.Model):
    """A named person keeps a case as evidence; until it is lifted nothing of it is erased."""

    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="preservations", verbose_name=_("案件")
    )
    reason = models.CharField(_("原因"), max_length=300)
    placed_at = models.DateTimeField(_("开始"))
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("谁定的")
    )
    lifted_at = models.DateTimeField(_("解除"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("谁解除"),
    )

    class Meta:
        verbose_name = _("证据保全")
        verbose_name_plural = _("证据保全")
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(lifted_at=None), name="a_case_is_preserved_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id}"


class Erasure(models.Model):
    """The certificate of one erasure: how much of what kinds, by which rule. Nothing of what was erased is in it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="erasures", verbose_name=_("案件"))
    number = models.CharField(_("编号"), max_length=20)
    what = models.CharField(_("删除了什么"), max_length=12)
    rule = models.CharField(_("依据的规则"), max_length=24)
    basis = models.CharField(_("法律依据"), max_length=200)
    by = models.CharField(_("谁删除"), max_length=80)
    at = models.DateTimeField(_("时间"), db_index=True)
    counts = models.JSONField(_("数量"), default=dict)
    backups_gone_at = models.DateTimeField(_("备份里也没有了"))
    digest = models.CharField("SM3", max_length=64)

    class Meta:
        verbose_name = _("删除证明")
        verbose_name_plural = _("删除证明")

    def __str__(self) -> str:
        return f"{self.number} {self.what}"


class RightsRequest(models.Model):
    """Somebody asks to have what they sent corrected or erased; a named desk answers within the limit."""

    message = models.ForeignKey(
        Message, on_delete=models.PROTECT, related_name="rights_requests", verbose_name=_("来件")
    )
    kind = models.CharField(
        _("要求"), max_length=12, choices=[(kind.value, REQUEST_KIND_NAMES[kind]) for kind in RequestKind]
    )
    words = models.TextField(_("怎么说的"), blank=True)
    asked_at = models.DateTimeField(_("提出"))
    due_at = models.DateTimeField(_("最晚答复"))
    state = models.CharField(
        _("状态"),
        max_length=10,
        default=RequestState.OPEN.value,
        choices=[(state.value, REQUEST_STATE_NAMES[state]) for state in RequestState],
    )
    answer = models.TextField(_("答复"), blank=True)
    decided_at = models.DateTimeField(_("决定"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("谁决定"),
    )

    class Meta:
        verbose_name = _("个人信息请求")
        verbose_name_plural = _("个人信息请求")
        constraints = [
            models.UniqueConstraint(
                fields=["message", "kind"], condition=Q(state="open"), name="one_open_request_of_a_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.message_id} {self.kind}"
