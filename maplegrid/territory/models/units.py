"""The tower: district → street → community → sub-grid → grid. Depth, names and counts are data with dates."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maplegrid.kit.fields import GeometryField
from maplegrid.rules.vocabulary import LEVEL_NAMES, Level


class Unit(models.Model):
    """One area of the tower, whatever its boundary is today.

    `path` holds the ids of all ancestors and itself (`/1/3/27/140/`): whatever starts with my path is mine.
    Codes: district 6 + street 3 + community 3 + grid 3 digits; a sub-grid has community12 + F + 2 digits,
    because GB/T 34300-2017 has no level for it.
    """

    level = models.CharField(
        _("层级"), max_length=12, choices=[(level.value, LEVEL_NAMES[level]) for level in Level]
    )
    code = models.CharField(_("编码"), max_length=20)
    name = models.CharField(_("名称"), max_length=80)
    name_en = models.CharField(_("英文名称"), max_length=120, blank=True)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("上级"),
    )
    path = models.CharField(_("路径"), max_length=120, db_index=True)
    households = models.IntegerField(_("户数"), default=0)
    residents = models.IntegerField(_("人口"), default=0)
    valid_from = models.DateField(_("启用"))
    valid_to = models.DateField(_("停用"), null=True, blank=True)

    class Meta:
        verbose_name = _("单元")
        verbose_name_plural = _("单元")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=Q(valid_to=None), name="one_live_unit_per_code"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UnitVersion(models.Model):
    """A unit's boundary during some time. Re-drawing adds a version; old cases stay where they were."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="versions", verbose_name=_("单元"))
    geometry = GeometryField(_("边界"), editable=False)
    datum = models.CharField(_("来源坐标系"), max_length=12, default="cgcs2000")
    area_m2 = models.FloatField(_("面积（平方米）"), default=0)
    valid_from = models.DateField(_("启用"))
    valid_to = models.DateField(_("停用"), null=True, blank=True)
    source = models.CharField(_("来源"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("单元边界")
        verbose_name_plural = _("单元边界")
        constraints = [
            models.UniqueConstraint(
                fields=["unit"], condition=Q(valid_to=None), name="one_live_boundary_per_unit"
            ),
        ]
        indexes = [models.Index(fields=["valid_from"])]

    def __str__(self) -> str:
        return f"{self.unit} {self.valid_from}"
