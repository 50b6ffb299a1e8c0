"""Web, worker and database are killed outright in the middle of 2,000 reports and 200 orders.

Nothing acknowledged is lost, nothing is doubled, every deferred job runs, the audit chain holds.
"""

import json
import subprocess
import sys
import threading

import psycopg
import pytest

from tests.cli.running import Running, clean_environment, eventually, run
from tests.drills.residents import Crowd

pytestmark = pytest.mark.crash
REPORTS, ORDERS = 2000, 200
KILLS = ((250, "worker"), (600, "web"), (1000, "postgres"), (1500, "worker"), (1800, "web"))


def url_of(site: Running) -> str:
    return (site.home / "run" / "database.url").read_text().strip()


def kill(site: Running, what: str) -> None:
    """The process and, for the web, those that answer for it."""
    words = {"worker": "run worker", "web": "run web", "postgres": "postgres -D"}[what]
    found = next(p for p in site.family() if words in " ".join(p.cmdline()))
    found.kill()


def killing(site: Running, crowd: Crowd, killed: list[str]) -> None:
    for count, what in KILLS:
        eventually(lambda count=count: len(crowd.acknowledged) + len(crowd.refused) >= count, f"{count}")
        eventually(lambda what=what: _try_kill(site, what), f"a {what} to kill")
        killed.append(what)


def _try_kill(site: Running, what: str) -> bool:
    try:
        kill(site, what)
    except StopIteration:
        return False
    return True


def test_nothing_acknowledged_is_lost_and_nothing_is_doubled(site: Running):
    crowd, killed = Crowd(site.port, REPORTS), []
    orders = subprocess.Popen(
        [sys.executable, "-m", "tests.drills.orders", str(ORDERS)],
        env=clean_environment(
            site.home, DATABASE_URL=url_of(site), DJANGO_SETTINGS_MODULE="maplegrid.config.settings"
        ),
        stdout=subprocess.PIPE,
        text=True,
    )
    killer = threading.Thread(target=killing, args=(site, crowd, killed), daemon=True)
    killer.start()
    crowd.send_all()
    killer.join(120)
    lifted = [json.loads(line) for line in orders.communicate(timeout=200)[0].splitlines()]

    assert killed == [what for _, what in KILLS]
    assert not crowd.refused
    assert len(crowd.acknowledged) == REPORTS
    assert len(lifted) == ORDERS
    eventually(lambda: jobs_left(site) == 0, "every deferred job to run")
    check_reports(site, crowd)
    check_orders(site, lifted)
    verdict = run(site.home, "audit", "verify", DATABASE_URL=url_of(site))
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr


def asked(site: Running, question: str, *given: object) -> list[tuple]:
    with psycopg.connect(url_of(site)) as connection:
        return connection.execute(question, given or None).fetchall()  # type: ignore[arg-type]


def jobs_left(site: Running) -> int:
    try:
        return asked(
            site,
            "SELECT count(*) FROM procrastinate_jobs WHERE status <> 'succeeded' AND queue_name <> 'clock'",
        )[0][0]
    except psycopg.OperationalError:
        return -1


def check_reports(site: Running, crowd: Crowd) -> None:
    """One message per report, with the number that was acknowledged; one case or place in one for each."""
    kept = dict(
        asked(
            site,
            "SELECT split_part(external_id, '.', 1), number FROM messaging_message WHERE external_id LIKE 'drill-%'",
        )
    )
    assert kept == crowd.acknowledged
    ((messages,),) = asked(site, "SELECT count(*) FROM messaging_message WHERE external_id LIKE 'drill-%'")
    assert messages == REPORTS
    ((unopened,),) = asked(
        site,
        "SELECT count(*) FROM messaging_message m LEFT JOIN cases_appeal a ON a.message_id = m.id"
        " WHERE m.external_id LIKE 'drill-%' AND (a.id IS NULL OR m.opened_at IS NULL)",
    )
    assert unopened == 0
    ((notices, keys),) = asked(
        site, "SELECT count(*), count(DISTINCT key) FROM messaging_notice WHERE key LIKE 'received:%'"
    )
    assert notices == keys == REPORTS
    ((unsent,),) = asked(
        site, "SELECT count(*) FROM messaging_notice WHERE key LIKE 'received:%' AND state <> 'delivered'"
    )
    assert unsent == 0


def check_orders(site: Running, lifted: list[dict[str, str]]) -> None:
    """One order per case, numbered without a gap, each holding its case."""
    rows = asked(
        site,
        "SELECT c.number, o.number FROM cases_order o JOIN cases_case c ON c.id = o.case_id WHERE o.status = 'issued'",
    )
    assert sorted(rows) == sorted((one["case"], one["order"]) for one in lifted)
    numbers = sorted(int(number.split("〕")[1].removesuffix("号")) for _, number in rows)
    assert numbers == list(range(numbers[0], numbers[0] + ORDERS))
    ((held,),) = asked(site, "SELECT count(*) FROM cases_hold WHERE kind = 'order' AND released_at IS NULL")
    assert held == ORDERS
