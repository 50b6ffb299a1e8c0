"""Who did what, when, why: entries linked by SM3 digests in a few parallel chains.

A writer takes the first chain that nobody else holds (SKIP LOCKED), so writers never wait for each other.
The database itself refuses to change or delete an entry (migration 0002).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Chain(models.Model):
    """One chain's head: how many entries it has and the digest of the last."""

    count = models.BigIntegerField(default=0)
    head = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        verbose_name = _("审计链")
        verbose_name_plural = _("审计链")

    def __str__(self) -> str:
        return f"{self.pk}: {self.count}"


class Entry(models.Model):
    """One thing that was done or looked at. `actor` and `subject` are plain references: audit knows nobody."""

    chain = models.ForeignKey(Chain, on_delete=models.PROTECT)
    seq = models.BigIntegerField()
    at = models.DateTimeField(db_index=True)
    actor = models.CharField(max_length=80)
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=80, db_index=True)
    reason = models.TextField(blank=True)
    detail = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("审计记录")
        verbose_name_plural = _("审计记录")
        constraints = [models.UniqueConstraint(fields=["chain", "seq"], name="one_entry_per_place_in_chain")]
        indexes = [models.Index(fields=["actor", "at"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.action} {self.subject}"


class Anchor(models.Model):
    """The state of all chains at the end of a day; kept, printed, and compared by `maplegrid audit verify`."""

    day = models.DateField(unique=True)
    made_at = models.DateTimeField()
    count = models.BigIntegerField()
    heads = models.JSONField()
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("每日锚定")
        verbose_name_plural = _("每日锚定")

    def __str__(self) -> str:
        return f"{self.day} {self.count}"
