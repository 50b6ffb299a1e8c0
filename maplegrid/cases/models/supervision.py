"""Supervision (督办) of one case: who wants what by when, what was answered, and whether that was accepted."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maplegrid.cases.models.case import Case
from maplegrid.rules.supervision import COLOUR_NAMES, Colour


class Supervision(models.Model):
    """A case has at most one that is not settled; while it lasts, it holds the case open."""

    case = models.ForeignKey(
        Case, on_delete=models.CASCADE, related_name="supervisions", verbose_name=_("案件")
    )
    colour = models.CharField(
        _("等级"), max_length=8, choices=[(colour.value, COLOUR_NAMES[colour]) for colour in Colour]
    )
    points = models.SmallIntegerField(_("扣分"), default=0)
    reason = models.CharField(_("原因"), max_length=500)
    answer_by = models.DateTimeField(_("最晚回复"))
    placed_at = models.DateTimeField(_("提出"))
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("谁提出")
    )
    answer = models.TextField(_("回复"), blank=True)
    answered_at = models.DateTimeField(_("回复时间"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("谁回复"),
    )
    reminded_at = models.DateTimeField(_("催过"), null=True, blank=True)
    settled_at = models.DateTimeField(_("销号"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("谁销号"),
    )

    class Meta:
        verbose_name = _("督办")
        verbose_name_plural = _("督办")
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(settled_at=None), name="a_case_is_supervised_once"
            )
        ]
        indexes = [models.Index(fields=["answer_by"], name="open_supervisions", condition=Q(settled_at=None))]

    def __str__(self) -> str:
        return f"{self.case_id} {self.colour}"
