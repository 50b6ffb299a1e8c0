"""What desks keep for themselves: saved views of the inbox, and the district's own forms for ledgers."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maplegrid.accounts.models import Body
from maplegrid.territory.models import Unit


class SavedView(models.Model):
    """A name for a set of filters. Shared with one unit or body, each reader still sees only their own cases."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views", verbose_name=_("谁的")
    )
    name = models.CharField(_("名称"), max_length=40)
    address = models.CharField(_("筛选"), max_length=600, blank=True)
    unit = models.ForeignKey(
        Unit, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("给哪个单元")
    )
    body = models.ForeignKey(
        Body, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("给哪个机构")
    )
    created_at = models.DateTimeField(_("建立"))

    class Meta:
        verbose_name = _("视图")
        verbose_name_plural = _("视图")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="one_view_of_a_name_per_person"),
            models.CheckConstraint(
                condition=Q(unit=None) | Q(body=None), name="a_view_is_shared_with_one_circle"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LedgerTemplate(models.Model):
    """The district's own xlsx form of one ledger; the newest is the one in use, older ones stay as evidence."""

    kind = models.CharField(_("台账"), max_length=12)
    name = models.CharField(_("文件名"), max_length=120)
    data = models.BinaryField(_("文件"))
    digest = models.CharField("SM3", max_length=64)
    uploaded_at = models.DateTimeField(_("上传时间"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("谁上传")
    )
    withdrawn_at = models.DateTimeField(_("停用"), null=True, blank=True)

    class Meta:
        verbose_name = _("台账样式")
        verbose_name_plural = _("台账样式")
        indexes = [models.Index(fields=["kind", "-uploaded_at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"
