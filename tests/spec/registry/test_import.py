"""Importing files: what is new, changed, unchanged or rejected, all or nothing or with a list."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from shidai.core import audit, sealing
from shidai.core.access import NoAccess
from shidai.core.models import AuditEntry
from shidai.linkage.residentnumber import check_character
from shidai.registry import actions, queries
from shidai.registry.importing import FILE_KINDS, Order, find_files, import_files, write_rejects
from shidai.registry.models import (
    Birth,
    ContraceptiveUse,
    Death,
    Household,
    Identifier,
    ImportReject,
    ImportRun,
    Parentage,
    Person,
    Spell,
    Union,
)
from shidai.words import ShidaiError
from tests.factories import BEIQIAO, FARAWAY, NANQIAO, OPERATOR, OTHER_COUNTY, TOWNSHIP

TODAY = date(2006, 12, 31)
METHODS = (("iud", "iud"), ("宫内节育器", "iud"))
pytestmark = pytest.mark.usefixtures("city")
FAMILY = {
    "household": f"户编号,村代码,地址,户主编号\nh1,{NANQIAO},幸福路1号,p1",
    "person": (
        "人员编号,姓名,性别,出生日期,户口性质,民族,联系电话,母亲编号,父亲编号\n"
        "p3,王小明,男,一九八七年三月五日,农业,汉,,p2,p1\n"  # his parents stand below him
        "p1,王大明,男,1960-3-5,农业,汉,13800000000,,\n"
        "p2,李小红,女,1962年7月,农业,汉,,,"
    ),
    "spell": (
        "key,person_key,kind,area,start_date,end_date,start_reason,end_reason,household_key\n"
        f"s1,p1,户籍,{NANQIAO},1960-3-5,,出生,,h1\ns2,p2,户籍,{NANQIAO},1985-1-1,,婚姻,,h1\n"
        f"s3,p3,户籍,{NANQIAO},1987-3-5,,出生,,h1\ns4,p3,现居住,{BEIQIAO},2005-9-1,,学习,,"
    ),
    "union": "key,wife_key,husband_key,start_date,end_date,end_reason\nu1,p2,p1,1985-1-1,,",
    "birth": (
        "key,child_key,mother_key,father_key,birth_date,sex,birth_order,plurality,recorded_on\n"
        "b1,p3,p2,p1,1987-3-5,男,1,1,1987-3-6\nb2,,p2,p1,1990-5,女,2,1,"
    ),
    "death": "key,person_key,death_date,cause,recorded_on\nd1,p1,2005-2-1,I21,2005-2-3",
    "contraception": "key,person_key,method,start_date,end_date,end_reason\nc1,p2,宫内节育器,1990-8-1,,",
}


def write(folder: Path, **texts: str) -> list[tuple[str, Path]]:
    for kind, text in texts.items():
        (folder / f"{kind}.csv").write_text(text + "\n", encoding="utf-8")
    return find_files(folder)


def take(files, by=OPERATOR, source="office", **more):
    return import_files(files, Order(source=source, by=by, methods=METHODS, today=TODAY, **more))


def people(*rows: str) -> str:
    return "\n".join(("key,name,sex,birth_date,mother_key,father_key", *rows))


def faults(report) -> list[tuple[int, str]]:
    return [(reject.line, reject.column) for outcome in report.outcomes for reject in outcome.rejects]


class TestAFamily:
    @pytest.fixture(autouse=True)
    def _imported(self, city, tmp_path):
        self.files = write(tmp_path, **FAMILY)
        self.report = take(self.files)

    def test_everything_is_new(self):
        assert [(o.kind, o.counts.new) for o in self.report.outcomes] == [
            ("household", 1), ("person", 3), ("spell", 4), ("union", 1), ("birth", 2), ("death", 1),
            ("contraception", 1),
        ]  # fmt: skip
        assert faults(self.report) == []

    def test_parents_further_down_the_file_are_linked(self):
        child = Parentage.objects.get(child__name="王小明")
        assert (child.mother.name, child.father.name) == ("李小红", "王大明")

    def test_the_head_of_a_household_is_linked_once_people_are_there(self):
        assert Household.objects.get().head.name == "王大明"

    def test_a_half_known_birth_keeps_its_precision(self):
        assert Person.objects.get(name="李小红").birth_precision == "month"

    def test_residence_is_copied_to_the_person(self):
        child = Person.objects.get(name="王小明")
        assert (child.registered_area, child.living_area) == (NANQIAO, BEIQIAO)

    def test_a_birth_of_an_unknown_child_makes_a_person_where_the_mother_is_registered(self):
        child = Birth.objects.get(birth_order=2).child
        assert (child.name, child.birth_date, child.birth_precision) == ("未命名", date(1990, 5, 15), "month")
        assert child.registered_area == NANQIAO
        assert child.spells.get().household == Household.objects.get()

    def test_a_death_ends_what_was_open(self):
        assert Spell.objects.get(person__name="王大明").end_date == date(2005, 2, 1)
        assert Union.objects.get().end_reason == "widowed"
        assert Death.objects.get().registered_area == NANQIAO

    def test_phones_and_addresses_are_sealed(self):
        person = Person.objects.get(name="王大明")
        assert b"138" not in bytes(person.contact)
        assert "13800000000" in sealing.open_sealed(person.contact, "person.contact")

    def test_the_method_is_the_packs(self):
        assert ContraceptiveUse.objects.get().method == "iud"

    def test_every_file_is_one_audit_entry_with_its_hash(self):
        entries = AuditEntry.objects.filter(deed="import")
        assert entries.count() == 7
        assert all("sha256" in entry.detail for entry in entries)
        assert audit.verify().sound

    def test_the_same_files_again_change_nothing(self):
        again = take(self.files)
        assert [(o.counts.new, o.counts.changed) for o in again.outcomes] == [(0, 0)] * 7
        assert Person.objects.count() == 4
        assert Birth.objects.count() == 2

    def test_a_changed_row_updates_its_record(self, tmp_path):
        before = Person.objects.get(name="李小红")
        changed = FAMILY["person"].replace("李小红,女,1962年7月", "李晓红,女,1962-7-9")
        (tmp_path / "person.csv").write_text(changed, encoding="utf-8")
        report = take([("person", tmp_path / "person.csv")])
        assert (report.outcomes[0].counts.changed, report.outcomes[0].counts.unchanged) == (1, 2)
        after = Person.objects.get(pk=before.pk)
        assert (after.name, after.birth_date, after.birth_precision) == ("李晓红", date(1962, 7, 9), "day")
        assert (after.uuid, after.registered_area) == (before.uuid, NANQIAO)

    def test_a_changed_birth_date_must_fit_what_the_person_did(self, tmp_path):
        late = FAMILY["person"].replace("1962年7月", "1986-7-9")
        (tmp_path / "person.csv").write_text(late, encoding="utf-8")
        report = take([("person", tmp_path / "person.csv")])
        assert not report.stored
        assert Person.objects.get(name="李小红").birth_date == date(1962, 7, 15)

    def test_a_withdrawn_birth_stays_withdrawn_when_the_same_files_come_again(self):
        child = Birth.objects.get(birth_order=2).child
        actions.withdraw_birth(by=OPERATOR, child=child.uuid, why="母亲有误")
        again = take(self.files)
        assert [(o.counts.new, o.counts.changed) for o in again.outcomes] == [(0, 0)] * 7
        assert Birth.objects.count() == 1

    def test_and_comes_back_when_the_source_has_corrected_its_row(self, tmp_path):
        child = Birth.objects.get(birth_order=2).child
        actions.withdraw_birth(by=OPERATOR, child=child.uuid, why="日期有误")
        take(write(tmp_path, birth=FAMILY["birth"].replace("1990-5,", "1991-6-7,")))
        back = Birth.objects.get(birth_order=2).child
        assert (back.birth_date, back.parentage.mother.name) == (date(1991, 6, 7), "李小红")
        assert back.registered_area == NANQIAO

    def withdraw_the_child_of_the_files(self):
        child = Person.objects.get(name="王小明")
        actions.withdraw_move(by=OPERATOR, spell=child.spells.get(area=BEIQIAO).uuid, why="登记错人")
        actions.withdraw_birth(by=OPERATOR, child=child.uuid, why="母亲有误")

    def test_so_does_a_child_of_the_file_of_people(self):
        self.withdraw_the_child_of_the_files()
        again = take(self.files)
        assert [(o.counts.new, o.counts.changed, o.counts.rejected) for o in again.outcomes] == [(0, 0, 0)] * 7
        assert not Person.objects.filter(name="王小明").exists()

    def test_who_comes_back_with_a_corrected_row_and_all_that_belongs_to_it(self, tmp_path):
        self.withdraw_the_child_of_the_files()
        again = take(write(tmp_path, person=FAMILY["person"].replace("王小明,男", "王晓明,男")))
        assert [o.counts.rejected for o in again.outcomes] == [0] * 7
        back = Person.objects.get(name="王晓明")
        assert (back.registered_area, back.birth.birth_order, back.parentage.mother.name) == (NANQIAO, 1, "李小红")

    def test_an_imported_move_is_withdrawn_too(self):
        spell = Spell.objects.get(area=BEIQIAO)
        actions.withdraw_move(by=OPERATOR, spell=spell.uuid, why="登记错人")
        assert Person.objects.get(name="王小明").living_area == ""
        take(self.files)
        assert not Spell.objects.filter(area=BEIQIAO).exists()

    def test_another_source_has_keys_of_its_own(self):
        take(self.files[:2], source="clinic")
        assert Person.objects.filter(name="王大明").count() == 2


class TestRejects:
    def rejected(self, tmp_path, mode="list", **texts):
        return take(write(tmp_path, **texts), mode=mode)

    def test_in_a_list_the_good_rows_are_stored_and_the_others_named_by_row_and_column(self, tmp_path):
        report = self.rejected(tmp_path, person=people("a,甲,男,1980-1-1,,", "b,乙,无,1980-2-30,,", "c,丙,女,1981,,"))
        assert faults(report) == [(3, "sex"), (3, "birth_date")]
        assert report.outcomes[0].counts.rejected == 1
        assert set(Person.objects.values_list("name", flat=True)) == {"甲", "丙"}
        assert ImportReject.objects.count() == 2

    def test_all_or_nothing_stores_nothing_when_one_row_is_wrong(self, tmp_path):
        report = self.rejected(tmp_path, "none", person=people("a,甲,男,1980-1-1,,", "b,乙,无,1980-1-1,,"))
        assert not report.stored
        assert not Person.objects.exists()
        assert not ImportRun.objects.exists()
        assert AuditEntry.objects.filter(deed="import.refused").count() == 1

    def test_the_list_is_a_file_that_says_how_to_mend(self, tmp_path):
        report = self.rejected(tmp_path, person=people("b,乙,无,1980-1-1,,"))
        write_rejects(tmp_path / "out.csv", "person", report.outcomes[0].rejects)
        text = (tmp_path / "out.csv").read_text(encoding="utf-8-sig")
        assert "2,b,性别 (sex)" in text
        assert "可填：男、女、未说明" in text
        assert "Write one of" in text

    def test_the_same_key_twice_is_refused_the_second_time(self, tmp_path):
        report = self.rejected(tmp_path, person=people("a,甲,男,1980-1-1,,", "a,甲,男,1980-1-2,,"))
        assert faults(report) == [(3, "key")]
        assert "row 2" in report.outcomes[0].rejects[0].what.en

    def test_also_when_chunks_lie_between(self, tmp_path):
        rows = [f"k{n},甲,男,1980-1-1,," for n in range(5)]
        report = take(write(tmp_path, person=people(*rows, "k0,乙,男,1980-1-1,,")), mode="list", chunk=2)
        assert faults(report) == [(7, "key")]

    def test_an_unchanged_row_counts_as_the_first_of_two(self, tmp_path):
        files = write(tmp_path, person=people("a,甲,男,1980-1-1,,"))
        take(files)
        report = take(write(tmp_path, person=people("a,甲,男,1980-1-1,,", "a,乙,男,1980-1-1,,")), mode="list", chunk=1)
        assert faults(report) == [(3, "key")]
        assert Person.objects.get().name == "甲"

    def test_an_unknown_area_is_refused_and_a_township_is_no_village(self, tmp_path):
        report = self.rejected(tmp_path, household=f"key,area\na,999999999999\nb,{TOWNSHIP}\nc,{NANQIAO}")
        assert faults(report) == [(2, "area"), (3, "area")]
        assert "is a township, not a village" in report.outcomes[0].rejects[1].what.en

    def test_a_row_that_names_a_person_who_is_not_there_is_refused(self, tmp_path):
        report = self.rejected(tmp_path, death="key,person_key,death_date\nd,nobody,2005-1-1")
        assert faults(report) == [(2, "person_key")]

    def test_a_parent_who_never_comes_is_left_out_and_noted(self, tmp_path):
        report = self.rejected(tmp_path, person=people("a,甲,男,1980-1-1,nobody,"))
        assert (report.rejected, report.notes) == (0, 1)
        assert Person.objects.get().name == "甲"

    def test_a_parent_who_comes_in_a_later_file_is_linked_then(self, tmp_path):
        self.rejected(tmp_path, person=people("a,甲,男,1980-1-1,m,"))
        self.rejected(tmp_path, person=people("m,母,女,1955-1-1,,"))
        assert Parentage.objects.get().mother.name == "母"

    def test_a_mother_of_nine_is_refused_wherever_she_stands(self, tmp_path):
        child, mother = "a,甲,男,1980-1-1,m,", "m,母,女,1971-1-1,,"
        assert faults(self.rejected(tmp_path, person=people(mother, child))) == [(3, "mother_key")]
        report = take(write(tmp_path, person=people(child, mother)), source="other", mode="list", chunk=1)
        assert faults(report) == [(2, "mother_key")]
        assert not Parentage.objects.exclude(mother=None).exists()

    def test_overlapping_spells_are_refused_also_across_chunks(self, tmp_path):
        spell = f"s{{}},a,户籍,{NANQIAO},{{}},{{}}"
        text = "\n".join(
            ("key,person_key,kind,area,start_date,end_date", spell.format(1, "1980-1-1", "1990-1-1"),
             spell.format(2, "1990-1-1", ""), spell.format(3, "1985-1-1", "1986-1-1"),
             f"s4,a,现居住,{NANQIAO},1980-1-1,")
        )  # fmt: skip
        report = take(write(tmp_path, person=people("a,甲,男,1980-1-1,,"), spell=text), mode="list", chunk=1)
        assert faults(report) == [(4, "start_date")]

    def test_births_two_months_apart_and_events_after_death_are_refused(self, tmp_path):
        report = self.rejected(
            tmp_path,
            person=people("m,母,女,1960-1-1,,"),
            birth="key,mother_key,birth_date,sex\nb1,m,1985-1-1,男\nb2,m,1985-3-1,女\nb3,m,1987-1-1,女",
            death="key,person_key,death_date\nd1,m,1986-1-1",
        )
        assert faults(report) == [(3, "birth_date"), (2, "death_date")]

    def test_a_resident_number_must_fit_sex_and_birth_and_be_nobody_elses(self, tmp_path):
        first = "99999919700501122"
        number = first + check_character(first)
        rows = (f"a,甲,女,,{number}", f"b,乙,女,,{number}", f"c,丙,男,1971-1-1,{number}", f"d,丁,女,,{first}0")
        text = "\n".join(("key,name,sex,birth_date,resident_number", *rows))
        report = self.rejected(tmp_path, person=text)
        assert faults(report) == [(5, "resident_number"), (4, "birth_date"), (4, "sex"), (3, "resident_number")]
        assert Person.objects.get().birth_date == date(1970, 5, 1)
        assert Identifier.objects.count() == 1
        assert number not in " ".join(reject.what.zh + reject.what.en for reject in report.outcomes[0].rejects)

    def test_too_few_cells_hint_at_a_comma(self, tmp_path):
        report = self.rejected(tmp_path, person=people("a,甲,男", "b,乙,男,1980-1-1,,", "c,丙,男,1980-1-1,,,x"))
        assert [reject.line for reject in report.outcomes[0].rejects] == [2, 4]
        assert "逗号" in report.outcomes[0].rejects[0].mend.zh


class TestAccess:
    def test_rows_outside_the_importing_persons_area_are_refused(self, tmp_path, cast):
        text = f"key,area\na,{NANQIAO}\nb,{FARAWAY}"
        report = take(write(tmp_path, household=text), by=cast.zhou, mode="list")
        assert faults(report) == [(3, "area")]

    def test_who_may_not_import_is_refused_before_anything_is_read(self, tmp_path, cast):
        for stranger in (cast.lan, cast.he, cast.qian, cast.admin):
            with pytest.raises(NoAccess):
                take(write(tmp_path, household=f"key,area\na,{NANQIAO}"), by=stranger)
        assert not Household.objects.exists()

    def test_a_county_officer_sees_her_own_runs_only(self, tmp_path, cast):
        take(write(tmp_path, household=f"key,area\na,{NANQIAO}"), by=cast.gu)
        assert queries.import_runs(cast.gu).count() == 1
        assert queries.import_runs(cast.ma).count() == 0
        assert cast.ma.prefixes("record.import") == (OTHER_COUNTY,)


class TestDryRun:
    def test_it_says_what_would_happen_and_stores_nothing(self, tmp_path):
        files = write(tmp_path, **FAMILY)
        report = take(files, dry_run=True)
        assert [o.counts.new for o in report.outcomes] == [1, 3, 4, 1, 2, 1, 1]
        assert not report.stored
        assert not Person.objects.exists()
        assert not ImportRun.objects.exists()


class TestResuming:
    def test_an_interrupted_import_continues_behind_its_checkpoint(self, tmp_path):
        files = write(tmp_path, person=people(*(f"k{n},甲,男,1980-1-1,," for n in range(10))))

        def interrupt(name, done, total):
            if done == 6:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            take(files, mode="list", chunk=2, progress=interrupt)
        assert Person.objects.count() == 6
        assert ImportRun.objects.get().state == ImportRun.State.STOPPED

        report = take(files, mode="list", chunk=2)
        assert report.outcomes[0].resumed_after == 6
        assert report.outcomes[0].counts.new == 10
        assert Person.objects.count() == 10

    def test_all_or_nothing_keeps_nothing_when_interrupted(self, tmp_path):
        files = write(tmp_path, person=people(*(f"k{n},甲,男,1980-1-1,," for n in range(4))))

        def interrupt(name, done, total):
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            take(files, chunk=2, progress=interrupt)
        assert not Person.objects.exists()


class TestFiles:
    def test_gb18030_is_recognised_and_rare_characters_survive(self, tmp_path):
        (tmp_path / "person.csv").write_bytes(people("a,王䶮,男,1980-1-1,,", "b,𠮷川,女,1980-1-1,,").encode("gb18030"))
        take(find_files(tmp_path))
        assert set(Person.objects.values_list("name", flat=True)) == {"王䶮", "𠮷川"}

    def test_utf_8_with_a_byte_order_mark(self, tmp_path):
        (tmp_path / "person.csv").write_text(people("a,王明,男,1980-1-1,,"), encoding="utf-8-sig")
        take(find_files(tmp_path))
        assert Person.objects.get().name == "王明"

    def test_a_spreadsheet_with_real_dates_and_numbers(self, tmp_path):
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.append(["人员编号", "姓名", "性别", "出生日期", "备注"])
        sheet.append([101, "王明", "男", date(1980, 1, 2), "x"])
        sheet.append([102, "李红", "女", 31841, None])
        book.save(tmp_path / "人员.xlsx")
        report = take(find_files(tmp_path))
        assert report.outcomes[0].ignored == ["备注"]
        assert set(Person.objects.values_list("birth_date", flat=True)) == {date(1980, 1, 2), date(1987, 3, 5)}

    @pytest.mark.parametrize("delimiter", ["\t", ";"])
    def test_tabs_and_semicolons(self, tmp_path, delimiter):
        (tmp_path / "person.csv").write_text(people("a,王明,男,1980-1-1,,").replace(",", delimiter), encoding="utf-8")
        take(find_files(tmp_path))
        assert Person.objects.count() == 1

    def test_missing_columns_of_all_files_are_named_at_once(self, tmp_path):
        with pytest.raises(ShidaiError) as refused:
            take(write(tmp_path, person="key,name\na,b", household="key\na"))
        assert {p.where for p in refused.value.problems} == {"person.csv", "household.csv"}
        assert "性别" in refused.value.said("zh")

    def test_an_open_quote_is_found_at_the_line_where_it_began(self, tmp_path):
        with pytest.raises(ShidaiError, match=r"person\.csv:3"):
            take(write(tmp_path, person=people("a,甲,男,1980-1-1,,", 'b,"乙,男,1980-1-1,,', "c,丙,男,1980-1-1,,")))
        assert not Person.objects.exists()

    def test_neither_utf_8_nor_gb18030(self, tmp_path):
        (tmp_path / "person.csv").write_bytes(b"key,name,sex\na,\xff\xff\xff,\xfe\n")
        with pytest.raises(ShidaiError, match=r"person\.csv:1: The file isn't encoded"):
            take(find_files(tmp_path))

    def test_an_empty_file(self, tmp_path):
        (tmp_path / "person.csv").write_text("")
        with pytest.raises(ShidaiError, match="empty"):
            take(find_files(tmp_path))

    def test_something_that_is_no_spreadsheet(self, tmp_path):
        (tmp_path / "person.xlsx").write_text("no")
        with pytest.raises(ShidaiError, match="spreadsheet"):
            take(find_files(tmp_path))

    def test_a_folder_without_files_says_how_they_are_named(self, tmp_path):
        with pytest.raises(ShidaiError, match=r"person\.csv"):
            find_files(tmp_path)


def test_the_page_of_columns_shows_exactly_the_columns_of_the_code():
    page = Path("docs/reference/import-columns.md").read_text(encoding="utf-8")
    for kind in FILE_KINDS.values():
        assert f"## {kind.title.zh} `{kind.id}`" in page
        for column in kind.columns:
            row = f"| `{column.id}` | {'、'.join(column.headers)} | {'必填 required' if column.required else ''} |"
            assert row in page, row
