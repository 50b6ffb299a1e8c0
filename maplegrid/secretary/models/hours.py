"""A host's hours: rooms, the weekly pattern, days away and extra times."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from maplegrid.territory.models import Unit


class Room(models.Model):
    """Where people are met. `accessible` means without steps from the street to the chair."""

    name = models.CharField(_("名称"), max_length=80)
    name_en = models.CharField(_("英文名称"), max_length=120, blank=True)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="meeting_rooms", verbose_name=_("所属单元")
    )
    address = models.CharField(_("地址"), max_length=160, blank=True)
    accessible = models.BooleanField(_("无障碍"), default=False)
    active = models.BooleanField(_("在用"), default=True)

    class Meta:
        verbose_name = _("接访室")
        verbose_name_plural = _("接访室")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class WeeklyHours(models.Model):
    """Standing hours on a day of the week, cut into meetings of `minutes`."""

    host = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("接访的人")
    )
    weekday = models.SmallIntegerField(_("星期"), help_text=_("1 是周一"))
    opens = models.TimeField(_("从"))
    closes = models.TimeField(_("到"))
    minutes = models.SmallIntegerField(_("每次（分）"), default=30)
    room = models.ForeignKey(
        Room, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("接访室")
    )
    video = models.BooleanField(_("可以视频"), default=False)
    valid_from = models.DateField(_("启用"))
    valid_to = models.DateField(_("停用"), null=True, blank=True)

    class Meta:
        verbose_name = _("每周接访时间")
        verbose_name_plural = _("每周接访时间")
        ordering = ["weekday", "opens", "id"]
        indexes = [models.Index(fields=["host"])]
        constraints = [
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="hours_end_after_they_start"),
            models.CheckConstraint(
                condition=Q(room__isnull=False) | Q(video=True), name="hours_have_a_room_or_video"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.host} {self.weekday} {self.opens:%H:%M}"


class ChangedHours(models.Model):
    """Away for a time; or, with `minutes`, extra meetings at a time outside the week."""

    host = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("接访的人")
    )
    starts_at = models.DateTimeField(_("从"))
    ends_at = models.DateTimeField(_("到"))
    minutes = models.SmallIntegerField(_("每次（分）"), null=True, blank=True)
    room = models.ForeignKey(
        Room, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("接访室")
    )
    video = models.BooleanField(_("可以视频"), default=False)
    reason = models.CharField(_("原因"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("临时变动")
        verbose_name_plural = _("临时变动")
        ordering = ["starts_at", "id"]
        indexes = [models.Index(fields=["host", "ends_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="a_change_ends_after_it_starts"
            )
        ]

    def __str__(self) -> str:
        return f"{self.host} {self.starts_at:%m-%d %H:%M}"
