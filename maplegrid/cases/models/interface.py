"""What was answered to a request with an Idempotency-Key, so that sending it again does nothing twice."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from maplegrid.accounts.models import ApiKey


class KeptReply(models.Model):
    """One answer. `request_digest` tells a repeat from another request under the same key."""

    key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="+", verbose_name=_("接口密钥"))
    repeat_key = models.CharField(_("幂等键"), max_length=64)
    request_digest = models.CharField(_("SM3"), max_length=64)
    status = models.SmallIntegerField(_("状态码"), default=0)
    body = models.JSONField(_("答复"), default=dict)
    kept_at = models.DateTimeField(_("时间"), db_index=True)

    class Meta:
        verbose_name = _("接口答复")
        verbose_name_plural = _("接口答复")
        constraints = [models.UniqueConstraint(fields=["key", "repeat_key"], name="a_request_is_done_once")]

    def __str__(self) -> str:
        return f"{self.key_id} {self.repeat_key[:12]}"
