"""A worker is killed between handing a text message over and hearing the gateway's answer: it never leaves twice."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree

import psycopg
import pytest

from maplegrid.messaging.sms.wordings import every_wording
from maplegrid.simulate.sms_gateway import Fault, GatewayServer
from maplegrid.simulate.sms_gateway.plain import PlainSide
from tests.cli.running import Running, eventually
from tests.drills.residents import Crowd
from tests.drills.test_kill_nine import asked, kill, url_of

pytestmark = pytest.mark.crash
SECRET = "a-secret-of-the-drill"


@pytest.fixture
def gateway() -> Iterator[GatewayServer]:
    running = GatewayServer([PlainSide(SECRET)]).run_aside()
    yield running
    running.shutdown()
    running.server_close()


@pytest.fixture
def texting(gateway: GatewayServer) -> Iterator[Running]:
    """A site whose only gateway is the one of this test, with every wording registered."""
    home = Path(tempfile.mkdtemp(prefix="maplegrid-texting-"))
    home.chmod(0o755)
    (home / "secret").write_text(SECRET)
    running = Running(
        home,
        MAPLEGRID_SMS="http",
        MAPLEGRID_SMS_HTTP_ENDPOINT=gateway.address,
        MAPLEGRID_SMS_HTTP_SECRET_FILE=str(home / "secret"),
    )
    try:
        yield running.until_ready()
    finally:
        running.stop()
        rmtree(home, ignore_errors=True)


def register_all(site: Running) -> None:
    insert = (
        "INSERT INTO messaging_smstemplate (gateway, wording, code, approved_on, active) "
        "VALUES ('http', %s, %s, '2026-11-01', true)"
    )
    with psycopg.connect(url_of(site)) as connection:
        for number, one in enumerate(every_wording()):
            connection.execute(insert, [one.words, f"T{number}"])


def test_a_text_whose_worker_died_before_the_answer_is_asked_about_and_not_sent_again(texting, gateway):
    register_all(texting)
    gateway.box.plan = [Fault(answer_s=8)]
    Crowd(texting.port, 1).send_all()
    eventually(lambda: gateway.box.held, "the message to be handed over")
    kill(texting, "worker")
    state = "SELECT state, turn, code FROM messaging_smsattempt"
    assert asked(texting, state) == [("sent", 1, "")]
    eventually(lambda: asked(texting, state) == [("delivered", 1, "")], "the receipt to be asked for")
    assert asked(texting, "SELECT state FROM messaging_notice WHERE gateway = 'http'") == [("delivered",)]
    assert len(gateway.box.held) == 1
    assert gateway.box.refused == []
