"""What came in through a door, what went out, and what was attached. Nothing that arrived is ever dropped."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from maplegrid.accounts.models import ApiKey
from maplegrid.kit.fields import EncryptedTextField
from maplegrid.messaging.sms.tables import CallTask as CallTask
from maplegrid.messaging.sms.tables import SmsAttempt as SmsAttempt
from maplegrid.messaging.sms.tables import SmsTemplate as SmsTemplate
from maplegrid.messaging.staff.tables import NoticeWish as NoticeWish
from maplegrid.rules.notices import KIND_NAMES, Kind
from maplegrid.rules.vocabulary import CHANNEL_NAMES, Channel
from maplegrid.territory.models import Building, Door, Unit

CHANNEL_CHOICES = [(channel.value, CHANNEL_NAMES[channel]) for channel in Channel]


class NumberRange(models.Model):
    """The next number of a year; taken by one conditional update, so numbers never repeat."""

    year = models.IntegerField(primary_key=True)
    used = models.IntegerField(default=0)

    class Meta:
        verbose_name = _("编号段")
        verbose_name_plural = _("编号段")

    def __str__(self) -> str:
        return f"{self.year}: {self.used}"


class RelayLink(models.Model):
    """A link a named grid worker drops into a group; what comes back through it is what people chose to send."""

    token = models.CharField(_("令牌"), max_length=32, unique=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, verbose_name=_("谁发的"))
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, verbose_name=_("小分格"))
    building = models.ForeignKey(
        Building, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("楼栋")
    )
    group_name = models.CharField(_("哪个群"), max_length=80, blank=True)
    created_at = models.DateTimeField(_("发出"))
    expires_at = models.DateTimeField(_("失效"))

    class Meta:
        verbose_name = _("转报链接")
        verbose_name_plural = _("转报链接")

    def __str__(self) -> str:
        return f"{self.person} {self.created_at:%m-%d %H:%M}"


class Message(models.Model):
    """One message as it arrived. Channel + external id make a repeat harmless."""

    channel = models.CharField(_("渠道"), max_length=16, choices=CHANNEL_CHOICES)
    external_id = models.CharField(_("外部编号"), max_length=120)
    number = models.CharField(_("编号"), max_length=20, unique=True)
    code_digest = models.CharField(_("查询码"), max_length=64, blank=True)
    received_at = models.DateTimeField(_("收到"), db_index=True)
    sent_at = models.DateTimeField(_("原发时间"), null=True, blank=True)
    title = models.CharField(_("标题"), max_length=200, blank=True)
    text = models.TextField(_("原话"), blank=True)
    anonymous = models.BooleanField(_("不留名字"), default=False)
    contact_name = EncryptedTextField(_("称呼"), blank=True)
    contact_phone = EncryptedTextField(_("电话"), blank=True)
    phone_index = models.CharField(max_length=64, blank=True, db_index=True)
    place_words = models.CharField(_("在哪里"), max_length=200, blank=True)
    lon = models.FloatField(_("经度"), null=True, blank=True)
    lat = models.FloatField(_("纬度"), null=True, blank=True)
    datum = models.CharField(_("坐标系"), max_length=12, blank=True)
    accuracy_m = models.FloatField(_("误差（米）"), null=True, blank=True)
    building = models.ForeignKey(
        Building, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("楼栋")
    )
    door = models.ForeignKey(Door, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("门"))
    unit_hint = models.ForeignKey(
        Unit, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("单元提示")
    )
    relay = models.ForeignKey(
        RelayLink, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("转报链接")
    )
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("登记人")
    )
    api_key = models.ForeignKey(
        ApiKey, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("接口密钥")
    )
    category_hint = models.CharField(_("提交方选的类别"), max_length=8, blank=True)
    consent = models.JSONField(_("本人同意"), default=dict, blank=True)
    me_too_of = models.CharField(_("我家也是"), max_length=20, blank=True)
    language = models.CharField(_("语言"), max_length=10, blank=True)
    raw = models.JSONField(_("原始记录"), default=dict, blank=True)
    opened_at = models.DateTimeField(_("立案时间"), null=True, blank=True)
    trouble = models.CharField(_("读不了的原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("来件")
        verbose_name_plural = _("来件")
        constraints = [
            models.UniqueConstraint(fields=["channel", "external_id"], name="a_message_is_taken_once")
        ]
        indexes = [
            models.Index(fields=["received_at"], name="unopened_messages", condition=Q(opened_at=None))
        ]

    def __str__(self) -> str:
        return self.number


class LookedAt(models.Manager["Attachment"]):
    """Attachments anybody may see: not those put aside until the scanner answers."""

    def get_queryset(self) -> models.QuerySet["Attachment"]:
        return super().get_queryset().filter(waiting_scan=False)


class Attachment(models.Model):
    """A photo or file: type sniffed, position read then stripped, kept under its own digest, never executed."""

    message = models.ForeignKey(
        Message,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="attachments",
        verbose_name=_("来件"),
    )
    path = models.CharField(_("文件"), max_length=160)
    thumb_path = models.CharField(_("缩略图"), max_length=160, blank=True)
    name = models.CharField(_("原文件名"), max_length=120, blank=True)
    mime = models.CharField(_("类型"), max_length=60)
    size = models.IntegerField(_("字节"))
    digest = models.CharField("SM3", max_length=64)
    width = models.IntegerField(null=True, blank=True)
    height = models.IntegerField(null=True, blank=True)
    taken_at = models.DateTimeField(_("拍摄时间"), null=True, blank=True)
    taken_lon = models.FloatField(null=True, blank=True)
    taken_lat = models.FloatField(null=True, blank=True)
    waiting_scan = models.BooleanField(_("等扫描"), default=False)
    uploaded_at = models.DateTimeField(_("上传时间"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("上传人")
    )

    objects = LookedAt()
    everything = models.Manager["Attachment"]()

    class Meta:
        verbose_name = _("附件")
        verbose_name_plural = _("附件")
        indexes = [models.Index(fields=["id"], name="attachments_put_aside", condition=Q(waiting_scan=True))]

    def __str__(self) -> str:
        return self.name or self.digest[:12]


class Notice(models.Model):
    """One message out: to whom, what, who must never get it, and every receipt as evidence."""

    class State(models.TextChoices):
        QUEUED = "queued", _("等待发送")
        SENT = "sent", _("已发出")
        ACCEPTED = "accepted", _("网关已受理")
        DELIVERED = "delivered", _("已送达")
        FAILED = "failed", _("没送到")
        WITHHELD = "withheld", _("按回避规则没有发")

    key = models.CharField(_("去重键"), max_length=120, unique=True)
    message = models.ForeignKey(
        Message,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="notices",
        verbose_name=_("给谁的来件"),
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        verbose_name=_("给工作人员"),
    )
    gateway = models.CharField(_("网关"), max_length=20)
    kind = models.CharField(_("种类"), max_length=12, choices=list(KIND_NAMES.items()), default=Kind.NEWS)
    subject = models.CharField(_("关于"), max_length=40, blank=True, db_index=True)
    body = models.TextField(_("内容"))
    words = models.JSONField(_("可译的内容"), default=dict, blank=True)
    excluding = models.JSONField(_("回避名单"), default=list)
    state = models.CharField(_("状态"), max_length=12, choices=State, default=State.QUEUED)
    queued_at = models.DateTimeField(_("排队"))
    sent_at = models.DateTimeField(_("发出"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("送达"), null=True, blank=True)
    read_at = models.DateTimeField(_("已读"), null=True, blank=True)
    receipts = models.JSONField(_("回执"), default=list)

    class Meta:
        verbose_name = _("通知")
        verbose_name_plural = _("通知")
        indexes = [models.Index(fields=["person", "read_at"])]

    def __str__(self) -> str:
        return self.key

    @property
    def number(self) -> str:
        """Where a text message of it goes: the reporter's number or the member of staff's; "" for nobody's."""
        if self.message is not None:
            return self.message.contact_phone
        return self.person.phone if self.person else ""

    def told(self) -> str:
        """What it says, in the reader's language where its words are ours."""
        blanks = {name: words for name, words in self.words.items() if name != "sentence"}
        return gettext(self.words["sentence"]).format(**blanks) if self.words else self.body


class ImportBatch(models.Model):
    """One file of other systems' records, row by row: taken, seen before, or kept although unreadable."""

    name = models.CharField(_("文件"), max_length=200)
    source = models.CharField(_("来源"), max_length=60)
    digest = models.CharField("SM3", max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, verbose_name=_("谁导入")
    )
    started_at = models.DateTimeField(_("开始"))
    finished_at = models.DateTimeField(_("完成"), null=True, blank=True)
    rows = models.IntegerField(_("行数"), default=0)
    taken = models.IntegerField(_("收下"), default=0)
    repeated = models.IntegerField(_("以前收过"), default=0)
    troubled = models.IntegerField(_("读不全"), default=0)

    class Meta:
        verbose_name = _("导入批次")
        verbose_name_plural = _("导入批次")

    def __str__(self) -> str:
        return self.name
