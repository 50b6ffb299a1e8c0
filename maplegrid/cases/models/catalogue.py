"""The district's own catalogue: what kinds of events there are and how fast each is answered."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Category(models.Model):
    """A second-level event type; defaults come from domain/taxonomy_default.csv and a district edits them."""

    code = models.CharField(_("编码"), max_length=8, unique=True)
    l1_code = models.CharField(_("一级编码"), max_length=4, db_index=True)
    l1_name = models.CharField(_("一级类别"), max_length=30)
    name = models.CharField(_("二级类别"), max_length=30)
    name_en = models.CharField(_("英文名称"), max_length=80, blank=True)
    family = models.CharField(_("大类"), max_length=20, blank=True)
    route = models.CharField(_("默认路径"), max_length=16)
    leads = models.CharField(_("建议主办"), max_length=120, blank=True)
    dispute_code = models.CharField(_("纠纷对应码"), max_length=8, blank=True)
    profile = models.CharField(_("时限档"), max_length=10)
    base_risk_points = models.SmallIntegerField(_("基础分"), default=0)
    flags = ArrayField(models.CharField(max_length=24), default=list, blank=True, verbose_name=_("标记"))
    keywords = models.TextField(_("关键词"), blank=True, help_text=_("空格隔开；补充默认关键词"))
    active = models.BooleanField(_("在用"), default=True)

    class Meta:
        verbose_name = _("事件类别")
        verbose_name_plural = _("事件类别")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class ServiceProfile(models.Model):
    """One version of a set of time limits. A change is a new version; running clocks keep theirs."""

    code = models.CharField(_("档"), max_length=10)
    version = models.IntegerField(_("版本"), default=1)
    name = models.CharField(_("名称"), max_length=30)
    name_en = models.CharField(_("英文名称"), max_length=60, blank=True)
    in_force = models.BooleanField(_("现行"), default=True)

    class Meta:
        verbose_name = _("时限档")
        verbose_name_plural = _("时限档")
        ordering = ["code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="one_profile_per_version"),
            models.UniqueConstraint(fields=["code"], condition=Q(in_force=True), name="one_version_in_force"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name} v{self.version}"


class Milestone(models.Model):
    """One limit of a profile, for example: first contact within 2 hours of receipt."""

    profile = models.ForeignKey(
        ServiceProfile, on_delete=models.CASCADE, related_name="milestones", verbose_name=_("时限档")
    )
    name = models.CharField(_("节点"), max_length=24)
    amount = models.IntegerField(_("数量"))
    unit = models.CharField(_("单位"), max_length=16)
    starts_from = models.CharField(_("起算"), max_length=12)
    basis = models.CharField(_("依据"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("节点时限")
        verbose_name_plural = _("节点时限")
        constraints = [models.UniqueConstraint(fields=["profile", "name"], name="a_milestone_is_named_once")]

    def __str__(self) -> str:
        return f"{self.profile.code}.{self.name}"
