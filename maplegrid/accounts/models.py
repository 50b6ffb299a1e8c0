"""People of the district and the bodies they work for. Where somebody is appointed stands in `territory`."""

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from maplegrid.accounts.scopes import SCOPE_CHOICES
from maplegrid.kit.fields import EncryptedTextField


class Body(models.Model):
    """A department, court, police station, office or company that can be given work or answer for it."""

    class Kind(models.TextChoices):
        DEPARTMENT = "department", "职能部门"
        POLICE = "police", "公安"
        COURT = "court", "法院"
        PROCURATORATE = "procuratorate", "检察院"
        DISCIPLINE = "discipline", "纪检监察"
        UTILITY = "utility", "公用事业单位"
        OFFICE = "office", "街道与社区机构"
        OTHER = "other", "其他"

    code = models.CharField("编码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=80)
    name_en = models.CharField("英文名称", max_length=120, blank=True)
    kind = models.CharField("类型", max_length=20, choices=Kind)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, verbose_name="上级")
    lead_words = models.CharField(
        "主办关键词", max_length=200, blank=True, help_text="与分类表“建议主办”一致，分号隔开"
    )
    phone = models.CharField("值班电话", max_length=40, blank=True)
    active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "机构"
        verbose_name_plural = "机构"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Person(AbstractUser):
    """Somebody who signs in. On screen a person is a role first; the real name is sealed."""

    display_name = models.CharField("显示为", max_length=80, help_text="先写岗位，例如：公明社区04小分格格长")
    display_name_en = models.CharField("英文显示", max_length=120, blank=True)
    phone = EncryptedTextField("手机", blank=True)
    language = models.CharField("语言", max_length=10, default="zh-hans")
    large_text = models.BooleanField("大字", default=False)
    is_demo = models.BooleanField("演示账号", default=False)

    class Meta:
        verbose_name = "人员"
        verbose_name_plural = "人员"

    def __str__(self) -> str:
        return self.display_name or self.username


class Delegation(models.Model):
    """While somebody is away, a deputy answers in their place; clocks move with the deputy."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="absences", verbose_name="本人")
    deputy = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="stands_in_for", verbose_name="代理人"
    )
    valid_from = models.DateTimeField("从")
    valid_to = models.DateTimeField("到")
    reason = models.CharField("原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "离岗代理"
        verbose_name_plural = "离岗代理"
        indexes = [models.Index(fields=["person", "valid_from", "valid_to"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__gt=F("valid_from")), name="absence_ends_after_it_starts"
            ),
            models.CheckConstraint(condition=~Q(person=F("deputy")), name="nobody_stands_in_for_themselves"),
        ]

    def __str__(self) -> str:
        return f"{self.person} → {self.deputy}"


class ApiKey(models.Model):
    """What another system shows at the door. Only the digest of its secret is kept; whoever holds it acts for
    `person` (with that person's scope, never more) or speaks for `body` (messages only)."""

    name = models.CharField("名称", max_length=80, help_text="哪个系统用，例如：随手拍小程序")
    prefix = models.CharField("开头", max_length=12, unique=True)
    digest = models.CharField("SM3", max_length=64)
    scopes = ArrayField(
        models.CharField(max_length=24, choices=SCOPE_CHOICES), default=list, verbose_name="可以做什么"
    )
    person = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="api_keys",
        verbose_name="代表谁",
        help_text="查看和办理案件的密钥必须代表一个人，只看得到这个人看得到的",
    )
    body = models.ForeignKey(
        Body,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="api_keys",
        verbose_name="代表机构",
    )
    valid_from = models.DateTimeField("从")
    valid_to = models.DateTimeField("到")
    last_used_at = models.DateTimeField("最近使用", null=True, blank=True)
    issued_at = models.DateTimeField("发放")
    issued_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="谁发放"
    )
    revoked_at = models.DateTimeField("作废", null=True, blank=True)

    class Meta:
        verbose_name = "接口密钥"
        verbose_name_plural = "接口密钥"
        ordering = ["-issued_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__gt=F("valid_from")), name="a_key_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(body__isnull=False), name="a_key_acts_for_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.prefix}…"
