"""The command line: exit codes and a last line of JSON, as scripts rely on (formats.md)."""

import json

import pytest
from click.testing import CliRunner, Result

from maplegrid.cli import main
from maplegrid.territory.models import Post

pytestmark = pytest.mark.django_db


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["territory", *map(str, arguments)])


def last(result: Result) -> dict[str, object]:
    return json.loads(result.stdout.strip().splitlines()[-1])


@pytest.fixture
def posts(tmp_path, tiny, clock):
    file = tmp_path / "岗位.csv"
    file.write_text("单元编码,岗位,人数\n440311002001,社区值班员,2\n", encoding="gb18030")
    return file


def test_a_dry_run_writes_nothing_and_an_import_writes(posts, tiny):
    result = run("import", posts, "--kind", "posts", "--dry-run")
    assert result.exit_code == 0, result.output
    assert (last(result)["new"], last(result)["written"]) == (1, False)
    assert not Post.objects.filter(unit=tiny.community).exists()
    result = run("import", posts, "--kind", "posts", "--datum", "GCJ-02")
    assert (result.exit_code, last(result)["written"], last(result)["datum"]) == (0, True, "gcj02")
    assert Post.objects.get(unit=tiny.community).seats == 2


def test_errors_are_named_by_file_and_row_and_refused_with_three(posts):
    posts.write_text("unit,role,seats\n44,格长,1\n", encoding="utf-8")
    for extra in ([], ["--dry-run"]):
        result = run("import", posts, "--kind", "posts", *extra)
        assert result.exit_code == 3
        assert "岗位.csv:2: error: 没有编码为“44”的单元" in result.stderr
        assert last(result)["errors"] == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["import", "missing.csv", "--kind", "posts"],
        ["import", "{file}", "--kind", "roads"],
        ["import", "{file}", "--kind", "posts", "--datum", "西安80"],
        ["import", "{file}", "--kind", "units"],
        ["export", "{file}.kml", "--kind", "units"],
        ["export", "{file}.zip", "--kind", "posts"],
        ["export", "{file}.csv", "--kind", "units", "--under", "999"],
        ["export", "/no/such/folder/x.csv", "--kind", "units"],
    ],
)
def test_what_cannot_be_meant_or_read_is_two(posts, arguments):
    result = run(*[str(word).format(file=posts) for word in arguments])
    assert result.exit_code == 2
    assert result.stderr.strip()
    assert "Traceback" not in result.output


def test_an_export_is_taken_back_as_nothing_new(tmp_path, tiny, clock):
    for ending in ("geojson", "gpkg", "zip", "csv", "xlsx"):
        file = tmp_path / f"单元.{ending}"
        assert last(run("export", file, "--kind", "units"))["rows"] == 17
        result = run("import", file, "--kind", "units", "--dry-run")
        assert (result.exit_code, last(result)["unchanged"]) == (0, 17)
