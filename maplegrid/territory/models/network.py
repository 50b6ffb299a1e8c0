"""The walking network: nodes and edges with lengths, as coverage and patrols need them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class WalkNode(models.Model):
    lon = models.FloatField()
    lat = models.FloatField()

    class Meta:
        verbose_name = _("步行节点")
        verbose_name_plural = _("步行节点")

    def __str__(self) -> str:
        return f"{self.pk}"


class WalkEdge(models.Model):
    u = models.BigIntegerField()
    v = models.BigIntegerField()
    length_m = models.FloatField(_("长度（米）"))

    class Meta:
        verbose_name = _("步行边")
        verbose_name_plural = _("步行边")

    def __str__(self) -> str:
        return f"{self.u}–{self.v}"
