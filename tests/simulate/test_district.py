"""The demo district: same seed same district, true counts, one shared drawing for all levels."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
import shapely

from maplegrid.language.taxonomy import default_taxonomy
from maplegrid.rules.vocabulary import Level, Role
from maplegrid.simulate.carving import share_out
from maplegrid.simulate.district import District, build_district, digest
from maplegrid.simulate.facts import STREETS, community_codes
from maplegrid.simulate.place_names import numeral
from maplegrid.simulate.plan import DistrictPlan
from tests.simulate import checks


def test_the_same_seed_gives_the_same_district(small: District) -> None:
    assert digest(build_district(small.plan)) == digest(small)


def test_another_seed_gives_another_district(small: District) -> None:
    other = build_district(replace(small.plan, seed=small.plan.seed + 1))
    assert digest(other.units) != digest(small.units)
    assert digest(other.buildings) != digest(small.buildings)


@pytest.mark.parametrize("seed", [1, 2, 15, 20])
def test_any_seed_keeps_the_rules_of_the_drawing(seed: int) -> None:
    district = build_district(DistrictPlan(scale=0.02, seed=seed))
    checks.check_partition(district)
    checks.check_buildings(district)
    checks.check_stories(district)
    checks.check_network(district)


def test_a_small_district_keeps_streets_communities_and_story_places(small: District) -> None:
    checks.check_stories(small)
    assert len(small.units[Level.STREET]) == 6
    assert small.units[Level.COMMUNITY].code == community_codes()
    assert len(set(small.units[Level.SUB_GRID].parent.tolist())) == 31


def test_every_level_is_a_partition_with_shared_borders(small: District) -> None:
    checks.check_partition(small)


def test_codes_follow_the_standard(small: District) -> None:
    checks.check_codes(small)


def test_buildings_stand_inside_their_own_grid(small: District) -> None:
    checks.check_buildings(small)
    checks.check_border_buildings(small)


def test_the_official_facts_are_whole() -> None:
    assert [len(street.communities) for street in STREETS] == [6, 5, 3, 5, 4, 8]
    codes = community_codes()
    assert (codes[0], codes[-1], len(set(codes))) == ("440311001001", "440311006008", 31)
    handles = [place.handle for street in STREETS for place in street.communities]
    assert len({*handles, *(street.handle for street in STREETS)}) == 37


def test_the_walking_network_is_one_piece(small: District) -> None:
    checks.check_network(small)


def test_barriers_are_crossed_at_a_few_places_only(small: District) -> None:
    for barrier, _ in enumerate(small.network.barrier_names):
        assert 2 <= checks.crossings_of(small, barrier) <= 24


def test_people_add_up_at_every_level(small: District) -> None:
    for level in Level:
        assert small.units[level].residents.sum() == small.plan.resident_count
        assert small.units[level].households.sum() == small.buildings.households.sum()


def test_households_leave_room_for_a_group_member_each(small: District) -> None:
    """694,700 members of groups must be at least one a household."""
    assert small.buildings.households.sum() / small.plan.resident_count < 694_700 / 1_336_000


def test_sign_in_names_are_unique_and_units_exist(small: District) -> None:
    assert len({person.username for person in small.staff}) == len(small.staff)
    units = {code for level in Level for code in small.units[level].code} | {""}
    bodies = {body.code for body in small.bodies} | {""}
    for person in small.staff:
        assert person.unit in units
        assert person.body in bodies
        assert person.unit or person.body


def test_every_sub_grid_has_its_chief_posts_officer_and_adviser(small: District) -> None:
    wanted = {
        Role.SUBGRID_CHIEF,
        Role.INFO_POST,
        Role.PATROL_POST,
        Role.SERVICE_POST,
        Role.POLICE_OFFICER,
        Role.LEGAL_ADVISER,
    }
    for code in small.units[Level.SUB_GRID].code:
        assert {person.role for person in small.staff if person.unit == code} == wanted
    assert len(small.branches.name) == len(small.units[Level.SUB_GRID])
    assert any(person.username == "gm04.chief" for person in small.staff)


def test_every_level_above_has_its_desks(small: District) -> None:
    by_unit = Counter((person.unit, person.role) for person in small.staff)
    for code in small.units[Level.COMMUNITY].code:
        assert by_unit[code, Role.COMMUNITY_DESK] == 2
        assert by_unit[code, Role.COMMUNITY_SECRETARY] == 1
    for code in small.units[Level.STREET].code:
        assert by_unit[code, Role.STREET_DESK] == 2
        assert by_unit[code, Role.STREET_SECRETARY] == by_unit[code, Role.STREET_DEPUTY] == 1


def test_every_lead_of_the_taxonomy_has_a_body(small: District) -> None:
    known = {word for body in small.bodies for word in body.lead}
    wanted = {word for event in default_taxonomy() for word in event.lead.split(";")}
    assert wanted <= known


def test_bodies_have_one_code_each_and_known_parents(small: District) -> None:
    codes = [body.code for body in small.bodies]
    assert len(set(codes)) == len(codes)
    assert {body.parent for body in small.bodies} <= {*codes, ""}
    assert sum(body.code.startswith("police.") for body in small.bodies) == 8


def test_some_police_grids_do_not_match_their_sub_grid(small: District) -> None:
    police, sub_grids = small.police_grids, small.units[Level.SUB_GRID]
    same = shapely.equals(police.geometry, sub_grids.geometry)
    assert same.tolist() == police.matches.tolist()
    assert 0 < (~police.matches).sum() <= max(2, 0.12 * len(sub_grids))
    assert set(shapely.get_type_id(police.geometry)) == {shapely.GeometryType.POLYGON}
    assert shapely.coverage_is_valid(police.geometry)


def test_stations_are_one_six_thirty_one_and_sites(small: District) -> None:
    tiers = Counter(station.tier for station in small.stations)
    assert (tiers["district"], tiers["street"], tiers["community"]) == (1, 6, 31)
    assert sum(tiers.values()) == small.plan.station_count
    assert len({station.name for station in small.stations}) == len(small.stations)
    for station in small.stations:
        assert station.phone.startswith("0755-0000")
        assert station.opens < station.closes
        assert station.kinds


def test_each_shared_office_has_service_police_and_lawyer_on_its_roster(small: District) -> None:
    posts: dict[str, set[str]] = {}
    for line in small.roster:
        posts.setdefault(line.unit, set()).add(line.username.rsplit(".", 1)[-1])
    assert all(posts[office.unit] == {"service", "police", "adviser"} for office in small.offices)
    assert [office.unit for office in small.offices] == small.units[Level.SUB_GRID].code


def test_sharing_out_is_exact_and_keeps_the_floor() -> None:
    given = share_out(100, np.array([1.0, 1.0, 98.0]), np.array([5, 1, 1]))
    assert given.sum() == 100
    assert given[0] >= 5
    with pytest.raises(ValueError, match="不够"):
        share_out(3, np.array([1.0, 1.0]), np.array([2, 2]))


@pytest.mark.parametrize(
    ("number", "words"), [(6, "六"), (10, "十"), (12, "十二"), (20, "二十"), (101, "101")]
)
def test_numerals_read_as_people_write_them(number: int, words: str) -> None:
    assert numeral(number) == words


def test_a_plan_refuses_nonsense() -> None:
    with pytest.raises(ValueError, match="规模"):
        DistrictPlan(scale=0)
    with pytest.raises(ValueError, match="时区"):
        DistrictPlan(now=DistrictPlan().now.replace(tzinfo=None))


@pytest.mark.full_scale
def test_the_whole_district_has_its_true_counts(whole: District) -> None:
    assert [len(whole.units[level]) for level in Level] == [1, 6, 31, 264, 1734]
    assert len(whole.branches.name) == 264
    assert len(whole.buildings) == 40_000
    assert len(whole.doors.code) == 57_000
    assert whole.buildings.residents.sum() == 1_336_000
    assert len(whole.network.lon) >= 25_000
    assert len(whole.stations) == 197
    sub_grids = Counter(whole.units[Level.SUB_GRID].parent.tolist())
    assert min(sub_grids.values()) >= 4
    assert "公明社区11小分格" in whole.units[Level.SUB_GRID].name


@pytest.mark.full_scale
def test_the_whole_district_keeps_the_rules_of_the_drawing(whole: District) -> None:
    checks.check_partition(whole)
    checks.check_codes(whole)
    checks.check_buildings(whole)
    checks.check_border_buildings(whole)
    checks.check_stories(whole)
    checks.check_network(whole)
    assert (whole.units[Level.GRID].area_m2 ** 0.5).max() < 650
