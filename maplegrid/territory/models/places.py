"""Buildings, their coded doors, and the stations of the 1+6+31+N platform. Counts only: no person rows."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from maplegrid.territory.models.units import Unit


class Building(models.Model):
    """A building of the standard address register; residents are a count."""

    code = models.CharField("编码", max_length=24, unique=True)
    name = models.CharField("名称", max_length=80, db_index=True)
    aliases = ArrayField(models.CharField(max_length=80), default=list, blank=True, verbose_name="别名")
    address = models.CharField("地址", max_length=160, blank=True)
    kind = models.CharField("类型", max_length=20, blank=True)
    grid = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="buildings", verbose_name="综合网格"
    )
    path = models.CharField(max_length=120, db_index=True)
    lon = models.FloatField("经度")
    lat = models.FloatField("纬度")
    datum = models.CharField("来源坐标系", max_length=12, default="cgcs2000")
    floors = models.SmallIntegerField("层数", default=1)
    dwellings = models.IntegerField("套数", default=0)
    households = models.IntegerField("户数", default=0)
    residents = models.IntegerField("人口", default=0)
    active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "楼栋"
        verbose_name_plural = "楼栋"

    def __str__(self) -> str:
        return self.name


class Door(models.Model):
    """A door with a QR code on it; the code in the picture is signed, so it cannot be invented."""

    building = models.ForeignKey(
        Building, on_delete=models.CASCADE, related_name="doors", verbose_name="楼栋"
    )
    number = models.CharField("门", max_length=20)
    code = models.CharField("码", max_length=20, unique=True)
    printed_at = models.DateTimeField("打印时间", null=True, blank=True)
    active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "楼栋门"
        verbose_name_plural = "楼栋门"

    def __str__(self) -> str:
        return f"{self.building} {self.number}"


class Station(models.Model):
    """A hall or station of the service platform (1 district + 6 streets + 31 communities + N)."""

    class Tier(models.TextChoices):
        DISTRICT = "district", "区级中心"
        STREET = "street", "街道中心"
        COMMUNITY = "community", "社区站"
        SITE = "site", "服务点"

    code = models.CharField("编码", max_length=24, unique=True)
    name = models.CharField("名称", max_length=80)
    name_en = models.CharField("英文名称", max_length=120, blank=True)
    tier = models.CharField("层级", max_length=12, choices=Tier)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="stations", verbose_name="所属单元")
    kinds = ArrayField(
        models.CharField(max_length=16),
        verbose_name="服务",
        help_text="appeal 诉求 / legal 法律 / psychological 心理",
    )
    lon = models.FloatField("经度")
    lat = models.FloatField("纬度")
    datum = models.CharField("来源坐标系", max_length=12, default="cgcs2000")
    address = models.CharField("地址", max_length=160, blank=True)
    phone = models.CharField("电话", max_length=40, blank=True)
    opens = models.TimeField("开门", null=True, blank=True)
    closes = models.TimeField("关门", null=True, blank=True)
    weekdays = models.CharField("开放日", max_length=7, default="1234567", help_text="1 是周一")
    valid_from = models.DateField("启用")
    valid_to = models.DateField("停用", null=True, blank=True)

    class Meta:
        verbose_name = "站点"
        verbose_name_plural = "站点"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
