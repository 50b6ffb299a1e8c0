"""The tables a district edits: what proposes a level, who meets at each level, whom the district names above."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maplegrid.rules.secretary.hosts import LADDER
from maplegrid.rules.secretary.level import FACT_NAMES, LEVEL_NAMES, MeetingLevel
from maplegrid.rules.vocabulary import ROLE_NAMES

LEVEL_CHOICES = [(int(level), LEVEL_NAMES[level]) for level in MeetingLevel]


class LevelRule(models.Model):
    """One row of the district's own level table; without any, the product's own table counts."""

    place = models.SmallIntegerField(_("顺序"), unique=True)
    level = models.SmallIntegerField(_("级别"), choices=LEVEL_CHOICES)
    fact = models.CharField(_("条件"), max_length=12, choices=list(FACT_NAMES.items()))
    value = models.CharField(_("值"), max_length=24, blank=True)
    why = models.CharField(_("理由"), max_length=80)
    why_en = models.CharField(_("英文理由"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("定级规则")
        verbose_name_plural = _("定级规则")
        ordering = ["place"]

    def __str__(self) -> str:
        return f"{self.place} {self.fact} {self.value} → {self.level}"


class HostOfLevel(models.Model):
    """Who meets at a level, where the district decided otherwise than the product's table."""

    level = models.SmallIntegerField(_("级别"), choices=LEVEL_CHOICES, unique=True)
    role = models.CharField(_("接访的人"), max_length=24, choices=[(r.value, ROLE_NAMES[r]) for r in LADDER])

    class Meta:
        verbose_name = _("各级接访人")
        verbose_name_plural = _("各级接访人")
        ordering = ["level"]

    def __str__(self) -> str:
        return f"{self.level} → {self.role}"


class DistrictHost(models.Model):
    """Somebody the district named to meet when a street secretary may not; the first named goes first."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("人员")
    )
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("谁指定"),
    )
    named_at = models.DateTimeField(_("指定时间"))
    ended_at = models.DateTimeField(_("到"), null=True, blank=True)

    class Meta:
        verbose_name = _("区里指定的接访人")
        verbose_name_plural = _("区里指定的接访人")
        ordering = ["named_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_at=None), name="a_person_is_named_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.person)
