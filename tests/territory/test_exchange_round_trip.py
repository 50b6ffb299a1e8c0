"""What is exported comes back unchanged, in every format; what comes in another datum lands in the right place."""

import csv
import io
import json
import zipfile

import numpy as np
import openpyxl
import pytest
import shapely

from maplegrid.accounts.models import Person
from maplegrid.audit.models import Entry
from maplegrid.engines.geodesy import Datum, distance_m, from_reference
from maplegrid.territory.actions import OPERATOR, Refused
from maplegrid.territory.exchange import FORMATS, Kind, Upload, apply, dry_run, export
from maplegrid.territory.exchange.writing import CannotExport, formats_of
from maplegrid.territory.models import (
    Assignment,
    Building,
    Door,
    PoliceGrid,
    PoliceGridMatch,
    Post,
    Station,
    Unit,
    UnitVersion,
)
from maplegrid.territory.shapes import same_shape
from tests.territory.towers import NOW, clear_ground, empty

pytestmark = pytest.mark.django_db
WAYS = [(kind, ending) for kind in Kind for ending in formats_of(kind)]


@pytest.fixture(autouse=True)
def _now(clock):
    pass


def exported(kind: Kind, ending: str) -> Upload:
    made = export(kind, ending, actor=OPERATOR, now=NOW)
    return Upload(made.name, made.data)


@pytest.mark.parametrize(("kind", "ending"), WAYS)
def test_an_export_comes_back_as_nothing_new(tiny, kind, ending):
    report = dry_run(exported(kind, ending), kind, Datum.CGCS2000, now=NOW)
    assert report.rows == ()
    assert (report.summary.new, report.summary.changed) == (0, 0)
    assert report.summary.unchanged == report.summary.rows > 0
    assert report.summary.unused_columns == ()


@pytest.mark.parametrize("ending", FORMATS)
def test_a_whole_tower_is_built_from_its_files(tiny, ending):
    """Units, then posts, buildings, stations: all from files into an empty database."""
    files = {kind: exported(kind, ending if ending in formats_of(kind) else "csv") for kind in Kind}
    shapes = {row.unit.code: row.geometry for row in UnitVersion.objects.select_related("unit")}
    parents = dict(Unit.objects.values_list("code", "parent__code"))
    empty("territory_unit")
    for kind in (Kind.UNITS, Kind.POSTS, Kind.BUILDINGS, Kind.STATIONS):
        report = apply(files[kind], kind, Datum.CGCS2000, actor=OPERATOR, now=NOW)
        assert report.summary.new == report.summary.rows
    assert dict(Unit.objects.values_list("code", "parent__code")) == parents
    for row in UnitVersion.objects.select_related("unit"):
        assert same_shape(row.geometry, shapes[row.unit.code])
        assert row.area_m2 > 0
        assert row.unit.path.endswith(f"/{row.unit.pk}/")
    home = Building.objects.get(name="富豪花园C区1栋")
    assert (home.grid.code, home.path, home.residents) == ("440311002001003", home.grid.path, 96)
    assert home.doors.count() == 1
    assert Unit.objects.get(code="440311").residents == 306
    assert Post.objects.count() == 4
    assert Station.objects.get().weekdays == "12345"


def test_staff_come_back_with_their_seats_and_without_a_password(tiny):
    held = set(Assignment.objects.values_list("person__username", "role", "unit__code", "body__code"))
    upload = exported(Kind.STAFF, "xlsx")
    empty("accounts_person")
    report = apply(upload, Kind.STAFF, Datum.CGCS2000, actor=OPERATOR, now=NOW)
    assert report.summary.new == len(held)
    assert set(Assignment.objects.values_list("person__username", "role", "unit__code", "body__code")) == held
    assert not tiny_person("chief04").has_usable_password()
    assert tiny_person("grid_centre").is_staff
    assert not tiny_person("chief04").is_staff


def tiny_person(username: str) -> Person:
    return Person.objects.get(username=username)


def test_police_grids_come_back_and_are_matched_at_once(tiny):
    upload = exported(Kind.POLICE_GRIDS, "zip")
    PoliceGrid.objects.all().delete()
    apply(upload, Kind.POLICE_GRIDS, Datum.GCJ02, actor=OPERATOR, now=NOW)
    assert set(PoliceGrid.objects.values_list("datum", flat=True)) == {"gcj02"}
    assert PoliceGridMatch.objects.count() > 5  # half a kilometre off: they lie across the sub-grids now


def in_datum(shape: shapely.Geometry, datum: Datum) -> shapely.Geometry:
    return shapely.transform(
        shape, lambda points: np.column_stack(from_reference(points[:, 0], points[:, 1], datum))
    )


@pytest.mark.parametrize("datum", list(Datum))
def test_units_in_any_datum_land_where_they_are_and_keep_their_datum(tiny, datum):
    shapes = {row.unit.code: row.geometry for row in UnitVersion.objects.select_related("unit")}
    whole = json.loads(exported(Kind.UNITS, "geojson").data)
    for feature in whole["features"]:
        shape = in_datum(shapely.from_geojson(json.dumps(feature["geometry"])), datum)
        feature["geometry"] = json.loads(shapely.to_geojson(shape))
    clear_ground()
    upload = Upload("units.geojson", json.dumps(whole).encode())
    apply(upload, Kind.UNITS, datum, actor=OPERATOR, now=NOW)
    for row in UnitVersion.objects.select_related("unit"):
        assert row.datum == datum
        assert same_shape(row.geometry, shapes[row.unit.code])


@pytest.mark.parametrize(("datum", "least", "most"), [(Datum.GCJ02, 400, 900), (Datum.BD09, 800, 2000)])
def test_a_forgotten_datum_moves_a_building_by_hundreds_of_metres_and_is_noticed(tiny, datum, least, most):
    lon, lat = from_reference(tiny.building.lon, tiny.building.lat, datum)
    assert least < distance_m(lon, lat, tiny.building.lon, tiny.building.lat) < most
    text = f"code,name,grid,lon,lat\nB1,富豪花园C区1栋,440311002001003,{lon!r},{lat!r}\n"
    right = dry_run(Upload("b.csv", text.encode()), Kind.BUILDINGS, datum, now=NOW)
    assert (right.rows, right.summary.unchanged) == ((), 1)
    wrong = dry_run(Upload("b.csv", text.encode()), Kind.BUILDINGS, Datum.CGCS2000, now=NOW)
    assert wrong.rows


def test_a_known_building_keeps_the_datum_it_first_came_in(tiny):
    Building.objects.filter(pk=tiny.building.pk).update(datum="gcj02")
    upload = exported(Kind.BUILDINGS, "csv")
    apply(upload, Kind.BUILDINGS, Datum.CGCS2000, actor=OPERATOR, now=NOW)
    assert Building.objects.get(pk=tiny.building.pk).datum == "gcj02"


def test_a_projected_shapefile_is_brought_back_to_degrees(tiny, tmp_path):
    import pyogrio
    from pyproj import Transformer

    to_plane = Transformer.from_crs("EPSG:4490", "EPSG:4547", always_xy=True)
    rows = list(UnitVersion.objects.select_related("unit__parent").order_by("unit__path"))
    plane = [
        shapely.transform(r.geometry, lambda p: np.column_stack(to_plane.transform(p[:, 0], p[:, 1])))
        for r in rows
    ]
    columns = {
        "编码": [r.unit.code for r in rows],
        "名称": [r.unit.name for r in rows],
        "上级编码": [r.unit.parent.code if r.unit.parent else "" for r in rows],
    }
    pyogrio.raw.write(
        tmp_path / "网格.shp",
        shapely.to_wkb(np.array(plane, dtype=object)),
        [np.array(values, dtype=object) for values in columns.values()],
        np.array(list(columns)),
        geometry_type="Polygon",
        crs="EPSG:4547",
        driver="ESRI Shapefile",
        encoding="GB18030",
    )
    (tmp_path / "网格.cpg").unlink()  # many programs write none
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as held:
        for part in tmp_path.iterdir():
            held.write(part, f"数据/{part.name}")
    report = dry_run(Upload("网格.zip", file.getvalue()), Kind.UNITS, Datum.CGCS2000, now=NOW)
    assert report.rows == ()
    assert report.summary.unchanged == len(rows)


def test_csv_in_gb18030_with_chinese_headers_and_excel_with_numbers_for_codes_are_read(tiny):
    text = "编码,名称,人口（人）,经度,纬度\nB9,新楼一栋,12,113.9021,22.7561\n"
    report = dry_run(Upload("楼栋.csv", text.encode("gb18030")), Kind.BUILDINGS, Datum.CGCS2000, now=NOW)
    assert (report.rows, report.summary.new) == ((), 1)
    book = openpyxl.Workbook()
    book.active.append(["单元编码", "岗位", "人数"])
    book.active.append([440311002001, "社区值班员", 2.0])
    file = io.BytesIO()
    book.save(file)
    report = dry_run(Upload("岗位.xlsx", file.getvalue()), Kind.POSTS, Datum.CGCS2000, now=NOW)
    assert (report.rows, report.summary.new) == ((), 1)


def test_a_new_building_gets_its_doors_and_only_missing_ones_are_added(tiny):
    rows = "code,name,residents,doors,lon,lat\nB1,富豪花园C区1栋,100,3,,\nB9,新楼,12,2,113.9021,22.7561\n"
    for _time in range(2):
        apply(Upload("b.csv", rows.encode()), Kind.BUILDINGS, Datum.CGCS2000, actor=OPERATOR, now=NOW)
    assert Door.objects.filter(building=tiny.building).count() == 3
    assert Building.objects.get(code="B9").doors.count() == 2
    assert Unit.objects.get(pk=tiny.sub_grid04.pk).residents == 100 + 80 + 12


def test_exports_leave_an_entry_mask_phones_and_are_for_the_keepers(tiny):
    tiny.chief04.phone = "13800138000"
    tiny.chief04.save()
    made = export(Kind.STAFF, "csv", actor=tiny.actor(tiny.grid_centre), now=NOW)
    rows = {row["username"]: row for row in csv.DictReader(io.StringIO(made.data.decode()))}
    assert rows["chief04"]["phone"] == "138****8000"
    assert Entry.objects.get(action="territory.exported").detail["rows"] == len(rows)
    for name in ("street_desk", "auditor", "chief04"):
        with pytest.raises(Refused):
            export(Kind.STAFF, "csv", actor=tiny.actor(getattr(tiny, name)), now=NOW)


def test_a_masked_phone_says_nothing_and_a_whole_one_is_taken(tiny):
    tiny.chief04.phone = "13800138000"
    tiny.chief04.save()
    apply(exported(Kind.STAFF, "csv"), Kind.STAFF, Datum.CGCS2000, actor=OPERATOR, now=NOW)
    assert tiny_person("chief04").phone == "13800138000"
    rows = "username,phone,role,unit\nchief04,13900139000,格长,440311002001F04\n"
    report = apply(Upload("s.csv", rows.encode()), Kind.STAFF, Datum.CGCS2000, actor=OPERATOR, now=NOW)
    assert (tiny_person("chief04").phone, report.summary.changed) == ("13900139000", 1)


def test_only_a_part_of_the_tower_is_exported_on_request(tiny):
    made = export(Kind.UNITS, "csv", actor=OPERATOR, now=NOW, under=tiny.sub_grid04.code)
    codes = [row["code"] for row in csv.DictReader(io.StringIO(made.data.decode()))]
    assert codes == [tiny.sub_grid04.code, "440311002001003", "440311002001004"]
    with pytest.raises(KeyError):
        export(Kind.UNITS, "csv", actor=OPERATOR, now=NOW, under="999")


def test_what_a_format_cannot_hold_is_said(tiny):
    with pytest.raises(CannotExport, match="人员"):
        export(Kind.STAFF, "zip", actor=OPERATOR, now=NOW)
    angles = np.linspace(0, 2 * np.pi, 4000, endpoint=False)
    round_shape = shapely.Polygon(
        np.column_stack([113.93 + 0.01 * np.cos(angles), 22.75 + 0.01 * np.sin(angles)])
    )
    UnitVersion.objects.filter(unit=tiny.district).update(geometry=round_shape)
    with pytest.raises(CannotExport, match="太长"):
        export(Kind.UNITS, "xlsx", actor=OPERATOR, now=NOW)


def test_text_that_looks_like_a_formula_stays_text_in_excel(tiny):
    Building.objects.filter(pk=tiny.building.pk).update(name='=HYPERLINK("x")')
    made = export(Kind.BUILDINGS, "xlsx", actor=OPERATOR, now=NOW)
    sheet = openpyxl.load_workbook(io.BytesIO(made.data)).active
    cell = next(row[1] for row in sheet.iter_rows() if row[0].value == "B1")
    assert (cell.data_type, cell.value) == ("s", '=HYPERLINK("x")')
