"""The area tree: codes are paths, areas change, and old records keep resolving."""

from datetime import date

import pytest

from shidai.core import actions, queries
from shidai.core.actions import NewArea
from shidai.core.city import prepare_city
from shidai.core.models import Area
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


def test_the_staff_of_an_area_that_moved_serve_it_under_its_new_code(cast):
    actions.move_area(by=OPERATOR, code=TOWNSHIP, to=f"{OTHER_COUNTY}102", day=DAY)

    lan = queries.scope_of(queries.staff_named("lan"))
    assert lan.allows("record.write", f"{OTHER_COUNTY}102201")
    assert lan.allows("record.write", NANQIAO)
    assert not lan.allows("record.read", f"{OTHER_COUNTY}102202")
    assert queries.scope_of(queries.staff_named("lan"), on=BEFORE).prefixes("record.read") == (NANQIAO,)


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


class TestAPackLoadedAgain:
    """`shidai import` and `shidai demo` load the pack's areas every time: what was changed here stays changed."""

    MERGED = date(2006, 7, 1)
    LATER = date(2007, 1, 1)

    @pytest.fixture
    def pack(self, db):
        """A pack with the first areas of the shipped one: a city, its counties, and a township of many villages."""
        pack = load_pack("wuxi-2006")
        township = pack.areas_at("village")[0].code[:9]
        few = [area for area in pack.areas if area.level in ("city", "county") or area.code.startswith(township)]
        pack = pack.model_copy(update={"areas": tuple(few)})
        actions.load_areas(pack, by=OPERATOR)
        return pack

    @pytest.fixture
    def villages(self, pack):
        """Five villages of one township."""
        first = pack.areas_at("village")[0].code[:9]
        return [area.code for area in pack.areas_at("village") if area.code.startswith(first)][:5]

    def change_the_tree(self, villages):
        """A rename, a merge and a split; returns the new codes."""
        renamed, one, two, divided, _ = villages
        new, *parts = (f"{renamed[:9]}{n}" for n in (903, 904, 905))
        actions.rename_area(by=OPERATOR, code=renamed, name_zh="新名村", name_en="Xinming", day=self.MERGED)
        actions.merge_areas(by=OPERATOR, codes=[one, two], into=NewArea(new, "合村", "Hecun"), day=self.MERGED)
        into = [NewArea(code, f"分{n}村", f"Fen {n}") for n, code in enumerate(parts)]
        actions.split_area(by=OPERATOR, code=divided, into=into, day=self.MERGED)
        return new, *parts

    def tree(self):
        return list(Area.objects.order_by("code", "start_date").values())

    def test_a_rename_a_merge_and_a_split_survive_the_same_list(self, pack, villages):
        self.change_the_tree(villages)
        before = self.tree()

        assert actions.load_areas(pack, by=OPERATOR) == 0
        prepare_city(pack, by=OPERATOR)

        assert self.tree() == before
        assert queries.area(villages[0], self.LATER).name_zh == "新名村"
        assert queries.area(villages[1], self.LATER) is None

    def test_they_survive_a_list_with_other_words(self, pack, villages):
        made = self.change_the_tree(villages)
        renamed = [self.reworded(area) for area in pack.areas]
        before = {row["id"]: row for row in self.tree() if row["code"] in (*villages[:4], *made)}

        actions.load_areas(pack.model_copy(update={"areas": tuple(renamed)}), by=OPERATOR)

        assert {row["id"]: row for row in self.tree() if row["code"] in (*villages[:4], *made)} == before
        assert queries.area(villages[4], self.LATER).name_zh.endswith("（新）")
        assert queries.resolve(villages[1], self.LATER).code == made[0]

    def reworded(self, area):
        return area.model_copy(update={"name_zh": f"{area.name_zh}（新）"})

    def test_a_longer_list_adds_to_the_tree(self, pack, villages):
        self.change_the_tree(villages)
        before = self.tree()
        new = pack.areas_at("village")[0].model_copy(
            update={"code": f"{villages[0][:9]}991", "name_zh": "添村", "position": 99_999}
        )

        assert actions.load_areas(pack.model_copy(update={"areas": (*pack.areas, new)}), by=OPERATOR) == 1

        assert [row for row in self.tree() if row["code"] != new.code] == before
        assert queries.area(new.code, self.LATER).name_zh == "添村"

    def test_a_list_that_corrects_its_own_merger_is_followed(self, pack, villages):
        ended, heir = villages[:2]

        def merged_on(day):
            ending = {"end_date": day, "successor": heir}
            areas = [area.model_copy(update=ending) if area.code == ended else area for area in pack.areas]
            return pack.model_copy(update={"areas": tuple(areas)})

        actions.load_areas(merged_on(self.MERGED), by=OPERATOR)
        actions.load_areas(merged_on(self.LATER), by=OPERATOR)

        assert queries.resolve(ended, self.MERGED).code == ended
        assert queries.resolve(ended, self.LATER).code == heir
