"""The walking network: nodes and edges with lengths, as coverage and patrols need them."""

from django.db import models


class WalkNode(models.Model):
    lon = models.FloatField()
    lat = models.FloatField()

    class Meta:
        verbose_name = "步行节点"
        verbose_name_plural = "步行节点"

    def __str__(self) -> str:
        return f"{self.pk}"


class WalkEdge(models.Model):
    u = models.BigIntegerField()
    v = models.BigIntegerField()
    length_m = models.FloatField("长度（米）")

    class Meta:
        verbose_name = "步行边"
        verbose_name_plural = "步行边"

    def __str__(self) -> str:
        return f"{self.u}–{self.v}"
