"""Buildings, their coded doors, and the stations of the 1+6+31+N platform. Counts only: no person rows."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from maplegrid.territory.models.units import Unit


class Building(models.Model):
    """A building of the standard address register; residents are a count."""

    code = models.CharField(_("编码"), max_length=24, unique=True)
    name = models.CharField(_("名称"), max_length=80, db_index=True)
    aliases = ArrayField(models.CharField(max_length=80), default=list, blank=True, verbose_name=_("别名"))
    address = models.CharField(_("地址"), max_length=160, blank=True)
    kind = models.CharField(_("类型"), max_length=20, blank=True)
    grid = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="buildings", verbose_name=_("综合网格")
    )
    path = models.CharField(max_length=120, db_index=True)
    lon = models.FloatField(_("经度"))
    lat = models.FloatField(_("纬度"))
    datum = models.CharField(_("来源坐标系"), max_length=12, default="cgcs2000")
    floors = models.SmallIntegerField(_("层数"), default=1)
    dwellings = models.IntegerField(_("套数"), default=0)
    households = models.IntegerField(_("户数"), default=0)
    residents = models.IntegerField(_("人口"), default=0)
    active = models.BooleanField(_("在用"), default=True)

    class Meta:
        verbose_name = _("楼栋")
        verbose_name_plural = _("楼栋")

    def __str__(self) -> str:
        return self.name


class Door(models.Model):
    """A door with a QR code on it; the code in the picture is signed, so it cannot be invented."""

    building = models.ForeignKey(
        Building, on_delete=models.CASCADE, related_name="doors", verbose_name=_("楼栋")
    )
    number = models.CharField(_("门"), max_length=20)
    code = models.CharField(_("码"), max_length=20, unique=True)
    printed_at = models.DateTimeField(_("打印时间"), null=True, blank=True)
    active = models.BooleanField(_("在用"), default=True)

    class Meta:
        verbose_name = _("楼栋门")
        verbose_name_plural = _("楼栋门")

    def __str__(self) -> str:
        return f"{self.building} {self.number}"


class Station(models.Model):
    """A hall or station of the service platform (1 district + 6 streets + 31 communities + N)."""

    class Tier(models.TextChoices):
        DISTRICT = "district", _("区级中心")
        STREET = "street", _("街道中心")
        COMMUNITY = "community", _("社区站")
        SITE = "site", _("服务点")

    code = models.CharField(_("编码"), max_length=24, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    name_en = models.CharField(_("英文名称"), max_length=120, blank=True)
    tier = models.CharField(_("层级"), max_length=12, choices=Tier)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="stations", verbose_name=_("所属单元")
    )
    kinds = ArrayField(
        models.CharField(max_length=16),
        verbose_name=_("服务"),
        help_text=_("appeal 诉求 / legal 法律 / psychological 心理"),
    )
    lon = models.FloatField(_("经度"))
    lat = models.FloatField(_("纬度"))
    datum = models.CharField(_("来源坐标系"), max_length=12, default="cgcs2000")
    address = models.CharField(_("地址"), max_length=160, blank=True)
    phone = models.CharField(_("电话"), max_length=40, blank=True)
    opens = models.TimeField(_("开门"), null=True, blank=True)
    closes = models.TimeField(_("关门"), null=True, blank=True)
    weekdays = models.CharField(_("开放日"), max_length=7, default="1234567", help_text=_("1 是周一"))
    valid_from = models.DateField(_("启用"))
    valid_to = models.DateField(_("停用"), null=True, blank=True)

    class Meta:
        verbose_name = _("站点")
        verbose_name_plural = _("站点")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
