"""Settings that cannot be meant are refused at the start with one sentence."""

import os
import subprocess
import sys

import pytest

from maplegrid.kit import environment

GOOD = {
    "MAPLEGRID_OIDC_ISSUER": "https://id.example.cn/realms/d",
    "MAPLEGRID_OIDC_CLIENT": "m",
    "MAPLEGRID_OIDC_SECRET": "s",
}


@pytest.mark.parametrize(
    "words", ["https://id.example.cn", "https://id.example.cn/realms/d", "http://localhost:9000", ""]
)
def test_an_address_over_https_or_on_this_machine_is_taken(monkeypatch, words: str):
    monkeypatch.setenv("ADDRESS", words)
    assert environment.web_address("ADDRESS") == words


@pytest.mark.parametrize(
    "words",
    [
        "http://id.example.cn",
        "id.example.cn",
        "ftp://x",
        "https://",
        "https://u:p@x",
        "https://x?a=1",
        "https://x#a",
    ],
)
def test_another_address_is_refused(monkeypatch, words: str):
    monkeypatch.setenv("ADDRESS", words)
    with pytest.raises(environment.BadSetting, match="ADDRESS"):
        environment.web_address("ADDRESS")


def test_a_secret_comes_from_its_file_without_the_line_end(monkeypatch, tmp_path):
    (tmp_path / "secret").write_text("abc\n")
    monkeypatch.setenv("FILE", str(tmp_path / "secret"))
    assert environment.content("FILE") == "abc"
    monkeypatch.setenv("FILE", str(tmp_path / "none"))
    with pytest.raises(environment.BadSetting, match="cannot be read"):
        environment.content("FILE")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, ""),
        ({"MAPLEGRID_OIDC_SECRET": ""}, "needs MAPLEGRID_OIDC_CLIENT"),
        ({"MAPLEGRID_OIDC_CLIENT": ""}, "needs MAPLEGRID_OIDC_CLIENT"),
        ({"MAPLEGRID_OIDC_CLAIM": "email"}, "no proof"),
        ({"MAPLEGRID_OIDC_MATCH": "email"}, "none of username, staff_number"),
    ],
)
def test_half_a_sign_in_and_matching_by_e_mail_are_refused_at_the_start(change: dict[str, str], words: str):
    command = [sys.executable, "-c", "import maplegrid.config.settings"]
    ended = subprocess.run(
        command, env=os.environ | GOOD | change, capture_output=True, text=True, check=False
    )
    assert (ended.returncode != 0) is bool(words)
    assert words in ended.stderr
