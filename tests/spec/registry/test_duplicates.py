"""Who stands on the register twice is found, judged by whoever may, and asked again only when a record changed."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from django.conf import settings

from shidai.core import queries as core_queries
from shidai.core import sealing
from shidai.core.access import NoAccess
from shidai.core.ids import new_id
from shidai.core.models import AuditEntry
from shidai.linkage.names import read_name
from shidai.linkage.roles import read_map
from shidai.registry import actions, duplicatesearch, places, queries
from shidai.registry.dates import parse_date
from shidai.registry.duplicatesearch import OtherList, find_duplicates
from shidai.registry.models import DuplicatePair, DuplicateRun, Identifier, Parentage, Person, Spell
from shidai.registry.namedlist import private_folder, read_named_list, write_named_list
from shidai.registry.phones import phone_mark
from tests.factories import BEIQIAO, CITY, COUNTY, FARAWAY, NANQIAO, OPERATOR, TOWNSHIP, day, make_person, make_staff
from tests.spec.linkage.lists import make_people, make_slips

pytestmark = pytest.mark.usefixtures("city")
VILLAGES = (NANQIAO, BEIQIAO, FARAWAY)
FAMILIES, TWICE = 200, 30


def store(people: list[dict], first: int = 0) -> list[int]:
    """Put invented people on the register, in villages of both counties; returns their row numbers."""
    made = []
    for place, one in enumerate(people, first):
        born = parse_date(str(one["birth_date"]))
        reading = read_name(str(one["name"]))
        made.append(
            Person(
                name=one["name"], pinyin=reading.pinyin, initials=reading.initials, sex=1, birth_date=born.day,
                birth_precision=born.precision, phone_mark=phone_mark(one["phone"] or ""),
                contact=sealing.seal(json.dumps([one["phone"] or "", ""]), "person.contact"),
            )
        )  # fmt: skip
        made[-1].village = VILLAGES[place % 3]
    Person.objects.bulk_create(made)
    Spell.objects.bulk_create(
        Spell(person=one, kind=kind, area=one.village, start_date=one.birth_date)
        for one in made
        for kind in ("registered", "living")
    )
    Identifier.objects.bulk_create(
        Identifier(
            person=person, kind="resident", number=sealing.seal(str(one["identifier"]), "identifier.number"),
            mark=sealing.blind_index(f"{one['identifier']}/{person.pk}", "resident"),
        )
        for person, one in zip(made, people, strict=True)
        if one["identifier"]
    )  # fmt: skip
    places.settle_people([one.pk for one in made])
    return [one.pk for one in made]


@pytest.fixture
def register(city: None) -> set[tuple[int, int]]:
    """620 people in families with twins, of whom 30 stand there twice as another office wrote them: the true pairs."""
    people = make_people(11, FAMILIES)
    twice = make_slips(people, 12)[:: len(people) // TWICE][:TWICE]
    first = store(people)
    again = store(twice, 1)
    return {(first[int(str(one["id"]))], number) for one, number in zip(twice, again, strict=True)}


def private_files() -> list[Path]:
    return [path for path in (Path(settings.DATA) / "private").rglob("*") if path.is_file()]


class TestFound:
    def test_the_seeded_duplicates_are_found_and_families_stay_apart(self, register):
        run = find_duplicates(by=OPERATOR)
        found = {
            (pair.one_id, pair.other_id) for pair in DuplicatePair.objects.filter(probability__gte=0.5, run=run)
        }  # fmt: skip
        assert len(found & register) >= 0.95 * len(register)
        assert len(found - register) <= 2

    def test_the_run_states_its_error(self, register):
        run = find_duplicates(by=OPERATOR)
        asked = {(pair.one_id, pair.other_id) for pair in DuplicatePair.objects.all()}
        assert run.people == Person.objects.count()
        assert abs(run.expected_false - len(asked - register)) <= 5
        assert abs(run.expected_missed - len(register - asked)) <= 3

    def test_each_pair_tells_why(self, register):
        find_duplicates(by=OPERATOR)
        evidence = DuplicatePair.objects.first().evidence
        assert {"name", "birth"} <= {one["aspect"] for one in evidence}
        assert all(set(one) == {"aspect", "rung", "context", "weight"} for one in evidence)

    def test_among_some_people_only(self, register):
        one, other = sorted(register)[0]
        some = {one, other, *Person.objects.values_list("pk", flat=True)[:200]}
        run = find_duplicates(by=OPERATOR, people=some)
        assert run.people == len(some)
        assert all({pair.one_id, pair.other_id} <= some for pair in DuplicatePair.objects.all())

    def test_people_of_one_family_are_two_people_for_certain(self, register):
        one, other = sorted(register)[0]
        Parentage.objects.create(child_id=other, mother_id=one)
        find_duplicates(by=OPERATOR)
        assert not DuplicatePair.objects.filter(one=one, other=other).exists()

    def test_the_eldest_child_is_evidence(self, register):
        one, other = sorted(register)[0]
        for number, home in ((one, NANQIAO), (other, FARAWAY)):
            for name, born in (("王小雨", "1991-05-06"), ("王小云", "1989-02-03")):
                child = make_person(name, born=born, area=home)
                Parentage.objects.create(child=child, father_id=number)
        with private_folder() as folder:
            write_named_list(folder / "people.parquet")
            told = {row["id"]: row["child"] for row in read_named_list(folder / "people.parquet").to_pylist()}
        assert told[str(one)] == told[str(other)] == "王小云1989-02-03"
        assert sum(child is not None for child in told.values()) == 2
        find_duplicates(by=OPERATOR)
        pair = DuplicatePair.objects.get(one=one, other=other)
        assert "child alike" in {each["rung"] for each in pair.evidence}

    def test_a_child_is_told_with_as_much_as_is_known_of_it(self, register):
        """A day that is invented for a year would be evidence against."""
        fathers = [number for pair in sorted(register)[:3] for number in pair]
        born = (("王小云", "1989"), ("王小云", "1989-02"), ("未命名", "1989-02-03"))
        for father, (name, when) in zip(fathers, born, strict=False):
            child = make_person(name, born=when, area=NANQIAO)
            Parentage.objects.create(child=child, father_id=father)
        with private_folder() as folder:
            write_named_list(folder / "people.parquet")
            told = {row["id"]: row["child"] for row in read_named_list(folder / "people.parquet").to_pylist()}
        assert [told[str(father)] for father in fathers[:3]] == ["王小云1989", "王小云1989-02", "未命名1989-02-03"]

    def test_a_child_who_is_born_asks_nobody_again(self, register):
        one, other = sorted(register)[0]
        find_duplicates(by=OPERATOR)
        pair = DuplicatePair.objects.get(one=one, other=other)
        actions.judge_pair(by=OPERATOR, pair=pair.uuid, verdict="different")
        child = make_person("王小云", born="1989-02-03", area=NANQIAO)
        Parentage.objects.create(child=child, father_id=one)
        find_duplicates(by=OPERATOR)
        assert DuplicatePair.objects.get(one=one, other=other).state == "different"

    def test_a_merged_record_is_not_found_again(self, register):
        one, other = (Person.objects.get(pk=number) for number in sorted(register)[0])
        actions.merge_people(by=OPERATOR, keep=one.uuid, gone=other.uuid, reason="同一人")
        find_duplicates(by=OPERATOR)
        assert not DuplicatePair.objects.filter(other=other).exists()

    def test_only_for_who_may_judge_everywhere(self, register, cast):
        with pytest.raises(NoAccess):
            find_duplicates(by=cast.gu)
        find_duplicates(by=make_staff("sun", "city_registrar", CITY), people=sorted(register)[0])


class TestAgainstAnotherCity:
    @pytest.fixture
    def theirs(self, register, tmp_path) -> OtherList:
        people = make_slips(make_people(11, FAMILIES)[:60], 13)
        columns = {"id": "编号", "name": "姓名", "birth_date": "出生", "identifier": "号码", "phone": "电话"}
        lines = [",".join(columns.values())]
        lines += [",".join(f"{'T' if role == 'id' else ''}{one[role] or ''}" for role in columns) for one in people]
        (tmp_path / "theirs.csv").write_text("\n".join(lines), encoding="utf-8")
        (tmp_path / "map.toml").write_text("\n".join(f'{role} = "{name}"' for role, name in columns.items()))
        return OtherList(tmp_path / "theirs.csv", read_map(tmp_path / "map.toml"))

    def test_people_of_both_lists_are_found(self, theirs):
        run = find_duplicates(by=OPERATOR, against=theirs)
        assert (run.against, run.against_rows) == ("theirs.csv", 60)
        likely = DuplicatePair.objects.filter(probability__gte=0.5, other=None)
        assert 50 <= likely.values("outside_mark").distinct().count() <= 60

    def test_the_other_citys_row_is_sealed(self, theirs):
        find_duplicates(by=OPERATOR, against=theirs)
        pair = DuplicatePair.objects.filter(other=None).first()
        name = queries.pair_page(OPERATOR, pair.uuid).sides[1].name
        assert name.encode() not in bytes(pair.outside)

    def test_same_is_noted_without_a_merge(self, theirs):
        find_duplicates(by=OPERATOR, against=theirs)
        pair = DuplicatePair.objects.filter(other=None).first()
        assert actions.judge_pair(by=OPERATOR, pair=pair.uuid, verdict="same").state == "same"


class TestPrivate:
    def test_nothing_with_names_is_left(self, register):
        find_duplicates(by=OPERATOR)
        assert private_files() == []

    def test_nor_when_the_run_fails(self, register, monkeypatch):
        seen = []

        def fail(*given, **more):
            seen.extend(private_files())
            raise RuntimeError("power cut")

        monkeypatch.setattr(duplicatesearch, "train", fail)
        with pytest.raises(RuntimeError, match="power cut"):
            find_duplicates(by=OPERATOR)
        assert len(seen) == 1
        assert private_files() == []
        assert DuplicateRun.objects.count() == 0

    def test_what_a_killed_run_left_goes_with_the_next_one(self):
        left = Path(settings.DATA) / "private" / "run-999999999-abc"
        left.mkdir(parents=True)
        (left / "people.parquet").write_text("names")
        with private_folder() as folder:
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
            assert not left.exists()
        assert not folder.exists()

    def test_the_log_holds_no_name(self, register):
        find_duplicates(by=OPERATOR)
        entry = AuditEntry.objects.get(deed="duplicate.find")
        assert set(json.loads(entry.detail)) == {"people", "pairs", "against"}


def make_pair(one: Person, other: Person, probability: float = 0.9, mark: int = 1) -> DuplicatePair:
    run = DuplicateRun.objects.first() or DuplicateRun.objects.create(
        by="operator", people=2, model="han", settings={}, least=0.1, pairs=1, expected_missed=0.2, expected_false=0.1
    )
    first, second = sorted((one, other), key=lambda each: each.pk)
    evidence = [
        {"aspect": "name", "rung": "one sign differs", "context": "strangers", "weight": -1.2},
        {"aspect": "birth", "rung": "same day", "context": "strangers", "weight": 9.3},
    ]
    return DuplicatePair.objects.create(
        one=first, other=second, run=run, probability=probability, evidence=evidence, records_mark=mark
    )


class TestJudged:
    def test_different_is_not_asked_again(self, register):
        find_duplicates(by=OPERATOR)
        pair = DuplicatePair.objects.first()
        actions.judge_pair(by=OPERATOR, pair=pair.uuid, verdict="different", reason="两兄弟")
        find_duplicates(by=OPERATOR)
        pair.refresh_from_db()
        assert (pair.state, pair.reason) == ("different", "两兄弟")

    def test_unless_a_record_changed_since(self, register):
        find_duplicates(by=OPERATOR)
        pair = DuplicatePair.objects.first()
        actions.judge_pair(by=OPERATOR, pair=pair.uuid, verdict="different")
        Person.objects.filter(pk=pair.one_id).update(contact=sealing.seal('["15499998888",""]', "person.contact"))
        find_duplicates(by=OPERATOR)
        pair.refresh_from_db()
        assert (pair.state, pair.judged_at) == ("open", None)

    def test_a_pair_that_is_found_no_more_is_not_asked_any_more(self, register):
        pair = make_pair(*Person.objects.all()[:2])
        find_duplicates(by=OPERATOR)
        assert not DuplicatePair.objects.filter(pk=pair.pk).exists()

    def test_a_second_judgement_replaces_the_first_and_both_are_logged(self, cast):
        pair = make_pair(make_person(), make_person(area=BEIQIAO))
        for verdict in ("different", "unsure", "unsure"):
            actions.judge_pair(by=cast.zhou, pair=pair.uuid, verdict=verdict)
        pair.refresh_from_db()
        assert (pair.state, pair.judged_by) == ("unsure", "zhou")
        assert AuditEntry.objects.filter(deed="duplicate.judge").count() == 4

    def test_who_serves_one_side_only_asks_the_city(self, cast):
        pair = make_pair(make_person(), make_person(area=FARAWAY))
        for member in (cast.gu, cast.ma):
            with pytest.raises(NoAccess):
                actions.judge_pair(by=member, pair=pair.uuid, verdict="different")
        for member in (cast.lan, cast.he):
            with pytest.raises(NoAccess):
                actions.pass_pair(by=member, pair=pair.uuid)
        actions.pass_pair(by=cast.gu, pair=pair.uuid)
        pair = actions.pass_pair(by=cast.ma, pair=pair.uuid)
        assert pair.passed_by == "gu"
        city = make_staff("sun", "city_registrar", CITY)
        assert actions.judge_pair(by=city, pair=pair.uuid, verdict="different").judged_by == "sun"


@pytest.fixture
def sign_in(cast, client):
    def as_member(name: str):
        client.force_login(core_queries.staff_named(name))
        return client

    return as_member


class TestPages:
    def test_two_records_side_by_side_with_the_differences_marked(self, sign_in):
        pair = make_pair(make_person("李红"), make_person("李虹", area=BEIQIAO))
        page = sign_in("zhou").get("/duplicates/", {"area": TOWNSHIP}).content.decode()
        assert "李<mark>红</mark>" in page
        assert "李<mark>虹</mark>" in page
        assert "差一个字" in page
        assert "−1.2" in page
        assert "+9.3" in page
        for key in "sdu":
            assert f'data-key="{key}"' in page
        assert f"/duplicates/{pair.uuid}/merge/" in page

    def test_after_a_judgement_the_next_pair_comes_in_its_place(self, sign_in):
        first = make_pair(make_person("李红"), make_person("李虹", area=BEIQIAO), 0.99)
        make_pair(make_person("赵兰"), make_person("赵蓝", area=BEIQIAO), 0.5)
        answer = sign_in("zhou").post(
            f"/duplicates/{first.uuid}/judge/?area={TOWNSHIP}", {"verdict": "different"}, headers={"HX-Request": "true"}
        )
        page = answer.content.decode()
        assert "赵<mark>兰</mark>" in page
        assert "不是同一人" in page
        assert "<html" not in page

    def test_without_script_the_page_comes_again(self, sign_in):
        pair = make_pair(make_person("李红"), make_person("李虹", area=BEIQIAO))
        client = sign_in("zhou")
        answer = client.post(f"/duplicates/{pair.uuid}/judge/", {"verdict": "unsure", "area": TOWNSHIP}, follow=True)
        assert "已记录" in answer.content.decode()
        page = client.get("/duplicates/", {"area": TOWNSHIP, "show": "unsure"}).content.decode()
        assert "Zhou" in page
        assert "李<mark>红</mark>" in page

    def test_the_other_county_is_masked_and_the_city_is_asked(self, sign_in):
        pair = make_pair(make_person("李红"), make_person("欧阳小虹", area=FARAWAY))
        client = sign_in("gu")
        page = client.get("/duplicates/", {"area": COUNTY, "show": "split"}).content.decode()
        assert "欧***" in page
        assert "欧阳小虹" not in page
        assert "西县" in page
        assert 'value="different"' not in page
        assert client.get(f"/duplicates/{pair.uuid}/merge/").status_code == 404
        client.post(f"/duplicates/{pair.uuid}/ask/", {"show": "split", "area": COUNTY})
        pair.refresh_from_db()
        assert pair.passed_by == "gu"

    def test_merged_found_again_and_undone(self, sign_in):
        keep, gone = make_person("李红"), make_person("李虹", area=BEIQIAO)
        pair = make_pair(keep, gone)
        client, address = sign_in("zhou"), f"/duplicates/{pair.uuid}/merge/"
        told = client.get(address, {"keep": keep.uuid}).content.decode()
        assert "居住 2" in told
        for words in ("<b>档案一</b> · 李红", "<b>档案二</b> · 李虹"):
            assert words in told, "two that look alike are told apart"
        assert client.post(address, {"keep": keep.uuid, "id": new_id(), "why": ""}).status_code == 422
        done = client.post(address, {"keep": keep.uuid, "id": new_id(), "why": "已与本人核对"}, follow=True)
        assert "两份档案已合并" in done.content.decode()
        page = client.get(f"/people/{gone.uuid}/").content.decode()
        assert f"/people/{keep.uuid}/" in page
        assert f"/people/{gone.uuid}/unmerge/" in page
        assert "李虹" in client.get(f"/people/{keep.uuid}/").content.decode()
        client.post(f"/people/{gone.uuid}/unmerge/", {"id": new_id(), "why": "两个人"})
        gone.refresh_from_db()
        assert gone.merged_into is None
        assert "出生日期" in client.get(f"/people/{gone.uuid}/").content.decode()

    def test_nothing_to_do_says_how_to_begin(self, sign_in):
        page = sign_in("zhou").get("/duplicates/", {"area": TOWNSHIP}).content.decode()
        assert "shidai duplicates find" in page


class TestQueue:
    def test_a_pair_of_two_counties_is_split_for_both_and_whole_for_the_city(self, cast):
        near, split = make_person("李红"), make_person("李虹", area=FARAWAY)
        make_pair(near, make_person("李洪", area=BEIQIAO))
        make_pair(near, split)
        counts = {name: queries.queue(getattr(cast, name), area=area).counts for name, area in
                  (("zhou", TOWNSHIP), ("gu", COUNTY), ("ma", "329902"))}  # fmt: skip
        assert {name: (each["open"], each["split"]) for name, each in counts.items()} == {
            "zhou": (1, 1), "gu": (1, 1), "ma": (0, 1),
        }  # fmt: skip
        city = make_staff("sun", "city_registrar", CITY)
        assert queries.queue(city, area=CITY).counts["open"] == 2

    def test_what_the_city_was_asked_comes_first(self, cast):
        sure = make_pair(make_person(), make_person(area=FARAWAY), 0.99)
        asked = make_pair(make_person("李红"), make_person("李虹", area=FARAWAY), 0.5)
        actions.pass_pair(by=cast.gu, pair=asked.uuid)
        city = make_staff("sun", "city_registrar", CITY)
        assert list(queries.pairs(city, area=CITY)) == [asked, sure]

    def test_the_other_side_of_a_split_pair_is_masked(self, cast):
        pair = make_pair(make_person("李红"), make_person("欧阳小虹", area=FARAWAY, phone="15400001111"))
        page = queries.pair_page(cast.gu, pair.uuid)
        assert not page.may_judge
        assert (page.sides[1].name, page.sides[1].masked) == ("欧***", True)
        assert page.sides[1].person is None
        assert page.sides[1].areas == ("", "329902")
        read = AuditEntry.objects.filter(deed="duplicate.read")
        assert [entry.subject for entry in read] == [f"person:{pair.one.uuid}"]

    def test_numbers_are_hidden_until_they_are_asked_for_and_the_log_says_so(self, cast):
        one = make_person("李红", phone="15400001111", resident_number="990206197005010022")
        pair = make_pair(one, make_person("李虹", area=BEIQIAO))
        hidden, shown = (queries.pair_page(cast.gu, pair.uuid, numbers=numbers).sides[0] for numbers in (False, True))
        assert (hidden.number, hidden.phone) == ("990206••••••••0022", "15•••••••11")
        assert (shown.number, shown.phone) == ("990206197005010022", "15400001111")
        entries = AuditEntry.objects.filter(deed="duplicate.read", subject=f"person:{one.uuid}").order_by("seq")
        assert [json.loads(entry.detail)["numbers"] for entry in entries] == [False, True]

    def test_the_one_digit_that_differs_is_shown(self, cast):
        one, other = make_person(phone="15400001111"), make_person(area=BEIQIAO, phone="15400051111")
        page = queries.pair_page(cast.gu, make_pair(one, other).uuid)
        assert [side.phone for side in page.sides] == ["15••••0••11", "15••••5••11"]
        assert page.unlike == {"phone"}

    def test_a_merge_is_shown_in_numbers_before_it_is_done(self, cast):
        keep, gone = make_person("李红"), make_person("李虹", born="1971-5-1", area=BEIQIAO)
        actions.record_birth(by=OPERATOR, mother=gone.uuid, birth=day("1996-5-5"), sex=2, name="王小花")
        told = queries.preview_merge(cast.zhou, keep=keep.uuid, gone=gone.uuid)
        assert told.plan.count_following() == {"registry.Parentage": 1}
        assert told.plan.count_staying() == {"registry.Spell": 2}
        assert any("date of birth differs" in text.en for text in told.told)
        assert queries.preview_merge(cast.ma, keep=keep.uuid, gone=gone.uuid) is None

    def test_the_record_where_the_person_came_last_is_proposed_to_be_kept(self):
        stayed, moved = make_person(), make_person(area=FARAWAY, since="2003-1-1")
        assert queries.propose_kept(stayed, moved) == moved
        assert queries.propose_kept(moved, stayed) == moved
