"""A worker and then PostgreSQL are killed while thousands of breaches of one instant are being escalated.

Each is escalated and noticed exactly once all the same, and the audit chain holds.
"""

import subprocess
import sys

import psycopg
import pytest

from tests.cli.running import Running, clean_environment, eventually, run
from tests.drills.test_kill_nine import asked, kill, url_of

pytestmark = pytest.mark.crash
BREACHES = 3000
OURS = "FROM cases_clock k JOIN cases_case c ON c.id = k.case_id WHERE c.number LIKE 'B-%'"


def marked(site: Running) -> int:
    try:
        return asked(site, f"SELECT count(k.breached_at) {OURS}")[0][0]
    except psycopg.OperationalError:
        return -1


def seed(site: Running) -> None:
    settings = {"DATABASE_URL": url_of(site), "DJANGO_SETTINGS_MODULE": "maplegrid.config.settings"}
    command = [sys.executable, "-m", "tests.drills.breaches", str(BREACHES)]
    subprocess.run(command, env=clean_environment(site.home, **settings), check=True)


def counted(site: Running, question: str) -> tuple[int, int]:
    return asked(site, question)[0]


def test_breaches_are_escalated_and_noticed_once_although_worker_and_database_die(site: Running):
    seed(site)
    for what in ("worker", "postgres"):
        before = max(marked(site), 0)
        eventually(lambda before=before: marked(site) > before, "a batch to be marked")
        kill(site, what)
    assert marked(site) < BREACHES
    eventually(lambda: marked(site) == BREACHES, "every breach to be marked")
    each = (BREACHES, BREACHES)
    steps = (
        "SELECT count(*), count(DISTINCT s.case_id) FROM cases_step s JOIN cases_case c ON c.id = s.case_id"
        " WHERE c.number LIKE 'B-%' AND s.action = "
    )
    assert counted(site, f"{steps}'clock_breached'") == each
    assert counted(site, f"{steps}'escalated'") == each
    told = "SELECT count(*), count(DISTINCT subject) FROM messaging_notice n JOIN cases_case c ON n.subject = 'case:' || c.id"
    assert counted(site, f"{told} WHERE c.number LIKE 'B-%' AND n.key LIKE 'escalated:%'") == each
    written = "SELECT count(*), count(DISTINCT subject) FROM audit_entry e JOIN cases_case c ON e.subject = 'case:' || c.id"
    assert counted(site, f"{written} WHERE c.number LIKE 'B-%' AND e.action = 'case.escalated'") == each
    verdict = run(site.home, "audit", "verify", DATABASE_URL=url_of(site))
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
