"""A dry run says row by row what is wrong, in sentences, and writes nothing; so does a refused import."""

import io
import json
import zipfile

import pytest
import shapely

from maplegrid.audit.models import Entry
from maplegrid.engines.geodesy import Datum
from maplegrid.rules.vocabulary import Role
from maplegrid.territory.actions import OPERATOR, Refused
from maplegrid.territory.exchange import (
    ImportRefused,
    Kind,
    Severity,
    UnreadableFile,
    Upload,
    apply,
    datum_of,
    dry_run,
)
from maplegrid.territory.models import Assignment, Building, Unit, UnitVersion
from tests.territory.towers import NOW, SOUTH, WEST, square

pytestmark = pytest.mark.django_db
HEADERS = {
    Kind.UNITS: "code,name,level,parent,geometry",
    Kind.STAFF: "username,words,role,unit,body,valid_from,valid_to",
    Kind.POSTS: "unit,role,seats",
    Kind.BUILDINGS: "code,name,grid,residents,lon,lat",
    Kind.STATIONS: "code,name,tier,unit,kinds,opens,closes,weekdays,lon,lat",
    Kind.POLICE_GRIDS: "code,name,body,geometry",
}


@pytest.fixture(autouse=True)
def _now(clock):
    pass


def csv_of(kind: Kind, *rows: str) -> Upload:
    return Upload("文件.csv", "\n".join([HEADERS[kind], *rows]).encode())


def sentences(kind: Kind, *rows: str, actor=OPERATOR) -> list[tuple[int, str]]:
    report = dry_run(csv_of(kind, *rows), kind, Datum.CGCS2000, actor=actor, now=NOW)
    return [(found.row_number, found.sentence) for found in report.rows]


def wkt(shape: shapely.Geometry) -> str:
    return f'"{shapely.to_wkt(shape)}"'


G, S = "440311002001", "440311002001F04"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (f"{G}0X,新,grid,{S},{wkt(square(0, 1))}", "综合网格的编码应当是15 位数字"),
        (f"440311002002009,新,grid,{S},{wkt(square(0, 1))}", "应当以上级的“440311002001”开头"),
        (f"{G}009,新,grid,{G},{wkt(square(0, 1))}", "综合网格的上级应当是小分格"),
        (f"{G}009,新,grid,{G}F09,{wkt(square(0, 1))}", "没有上级单元“440311002001F09”"),
        (f"{G}009,新,村委,{S},{wkt(square(0, 1))}", "没有“村委”这个层级"),
        (f"{G}009,新,grid,{S},", "新单元要有边界"),
        (f"{G}009,新,grid,{S},{wkt(square(0, 1, 0.5))}", "重叠约"),
        (f"{G}009,新,grid,,{wkt(square(30, 30))}", "没有写上级，也没有小分格在这个位置"),
        (f"{G}003,改,grid,{S},{wkt(square(0, 1, 0.5))}", "不属于任何下级单元"),
        (f"{G}003,改,grid,{S},{wkt(square(0, 1, 1, 2))}", "超出公明社区04小分格"),
        (f"{G}003,改,grid,{S},{wkt(square(0, 1).boundary)}", "不是面"),
        (f'{G}003,改,grid,{S},"POLYGON ((113 22, 114 22, 114 23))"', "没有闭合"),
        (f'{G}003,改,grid,{S},"POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))"', "自己交叉"),
        (
            f'{G}003,改,grid,{S},"POLYGON ((500000 2500000, 500100 2500000, 500100 2500100, 500000 2500000))"',
            "坐标不在地球上",
        ),
        (f'{G}003,改,grid,{S},"POLYGON ((22.7 113.9, 22.8 113.9, 22.8 114, 22.7 113.9))"', "可能写反了"),
        (f"{G}003,改,grid,{S},方形", "要写 WKT"),
        (f"{G}003,,grid,{S},", "没有写名称"),
        (f"{G}003,=1+1,grid,{S},", "不能以 = + - @ 开头"),
        (f"{G}003,{'长' * 81},grid,{S},", "最多 80 个字"),
        (f"{S},改,grid,{S},", "综合网格的编码应当是15 位数字"),
        (f"{G}003,改,grid", "这一行有 3 列，表头有 5 列"),
    ],
)
def test_what_is_wrong_with_a_unit_is_said_at_its_row(tiny, row, words):
    found = sentences(Kind.UNITS, f"{G}001,公明社区第001网格,,,", row)
    assert [number for number, _sentence in found] == [3] * len(found) != []
    assert words in "；".join(sentence for _number, sentence in found)


def test_units_that_fit_are_counted_and_nothing_is_written(tiny):
    before = (Unit.objects.count(), UnitVersion.objects.count(), Entry.objects.count())
    upload = csv_of(
        Kind.UNITS,
        f"{G}003,公明社区第003网格,grid,{S},{wkt(square(0, 1, 0.4))}",
        f"{G}009,公明社区第009网格,grid,,{wkt(square(0.4, 1, 0.6))}",
        f"{G}001,换了名字,,,",
        f"{G}002,公明社区第002网格,,,",
    )
    report = dry_run(upload, Kind.UNITS, Datum.CGCS2000, now=NOW)
    assert report.rows == ()
    assert (report.summary.new, report.summary.changed, report.summary.unchanged) == (1, 2, 1)
    assert (Unit.objects.count(), UnitVersion.objects.count(), Entry.objects.count()) == before
    apply(upload, Kind.UNITS, Datum.CGCS2000, actor=tiny.actor(tiny.grid_centre), now=NOW)
    assert Unit.objects.get(code=f"{G}009").parent == tiny.sub_grid04
    assert Unit.objects.get(code=f"{G}001", valid_to=None).name == "换了名字"
    assert UnitVersion.objects.filter(unit__code=f"{G}003").count() == 2


def test_a_gap_left_by_the_whole_file_is_said_at_the_first_row_of_the_family(tiny):
    found = sentences(
        Kind.UNITS,
        f"{G}001,公明社区第001网格,,,",
        f"{G}003,公明社区第003网格,grid,{S},{wkt(square(0, 1, 0.5))}",
        f"{G}004,公明社区第004网格,grid,{S},{wkt(square(1, 1))}",
    )
    assert [number for number, _sentence in found] == [3]
    assert "公明社区04小分格里有约" in found[0][1]


def test_the_same_code_twice_is_said_at_the_second(tiny):
    [(number, words)] = sentences(Kind.UNITS, f"{G}001,一,,,", f"{G}001,二,,,")
    assert (number, words) == (3, f"和第 2 行重复：{G}001")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("new,新人,格长,440311002001F04,,,", "只有 1 个，已经有人"),
        ("new,新人,格长,440311002001,,,", "格长要安排在小分格这一级"),
        ("new,新人,格长,44,,,", "没有编码为“44”的单元"),
        ("new,新人,局长,440311,,,", "没有“局长”这个岗位"),
        ("new,新人,部门经办人,,,,", "部门经办人要写明是哪个部门"),
        ("new,新人,部门经办人,,区气象局,,", "没有“区气象局”这个机构"),
        ("new,,基础网格信息岗,440311002001F04,,,", "新人员要写“显示为”"),
        ("bad name!,新人,基础网格信息岗,440311002001F04,,,", "用户名只能用"),
        ("new,新人,基础网格信息岗,440311002001F04,,2026-13-01,", "不是日期"),
        ("new,新人,基础网格信息岗,440311002001F04,,2026-09-01,2026/9/1", "结束的日期要在开始之后"),
        ("security_admin,,基础网格信息岗,440311002001F04,,,", "管理员不能同时办理案件"),
        (",新人,基础网格信息岗,440311002001F04,,,", "没有写用户名"),
    ],
)
def test_what_is_wrong_with_a_staff_row_is_said_at_its_row(tiny, row, words):
    found = sentences(Kind.STAFF, row)
    assert words in "；".join(sentence for _number, sentence in found)
    assert {number for number, _sentence in found} == {2}


def test_roles_that_exclude_each_other_are_found_within_one_file(tiny):
    found = sentences(Kind.STAFF, "new,新人,审计管理员,440311,,,", "new,新人,系统管理员,440311,,,")
    assert [(number, "不能由一个人兼任" in words) for number, words in found] == [(2, True), (3, True)]


def test_a_successor_takes_the_seat_in_the_same_file(tiny):
    upload = csv_of(
        Kind.STAFF,
        "chief04,,格长,440311002001F04,,,2026-09-16",
        "new,公明社区04小分格格长,格长,440311002001F04,,2026-09-16,",
    )
    report = apply(upload, Kind.STAFF, Datum.CGCS2000, actor=OPERATOR, now=NOW)
    assert (report.summary.new, report.summary.changed) == (1, 1)
    assert tiny.actor(tiny.chief04).seats == ()
    chief = Assignment.objects.get(role=Role.SUBGRID_CHIEF, unit=tiny.sub_grid04, valid_to=None)
    assert chief.person.username == "new"


def test_the_grid_centre_cannot_make_administrators_by_file(tiny):
    found = sentences(Kind.STAFF, "new,新人,安全管理员,440311,,,", actor=tiny.actor(tiny.grid_centre))
    assert [words for _number, words in found] == ["管理员岗位由系统管理员安排"]


@pytest.mark.parametrize(
    ("kind", "row", "words"),
    [
        (Kind.POSTS, "44,格长,1", "没有编码为“44”的单元"),
        (Kind.POSTS, "440311002001F04,格长,两个", "不是 0 到 500 的整数"),
        (Kind.POSTS, "440311002001F04,街道书记,1", "街道书记要安排在街道这一级"),
        (Kind.BUILDINGS, "B9,楼,,12,,", "新楼栋要有经度和纬度"),
        (Kind.BUILDINGS, "B9,楼,,12,113.5,22.5", "不在任何网格里"),
        (Kind.BUILDINGS, "B9,楼,,十二,113.9001,22.7501", "不是 0 到 100000 的整数"),
        (Kind.BUILDINGS, "B9,楼,,12,东经,22.7501", "不是经纬度"),
        (Kind.BUILDINGS, "B9,楼,,12,nan,22.7501", "坐标不在地球上"),
        (Kind.BUILDINGS, "B9,楼,,12,22.7501,113.9001", "可能写反了"),
        (Kind.BUILDINGS, "B9,楼,44,12,113.9001,22.7501", "没有编码为“44”的单元"),
        (Kind.STATIONS, "S9,站,community,44,appeal,,,,113.9001,22.7501", "没有编码为“44”的单元"),
        (Kind.STATIONS, "S9,站,大厅,440311002001,appeal,,,,113.9001,22.7501", "没有“大厅”这个层级"),
        (Kind.STATIONS, "S9,站,street,440311002001,appeal,,,,113.9001,22.7501", "层级不一样"),
        (Kind.STATIONS, "S9,站,community,440311002001,理发,,,,113.9001,22.7501", "服务请写"),
        (
            Kind.STATIONS,
            "S9,站,社区站,440311002001,诉求、法律,18:00,9:00,,113.9001,22.7501",
            "关门时间要在开门之后",
        ),
        (Kind.STATIONS, "S9,站,社区站,440311002001,诉求,9:00,,,113.9001,22.7501", "要一起写"),
        (Kind.STATIONS, "S9,站,社区站,440311002001,诉求,9点,,,113.9001,22.7501", "不是时间"),
        (Kind.STATIONS, "S9,站,社区站,440311002001,诉求,,,周一,113.9001,22.7501", "开放日请写数字"),
        (Kind.STATIONS, "S9,站,社区站,440311002001,诉求,,,,,", "新站点要有经度和纬度"),
        (Kind.POLICE_GRIDS, f"P9,警格,区水务局,{wkt(square(4, 0))}", "没有“区水务局”这个派出所"),
        (Kind.POLICE_GRIDS, "P9,警格,公明派出所,", "新警格要有边界"),
        (Kind.POLICE_GRIDS, f"P9,警格,公明派出所,{wkt(square(1, 0))}", "重叠约"),
    ],
)
def test_what_is_wrong_with_other_rows_is_said(tiny, kind, row, words):
    found = sentences(kind, row)
    assert words in "；".join(sentence for _number, sentence in found)
    assert {number for number, _sentence in found} == {2}


def test_a_building_named_into_another_grid_is_warned_of_and_placed_by_its_place(tiny):
    upload = csv_of(Kind.BUILDINGS, f"B9,楼,{G}001,12,{WEST + 0.001},{SOUTH + 0.005}")
    report = dry_run(upload, Kind.BUILDINGS, Datum.CGCS2000, now=NOW)
    assert [found.level for found in report.rows] == [Severity.WARNING]
    assert report.ok
    apply(upload, Kind.BUILDINGS, Datum.CGCS2000, actor=OPERATOR, now=NOW)
    assert Building.objects.get(code="B9").grid.code == f"{G}003"


def test_a_file_with_one_error_is_not_written_at_all(tiny):
    upload = csv_of(Kind.BUILDINGS, "B8,好楼,,12,113.9001,22.7501", "B9,坏楼,,12,,")
    with pytest.raises(ImportRefused) as refused:
        apply(upload, Kind.BUILDINGS, Datum.CGCS2000, actor=OPERATOR, now=NOW)
    assert refused.value.report.errors == 1
    assert not Building.objects.filter(code__in=["B8", "B9"]).exists()
    assert not Entry.objects.filter(action="territory.imported").exists()


def test_an_import_is_in_the_audit_with_the_digest_of_its_file(tiny):
    upload = csv_of(Kind.POSTS, "440311002001,社区值班员,2")
    apply(upload, Kind.POSTS, Datum.CGCS2000, actor=tiny.actor(tiny.grid_centre), now=NOW)
    entry = Entry.objects.get(action="territory.imported")
    assert entry.actor == f"person:{tiny.grid_centre.pk}"
    assert len(entry.detail["sha256"]) == 64
    assert (entry.detail["new"], entry.detail["rows"]) == (1, 1)


@pytest.mark.parametrize(
    "name", ["chief04", "street_desk", "district_command", "auditor", "stranger_street_desk"]
)
def test_only_the_keepers_import(tiny, name):
    upload = csv_of(Kind.POSTS, "440311002001,社区值班员,2")
    for call in (dry_run, apply):
        with pytest.raises(Refused, match="区网格中心"):
            call(upload, Kind.POSTS, Datum.CGCS2000, actor=tiny.actor(getattr(tiny, name)), now=NOW)


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as held:
        for name, data in members.items():
            held.writestr(name.replace("_", "."), data)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.kml", b"<kml/>", "只收 GeoJSON"),
        ("没有后缀", b"x", "只收 GeoJSON"),
        ("a.csv", b"", "是空的"),
        ("a.csv", b"code,name\n", "没有数据行"),
        ("a.csv", b"name,level\nx,y\n", "缺少列：编码（code）"),
        ("a.csv", b"\xff\xfe\xff\xff\x80", "不是 UTF-8 也不是 GB18030"),
        ("a.csv", b'code,name\n1,"x" y\n', "第 2 行不是正确的 CSV"),
        ("a.xlsx", b"not a zip", "不是完好的 xlsx"),
        ("a.xlsx", zipped(a_txt=b"x"), "不是完好的 xlsx"),
        ("a.geojson", b"{", "不是正确的 JSON（1:2）"),
        ("a.geojson", b'{"features": [NaN]}', "不是正确的 JSON"),
        ("a.geojson", b"[" * 100_000, "不是正确的 JSON"),
        ("a.geojson", b'{"type": "Feature"}', "不是 GeoJSON 的 FeatureCollection"),
        ("a.gpkg", b"SQLite format 3\x00 but no more", "不是完好的 GeoPackage"),
        ("a.zip", b"PK\x03\x04 but no more", "不是完好的 zip"),
        ("a.zip", zipped(a_txt=b"x"), "正好有一个 .shp"),
        ("a.zip", zipped(a_shp=b"x", b_shp=b"x"), "正好有一个 .shp"),
        ("a.zip", zipped(a_shp=b"x", a_dbf=b"x"), "缺少 .shx"),
        ("a.zip", zipped(a_shp=b"x", a_dbf=b"x", a_shx=b"x"), "打不开"),
    ],
)
def test_a_file_that_cannot_be_read_gets_one_sentence(tiny, name, data, words):
    with pytest.raises(UnreadableFile) as trouble:
        dry_run(Upload(name, data), Kind.UNITS, Datum.CGCS2000, now=NOW)
    assert words in str(trouble.value)


def test_a_file_in_a_projection_of_another_earth_is_refused(tiny):
    crs = {"type": "name", "properties": {"name": "EPSG:4214"}}  # Beijing 1954
    feature = {"type": "Feature", "properties": {"code": f"{G}003", "name": "网格"}, "geometry": None}
    data = json.dumps({"type": "FeatureCollection", "crs": crs, "features": [feature]}).encode()
    with pytest.raises(UnreadableFile, match="Beijing 1954"):
        dry_run(Upload("a.geojson", data), Kind.UNITS, Datum.CGCS2000, now=NOW)


@pytest.mark.parametrize(
    ("geometry", "words"),
    [
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1]]]}, "没有闭合"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]}, "没有闭合"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1], [1, 1], [0, 0]]]}, "坐标不完整"),
        ({"type": "Polygon", "coordinates": [[[0, 0], ["a", 1], [1, 1], [0, 0]]]}, "坐标不完整"),
        ({"type": "Polygon", "coordinates": []}, "坐标不完整"),
        ({"type": "Polygon"}, "坐标不完整"),
        ({"type": "GeometryCollection", "geometries": []}, "看不懂这个图形"),
        ({"type": "Point", "coordinates": [113.9, 22.7]}, "不是面"),
        ("POLYGON", "看不懂这个图形"),
    ],
)
def test_a_geojson_shape_that_is_no_area_is_said_at_its_feature(tiny, geometry, words):
    feature = {"type": "Feature", "properties": {"code": f"{G}003", "name": "网格"}, "geometry": geometry}
    data = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    report = dry_run(Upload("a.geojson", data), Kind.UNITS, Datum.CGCS2000, now=NOW)
    assert [found.row_number for found in report.rows] == [1]
    assert words in report.rows[0].sentence


def test_columns_nobody_needs_are_named(tiny):
    report = dry_run(
        Upload("a.csv", "单元编码,岗位,人数,备注\n440311002001,社区值班员,2,x\n".encode()),
        Kind.POSTS,
        Datum.BD09,
        now=NOW,
    )
    assert report.summary.unused_columns == ("备注",)


@pytest.mark.parametrize("words", ["GCJ-02", "gcj02", "Gcj 02"])
def test_a_datum_is_understood_as_people_write_it(words):
    assert datum_of(words) is Datum.GCJ02
    with pytest.raises(UnreadableFile, match="西安80"):
        datum_of("西安80")
