"""Names and makers for the tests of text messages."""

from datetime import datetime

from maplegrid.messaging.models import Notice, SmsAttempt, SmsTemplate
from maplegrid.messaging.sms.sending import send_attempt
from maplegrid.messaging.sms.wordings import sentences
from maplegrid.rules.text_messages import without_sign
from tests.builders import receive
from tests.cast import NOON

KEY, SECRET, SIGN, APP = "AKexample", "secret-of-an-account", "枫格", "1400006666"
TOKEN = "t" * 32
PHONE = "13800001111"


def register_all(*gateways: str) -> None:
    """Each wording the product can send, in Chinese, under an invented number."""
    for gateway in gateways or ("aliyun", "tencent", "http"):
        for number, sentence in enumerate(sentences().values(), 1):
            code = f"SMS_{number}" if gateway == "aliyun" else str(number)
            SmsTemplate.objects.create(
                gateway=gateway, wording=without_sign(sentence), code=code, approved_on=NOON.date()
            )


def notice_to(phone: str = PHONE, now: datetime = NOON, **known) -> Notice:
    """Somebody leaves a message with a number; the notice that says it was received."""
    message = receive(contact_phone=phone, now=now, **known).message
    return Notice.objects.get(message=message)


def run_attempt(notice: Notice, now: datetime) -> SmsAttempt:
    """The latest attempt of a notice, handed over now."""
    attempt = notice.attempts.order_by("-turn").first()
    assert attempt is not None
    send_attempt(attempt_id=attempt.pk, now=now)
    attempt.refresh_from_db()
    notice.refresh_from_db()
    return attempt
