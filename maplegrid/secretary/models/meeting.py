"""A meeting of one host with one resident, and the quarter-hours it takes: each is taken once."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from maplegrid.secretary.models.audience import Audience
from maplegrid.secretary.models.hours import Room


class Meeting(models.Model):
    """One appointment. A moved one is another row; `serial` counts them for the calendar's invitation."""

    class State(models.TextChoices):
        HELD = "held", _("留着，等确认")
        AGREED = "agreed", _("约好了")
        MET = "met", _("见过了")
        MISSED = "missed", _("没有见成")
        DROPPED = "dropped", _("改了或取消了")

    audience = models.ForeignKey(
        Audience, on_delete=models.CASCADE, related_name="meetings", verbose_name=_("来信")
    )
    host = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="meetings",
        verbose_name=_("接访的人"),
    )
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    room = models.ForeignKey(
        Room, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("接访室")
    )
    video_key = models.CharField(_("视频房间"), max_length=40, blank=True)
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.HELD)
    serial = models.SmallIntegerField(_("第几次约"), default=0)
    held_at = models.DateTimeField(_("留下"))
    agreed_at = models.DateTimeField(_("确认"), null=True, blank=True)
    ended_at = models.DateTimeField(_("了结"), null=True, blank=True)
    reminders = models.SmallIntegerField(_("提醒过几次"), default=0)
    attended = models.CharField(_("谁在场"), max_length=200, blank=True)
    minutes = models.TextField(_("谈了什么"), blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("谁记的"),
    )

    class Meta:
        verbose_name = _("接访")
        verbose_name_plural = _("接访")
        ordering = ["-serial"]
        indexes = [
            models.Index(
                fields=["host", "starts_at"], name="meetings_ahead", condition=Q(state__in=("held", "agreed"))
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="a_meeting_ends_after_it_starts"
            ),
            models.UniqueConstraint(
                fields=["audience"], condition=Q(state__in=("held", "agreed")), name="one_meeting_ahead"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.host_id} {self.starts_at:%m-%d %H:%M}"


class Taken(models.Model):
    """A quarter of an hour of a host or a room. The unique key is what makes double booking impossible.

    (The embedded PostgreSQL has no btree_gist, so overlap is excluded by cells instead of ranges.)
    """

    kind = models.CharField(max_length=4, choices=[("host", _("接访的人")), ("room", _("接访室"))])
    key = models.BigIntegerField()
    cell_at = models.DateTimeField(_("一刻钟"))
    meeting = models.ForeignKey(
        Meeting, on_delete=models.CASCADE, related_name="cells", verbose_name=_("接访")
    )

    class Meta:
        verbose_name = _("占用")
        verbose_name_plural = _("占用")
        constraints = [
            models.UniqueConstraint(fields=["kind", "key", "cell_at"], name="a_cell_is_taken_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} {self.cell_at:%m-%d %H:%M}"
