"""Police grids (警格) beside sub-grids, and how well they match."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from maplegrid.accounts.models import Body
from maplegrid.kit.fields import GeometryField
from maplegrid.territory.models.units import Unit


class PoliceGrid(models.Model):
    """An area one police station looks after."""

    code = models.CharField(_("编码"), max_length=24, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    body = models.ForeignKey(
        Body, on_delete=models.PROTECT, related_name="police_grids", verbose_name=_("派出所")
    )
    geometry = GeometryField(_("边界"), editable=False)
    datum = models.CharField(_("来源坐标系"), max_length=12, db_default="cgcs2000", default="cgcs2000")
    valid_from = models.DateField(_("启用"))
    valid_to = models.DateField(_("停用"), null=True, blank=True)

    class Meta:
        verbose_name = _("警格")
        verbose_name_plural = _("警格")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class PoliceGridMatch(models.Model):
    """How much of a sub-grid lies in a police grid; one police grid covering all of it is a match."""

    police_grid = models.ForeignKey(
        PoliceGrid, on_delete=models.CASCADE, related_name="matches", verbose_name=_("警格")
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.CASCADE, related_name="police_matches", verbose_name=_("小分格")
    )
    share_of_unit = models.FloatField(_("占小分格"))
    share_of_police_grid = models.FloatField(_("占警格"))
    computed_on = models.DateField(_("计算日期"))

    class Meta:
        verbose_name = _("警格对应")
        verbose_name_plural = _("警格对应")
        constraints = [models.UniqueConstraint(fields=["police_grid", "unit"], name="one_match_per_pair")]

    def __str__(self) -> str:
        return f"{self.unit} – {self.police_grid}"
