"""The case was erased: what was said, promised and answered in its meeting goes too; times and figures stay."""

from django.db import transaction

from maplegrid.secretary.models import Answer, Audience, Call, Commitment, Conflict, Meeting

GONE = "已删除"


def empty_audience(*, case_id: int) -> None:
    """Every word about one letter. Repeating it changes nothing."""
    with transaction.atomic():
        Audience.objects.filter(case_id=case_id).update(companion="")
        Conflict.objects.filter(audience__case_id=case_id).update(words="")
        Meeting.objects.filter(audience__case_id=case_id).update(attended="", minutes="", video_key="")
        Commitment.objects.filter(audience__case_id=case_id).update(words=GONE, done_words="")
        Call.objects.filter(audience__case_id=case_id).update(words="")
        names = ("asked", "found", "decided", "basis", "remedy")
        Answer.objects.filter(audience__case_id=case_id).update(**dict.fromkeys(names, GONE))
