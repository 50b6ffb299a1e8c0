"""Who is appointed where and since when; what a sub-grid has to do and what it may refuse."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maplegrid.accounts.models import Body
from maplegrid.rules.vocabulary import ROLE_NAMES, Role
from maplegrid.territory.models.places import Station
from maplegrid.territory.models.units import Unit

ROLE_CHOICES = [(role.value, ROLE_NAMES[role]) for role in Role]


class PartyBranch(models.Model):
    """The Party branch of a sub-grid."""

    unit = models.OneToOneField(
        Unit, on_delete=models.PROTECT, related_name="party_branch", verbose_name=_("小分格")
    )
    name = models.CharField(_("名称"), max_length=80)
    members = models.IntegerField(_("党员数"), default=0)

    class Meta:
        verbose_name = _("党支部")
        verbose_name_plural = _("党支部")

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A seat that ought to be filled, so that a vacancy can be seen."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="posts", verbose_name=_("单元"))
    role = models.CharField(_("岗位"), max_length=24, choices=ROLE_CHOICES)
    seats = models.SmallIntegerField(_("人数"), default=1)

    class Meta:
        verbose_name = _("岗位")
        verbose_name_plural = _("岗位")
        constraints = [models.UniqueConstraint(fields=["unit", "role"], name="one_post_per_role_and_unit")]

    def __str__(self) -> str:
        return f"{self.unit} {self.get_role_display()}"


class Assignment(models.Model):
    """A person's dated appointment: a role in an area, in a body, or both. This is everyone's scope."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="assignments", verbose_name=_("人员")
    )
    role = models.CharField(_("岗位"), max_length=24, choices=ROLE_CHOICES)
    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assignments",
        verbose_name=_("单元"),
    )
    body = models.ForeignKey(
        Body,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assignments",
        verbose_name=_("机构"),
    )
    valid_from = models.DateField(_("从"))
    valid_to = models.DateField(_("到"), null=True, blank=True)

    class Meta:
        verbose_name = _("任职")
        verbose_name_plural = _("任职")
        indexes = [models.Index(fields=["unit", "role"]), models.Index(fields=["body", "role"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False) | Q(body__isnull=False), name="an_appointment_is_somewhere"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.get_role_display()}"


class Portfolio(models.Model):
    """分管: which matters a leader of a unit is in charge of (first-level category codes; empty means all)."""

    assignment = models.ForeignKey(
        Assignment, on_delete=models.CASCADE, related_name="portfolios", verbose_name=_("任职")
    )
    categories = ArrayField(
        models.CharField(max_length=4), default=list, blank=True, verbose_name=_("一级类别")
    )
    valid_from = models.DateField(_("从"))
    valid_to = models.DateField(_("到"), null=True, blank=True)

    class Meta:
        verbose_name = _("分管")
        verbose_name_plural = _("分管")

    def __str__(self) -> str:
        return f"{self.assignment}: {'、'.join(self.categories) or '全部'}"


class DutyItem(models.Model):
    """One duty of the district's public list; only listed duties may be pushed down to a sub-grid."""

    code = models.CharField(_("编码"), max_length=12, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    name_en = models.CharField(_("英文名称"), max_length=120, blank=True)
    categories = ArrayField(
        models.CharField(max_length=4), default=list, blank=True, verbose_name=_("一级类别")
    )
    basis = models.CharField(_("依据"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("职责事项")
        verbose_name_plural = _("职责事项")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Duty(models.Model):
    """A listed duty that one sub-grid has, with dates."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="duties", verbose_name=_("小分格"))
    item = models.ForeignKey(DutyItem, on_delete=models.PROTECT, verbose_name=_("事项"))
    valid_from = models.DateField(_("从"))
    valid_to = models.DateField(_("到"), null=True, blank=True)

    class Meta:
        verbose_name = _("职责清单")
        verbose_name_plural = _("职责清单")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "item"], condition=Q(valid_to=None), name="a_duty_is_listed_once_per_unit"
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.item}"


class SharedOffice(models.Model):
    """The office a sub-grid shares with the police and its legal adviser (警格与小分格融合)."""

    unit = models.OneToOneField(
        Unit, on_delete=models.CASCADE, related_name="shared_office", verbose_name=_("小分格")
    )
    station = models.ForeignKey(
        Station, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("所在站点")
    )
    name = models.CharField(_("名称"), max_length=80)

    class Meta:
        verbose_name = _("联合办公室")
        verbose_name_plural = _("联合办公室")

    def __str__(self) -> str:
        return self.name


class OfficeDuty(models.Model):
    """One line of a shared office's roster."""

    office = models.ForeignKey(
        SharedOffice, on_delete=models.CASCADE, related_name="roster", verbose_name=_("办公室")
    )
    weekday = models.SmallIntegerField(_("星期"), help_text=_("1 是周一"))
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, verbose_name=_("人员"))
    opens = models.TimeField(_("从"))
    closes = models.TimeField(_("到"))

    class Meta:
        verbose_name = _("值班表")
        verbose_name_plural = _("值班表")
        ordering = ["weekday", "opens"]

    def __str__(self) -> str:
        return f"{self.office} {self.weekday} {self.person}"
