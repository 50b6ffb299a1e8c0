"""What /api/v1 remembers: answers to requests with an Idempotency-Key, and who is told of what through webhooks."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maplegrid.accounts.models import ApiKey
from maplegrid.kit.fields import EncryptedTextField


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


class Webhook(models.Model):
    """An address that is told of events, as far as its key's person may see them. `secret` signs what is sent."""

    key = models.ForeignKey(
        ApiKey, on_delete=models.CASCADE, related_name="webhooks", verbose_name=_("接口密钥")
    )
    url = models.CharField(_("地址"), max_length=500)
    events = ArrayField(models.CharField(max_length=40), verbose_name=_("事件"))
    secret = EncryptedTextField(_("签名密钥"))
    created_at = models.DateTimeField(_("建立"))
    ended_at = models.DateTimeField(_("停止"), null=True, blank=True)

    class Meta:
        verbose_name = _("推送")
        verbose_name_plural = _("推送")
        indexes = [models.Index(fields=["key"], name="live_webhooks", condition=Q(ended_at=None))]

    def __str__(self) -> str:
        return self.url


class Delivery(models.Model):
    """One event for one address. `occurrence` names the event, so that a repeated job tells nobody twice."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等待发送")
        DELIVERED = "delivered", _("已送达")
        GIVEN_UP = "given_up", _("多次没送到，已停发")
        WITHHELD = "withheld", _("已无权知道，没有发")

    webhook = models.ForeignKey(
        Webhook, on_delete=models.CASCADE, related_name="deliveries", verbose_name=_("推送")
    )
    uuid = models.UUIDField(_("推送编号"), unique=True)
    event = models.CharField(_("事件"), max_length=40)
    occurrence = models.CharField(_("去重键"), max_length=120)
    subject = models.CharField(_("关于"), max_length=40)
    body = models.JSONField(_("内容"))
    state = models.CharField(_("状态"), max_length=12, choices=State, default=State.WAITING)
    attempts = models.SmallIntegerField(_("试过几次"), default=0)
    trouble = models.CharField(_("没送到的原因"), max_length=40, blank=True)
    queued_at = models.DateTimeField(_("排队"), db_index=True)
    next_at = models.DateTimeField(_("下次发送"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("送达"), null=True, blank=True)

    class Meta:
        verbose_name = _("推送记录")
        verbose_name_plural = _("推送记录")
        constraints = [
            models.UniqueConstraint(fields=["webhook", "occurrence"], name="an_event_is_one_delivery")
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.uuid}"
