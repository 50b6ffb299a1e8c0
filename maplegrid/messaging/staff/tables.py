"""How a member of staff wants to be told; nobody without a row gets a text message."""

from datetime import time
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from maplegrid.rules.notices import How, Kind, Quiet, Wish


class NoticeWish(models.Model):
    """One person's wish, and how far they have been told: `told_until` is the last notice a text has covered."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_wish", verbose_name=_("人员")
    )
    texts = models.BooleanField(_("发短信提醒我"), default=False)
    how = models.JSONField(_("各种消息怎么告诉我"), default=dict, blank=True)
    quiet_from = models.TimeField(_("免打扰从"), null=True, blank=True, default=time(22))
    quiet_to = models.TimeField(_("免打扰到"), null=True, blank=True, default=time(7))
    digests = models.JSONField(_("汇总的时间"), default=list)
    rest_days = models.BooleanField(_("休息日也汇总"), default=False)
    told_until = models.BigIntegerField(default=0)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("消息设置")
        verbose_name_plural = _("消息设置")

    def __str__(self) -> str:
        return f"{self.person}"

    @property
    def wish(self) -> Wish:
        """What the rules read."""
        quiet = Quiet(self.quiet_from, self.quiet_to) if self.quiet_from and self.quiet_to else None
        digests = tuple(time.fromisoformat(at) for at in self.digests) or Wish().digests
        how = {**Wish().how, **{Kind(kind): How(way) for kind, way in self.how.items()}}
        return Wish(how, quiet, digests, self.rest_days)

    def keep(self, wish: Wish) -> dict[str, Any]:
        """The same as columns."""
        return {
            "how": {str(kind): str(way) for kind, way in wish.how.items()},
            "quiet_from": wish.quiet.start if wish.quiet else None,
            "quiet_to": wish.quiet.end if wish.quiet else None,
            "digests": [f"{at:%H:%M}" for at in sorted(set(wish.digests))],
            "rest_days": wish.rest_days,
        }
