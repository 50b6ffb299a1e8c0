"""maplegrid sms: what to register, and a gateway to try with, as an operator calls them."""

import csv
import io
import json
import subprocess
import sys
from http.client import HTTPConnection

import pytest

from tests.cli.running import clean_environment, eventually, free_port, run


@pytest.fixture
def secrets(tmp_path):
    (tmp_path / "secret").write_text("a-secret")
    return {"MAPLEGRID_SMS": "http", "MAPLEGRID_SMS_HTTP_SECRET_FILE": str(tmp_path / "secret")}


@pytest.mark.django_db
def test_every_wording_is_listed_in_both_languages_with_what_is_missing(tmp_path, monkeypatch):
    from click.testing import CliRunner
    from django.conf import settings

    from maplegrid.cli import sms

    monkeypatch.setattr(sms, "use_django", lambda **_: None)
    monkeypatch.setattr(settings, "SMS_GATEWAYS", ["aliyun"])
    result = CliRunner().invoke(sms.command, ["wordings"])
    *table, last = result.stdout.splitlines()
    rows = list(csv.DictReader(io.StringIO("\n".join(table))))
    assert {row["language"] for row in rows} == {"zh-hans", "en"}
    assert all(row["wording"] and not row["wording"].startswith("【") and row["aliyun"] == "" for row in rows)
    assert json.loads(last) == {"wordings": len(rows), "missing": len(rows)}


def test_the_gateway_server_answers_for_the_accounts_of_the_settings(tmp_path, secrets):
    port = free_port()
    command = [sys.executable, "-m", "maplegrid.cli.run", "sms", "gateway", "--port", str(port)]
    child = subprocess.Popen(command, env=clean_environment(tmp_path, **secrets), stderr=subprocess.DEVNULL)

    def asked():
        line = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            line.request("GET", "/")
            return json.loads(line.getresponse().read())
        except OSError:
            return None
        finally:
            line.close()

    try:
        assert eventually(asked, "the server to answer") == {"messages": [], "refused": []}
    finally:
        child.kill()
        child.wait()


def test_without_an_account_one_sentence_says_what_to_set(tmp_path):
    done = run(tmp_path, "sms", "gateway")
    assert done.returncode == 2
    assert "docs/how-to/sms.md" in done.stderr
