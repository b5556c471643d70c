"""The area tree: codes are paths, areas change, and old records keep resolving."""

from datetime import date

import pytest

from shidai.core import actions, queries
from shidai.core.actions import NewArea
from shidai.packs import load_pack
from shidai.words import ShidaiError
from tests.factories import BEIQIAO, CITY, COUNTY, NANQIAO, OPERATOR, OTHER_COUNTY, OTHER_TOWNSHIP, TOWNSHIP

BEFORE, DAY, AFTER = date(2005, 12, 31), date(2006, 1, 1), date(2006, 6, 1)
pytestmark = pytest.mark.usefixtures("city")


def test_a_renamed_area_keeps_its_code_and_knows_both_names():
    actions.rename_area(by=OPERATOR, code=NANQIAO, name_zh="新桥村", name_en="Xinqiao", day=DAY)

    assert queries.area(NANQIAO, BEFORE).name_zh == "南桥村"
    assert queries.area(NANQIAO, AFTER).name_zh == "新桥村"


def test_a_merged_area_resolves_to_the_one_that_took_it_in():
    actions.merge_areas(by=OPERATOR, codes=[NANQIAO], into=BEIQIAO, day=DAY)

    assert queries.resolve(NANQIAO, BEFORE).code == NANQIAO
    assert queries.resolve(NANQIAO, AFTER).code == BEIQIAO
    assert queries.predecessors(BEIQIAO, AFTER) == (NANQIAO,)


def test_a_split_area_has_all_its_parts_as_successors():
    parts = [NewArea(f"{TOWNSHIP}21{n}", f"桥{n}村", f"Qiao {n}") for n in (1, 2)]
    actions.split_area(by=OPERATOR, code=NANQIAO, into=parts, day=DAY)

    assert set(queries.successors(NANQIAO, AFTER)) == {f"{TOWNSHIP}211", f"{TOWNSHIP}212"}
    assert queries.successors(NANQIAO, BEFORE) == (NANQIAO,)


def test_a_township_that_moves_takes_its_villages_along():
    actions.move_area(by=OPERATOR, code=TOWNSHIP, to=f"{OTHER_COUNTY}102", day=DAY)

    assert queries.resolve(NANQIAO, AFTER).code == f"{OTHER_COUNTY}102201"
    assert queries.resolve(NANQIAO, AFTER).parent == f"{OTHER_COUNTY}102"
    assert {area.code for area in queries.children(OTHER_COUNTY, AFTER)} == {OTHER_TOWNSHIP, f"{OTHER_COUNTY}102"}


def test_changes_follow_one_another():
    actions.merge_areas(by=OPERATOR, codes=[NANQIAO], into=BEIQIAO, day=DAY)
    actions.move_area(by=OPERATOR, code=TOWNSHIP, to=f"{OTHER_COUNTY}102", day=AFTER)

    assert queries.resolve(NANQIAO, date(2006, 7, 1)).code == f"{OTHER_COUNTY}102202"


def test_staff_of_the_new_county_serve_the_records_of_the_moved_township(cast):
    assert not cast.ma.allows("record.read", NANQIAO)
    actions.move_area(by=OPERATOR, code=TOWNSHIP, to=f"{OTHER_COUNTY}102", day=DAY)

    ma = queries.scope_of(queries.staff_named("ma"))
    assert ma.allows("record.read", NANQIAO)


def test_an_area_that_is_not_there_cannot_change():
    with pytest.raises(ShidaiError, match="No area with this code"):
        actions.rename_area(by=OPERATOR, code="329901101999", name_zh="无村", name_en="None", day=DAY)


def test_areas_are_found_by_han_name_pinyin_initials_and_code():
    assert [area.code for area in queries.find_areas("南桥")] == [NANQIAO]
    assert [area.code for area in queries.find_areas("nanq")] == [NANQIAO]
    assert queries.find_areas("329901")[0].code == COUNTY
    assert queries.find_areas("nanq", within=[OTHER_COUNTY]) == []


def test_the_breadcrumb_goes_from_the_city_down():
    assert [area.code for area in queries.breadcrumb(NANQIAO)] == [CITY, COUNTY, TOWNSHIP, NANQIAO]


def test_loading_a_pack_twice_changes_nothing_the_second_time():
    pack = load_pack("wuxi-2006")

    assert actions.load_areas(pack, by=OPERATOR) == len(pack.areas)
    assert actions.load_areas(pack, by=OPERATOR) == 0
    assert len(queries.areas_at("county", within=pack.city, on=pack.last_day)) == 9
