"""What spreadsheet programs do to files: read where nothing is lost, else refused with the way to mend it."""

from datetime import date

import openpyxl
import pytest

from shidai.linkage.residentnumber import check_character
from shidai.registry.importing import Order, import_files
from shidai.registry.models import Person
from shidai.words import ShidaiError
from tests.factories import OPERATOR

pytestmark = pytest.mark.usefixtures("city")
NUMBER = "99999919700501122" + check_character("99999919700501122")
HEADER = ["key", "name", "sex", "birth_date", "resident_number"]


def take(file):
    (outcome,) = import_files([("person", file)], Order("office", OPERATOR, mode="list")).outcomes
    return [(reject.line, reject.column, reject.what.en, reject.mend.en) for reject in outcome.rejects]


def sheet(folder, *rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(folder / "person.xlsx")
    return folder / "person.xlsx"


class TestNumbersInASpreadsheet:
    def test_a_month_that_may_have_lost_its_zero_is_refused(self, tmp_path):
        rows = [
            ["a", "甲", "男", 1987.1],
            ["b", "乙", "男", 1987.12],
            ["c", "丙", "男", "1987.1"],
            ["d", "丁", "男", 1987],
        ]
        rejects = take(sheet(tmp_path, HEADER[:4], *rows))
        assert [(line, column) for line, column, *_ in rejects] == [(2, "birth_date"), (3, "birth_date")]
        assert "1987.1" in rejects[0][2]
        assert "as text" in rejects[0][3]
        assert set(Person.objects.values_list("birth_date", flat=True)) == {date(1987, 1, 15), date(1987, 7, 1)}

    def test_a_resident_number_that_lost_its_last_digits_says_why(self, tmp_path):
        rejects = take(sheet(tmp_path, HEADER, ["a", "甲", "女", None, int(NUMBER[:17] + "0")]))
        assert [(line, column) for line, column, *_ in rejects] == [(2, "resident_number")]
        assert "as text" in rejects[0][3]

    def test_also_where_it_was_saved_as_csv(self, tmp_path):
        file = tmp_path / "person.csv"
        file.write_text(",".join(HEADER) + "\na,甲,女,1970-5-1,9.99999E+17\n", encoding="utf-8")
        assert "as text" in take(file)[0][3]

    def test_as_text_it_is_read(self, tmp_path):
        assert take(sheet(tmp_path, HEADER, ["a", "甲", "女", None, NUMBER])) == []
        assert Person.objects.get().birth_date == date(1970, 5, 1)


class TestEncoding:
    @pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
    def test_unicode_text_is_read(self, tmp_path, encoding):
        mark = "\ufeff" if encoding == "utf-16-be" else ""
        text = mark + "\t".join(HEADER[:4]) + "\r\na\t王明\t男\t1980-1-2\r\n"
        (tmp_path / "person.csv").write_bytes(text.encode(encoding))
        assert take(tmp_path / "person.csv") == []
        assert Person.objects.get().name == "王明"


class TestATitleAboveTheColumns:
    def test_a_spreadsheet_says_where_the_names_stand(self, tmp_path):
        file = sheet(tmp_path, ["人员花名册"], [], HEADER[:4], ["a", "甲", "男", "1980-1-2"])
        with pytest.raises(ShidaiError, match=r"person\.xlsx:3: The column names stand in row 3"):
            take(file)

    def test_a_csv_too(self, tmp_path):
        file = tmp_path / "person.csv"
        file.write_text("人员花名册,,,\n" + ",".join(HEADER[:4]) + "\na,甲,男,1980-1-2\n", encoding="utf-8")
        with pytest.raises(ShidaiError, match="in row 2"):
            take(file)
        assert not Person.objects.exists()

    def test_a_missing_column_is_still_named(self, tmp_path):
        with pytest.raises(ShidaiError, match="'sex'"):
            take(sheet(tmp_path, ["key", "name"], ["a", "甲"]))
