"""People of the district and the bodies they work for. Where somebody is appointed stands in `territory`."""

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from maplegrid.accounts.scopes import SCOPE_CHOICES
from maplegrid.kit.fields import EncryptedTextField
from maplegrid.rules.identity import Candidate


class Body(models.Model):
    """A department, court, police station, office or company that can be given work or answer for it."""

    class Kind(models.TextChoices):
        DEPARTMENT = "department", _("职能部门")
        POLICE = "police", _("公安")
        COURT = "court", _("法院")
        PROCURATORATE = "procuratorate", _("检察院")
        DISCIPLINE = "discipline", _("纪检监察")
        UTILITY = "utility", _("公用事业单位")
        OFFICE = "office", _("街道与社区机构")
        OTHER = "other", _("其他")

    code = models.CharField(_("编码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    name_en = models.CharField(_("英文名称"), max_length=120, blank=True)
    kind = models.CharField(_("类型"), max_length=20, choices=Kind)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("上级")
    )
    lead_words = models.CharField(
        _("主办关键词"), max_length=200, blank=True, help_text=_("与分类表“建议主办”一致，分号隔开")
    )
    phone = models.CharField(_("值班电话"), max_length=40, blank=True)
    active = models.BooleanField(_("在用"), default=True)

    class Meta:
        verbose_name = _("机构")
        verbose_name_plural = _("机构")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Person(AbstractUser):
    """Somebody who signs in. On screen a person is a role first; the real name is sealed."""

    display_name = models.CharField(
        _("显示为"), max_length=80, help_text=_("先写岗位，例如：公明社区04小分格格长")
    )
    display_name_en = models.CharField(_("英文显示"), max_length=120, blank=True)
    staff_number = models.CharField(
        _("工号"),
        max_length=40,
        blank=True,
        default="",
        db_default="",
        db_index=True,
        help_text=_("单位统一的工号，可以用来认单位账号登录的人"),
    )
    phone = EncryptedTextField(_("手机"), blank=True)
    language = models.CharField(_("语言"), max_length=10, default="zh-hans")
    large_text = models.BooleanField(_("大字"), default=False)
    is_demo = models.BooleanField(_("演示账号"), default=False)

    class Meta:
        verbose_name = _("人员")
        verbose_name_plural = _("人员")

    def __str__(self) -> str:
        return self.display_name or self.username


class Delegation(models.Model):
    """While somebody is away, a deputy answers in their place; clocks move with the deputy."""

    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="absences", verbose_name=_("本人")
    )
    deputy = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="stands_in_for", verbose_name=_("代理人")
    )
    valid_from = models.DateTimeField(_("从"))
    valid_to = models.DateTimeField(_("到"))
    reason = models.CharField(_("原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("离岗代理")
        verbose_name_plural = _("离岗代理")
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

    name = models.CharField(_("名称"), max_length=80, help_text=_("哪个系统用，例如：随手拍小程序"))
    prefix = models.CharField(_("开头"), max_length=12, unique=True)
    digest = models.CharField(_("SM3"), max_length=64)
    scopes = ArrayField(
        models.CharField(max_length=24, choices=SCOPE_CHOICES), default=list, verbose_name=_("可以做什么")
    )
    person = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="api_keys",
        verbose_name=_("代表谁"),
        help_text=_("查看和办理案件的密钥必须代表一个人，只看得到这个人看得到的"),
    )
    body = models.ForeignKey(
        Body,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="api_keys",
        verbose_name=_("代表机构"),
    )
    valid_from = models.DateTimeField(_("从"))
    valid_to = models.DateTimeField(_("到"))
    last_used_at = models.DateTimeField(_("最近使用"), null=True, blank=True)
    issued_at = models.DateTimeField(_("发放"))
    issued_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("谁发放")
    )
    revoked_at = models.DateTimeField(_("作废"), null=True, blank=True)

    class Meta:
        verbose_name = _("接口密钥")
        verbose_name_plural = _("接口密钥")
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


class Identity(models.Model):
    """An account of the unit's own sign-in (issuer and subject) that is this person. Made at the first sign-in.

    `claim` is what the identity was matched by then; what it says later moves nothing.
    """

    issuer = models.CharField(_("签发方"), max_length=300)
    subject = models.CharField(_("签发方的账号编号"), max_length=255)
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="identities", verbose_name=_("人员")
    )
    claim = models.CharField(_("当时认人的依据"), max_length=150)
    linked_at = models.DateTimeField(_("连接时间"))
    used_at = models.DateTimeField(_("最近一次登录"))

    class Meta:
        verbose_name = _("单位账号连接")
        verbose_name_plural = _("单位账号连接")
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="one_person_for_an_identity"),
            models.UniqueConstraint(
                fields=["issuer", "person"], name="one_identity_of_an_issuer_for_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} ← {self.issuer}"

    @property
    def candidate(self) -> Candidate:
        """The person as the rule sees them."""
        return Candidate(self.person_id, self.person.is_active, linked=True)
