"""The stock book of another system is taken over whole: checked line by line and day by day, each entry once."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from shidai.core.access import NoAccess
from shidai.supply import actions
from shidai.supply.ledger import find_imbalances
from shidai.supply.models import Balance, Site, StockEntry
from shidai.supply.roster import SITES, STOCK, take_book
from shidai.words import ShidaiError
from tests.factories import COUNTY, OPERATOR, TOWNSHIP, Cast
from tests.spec.supply.conftest import CONDOM

pytestmark = pytest.mark.django_db
OLD_STORE = {
    "code": "OLD", "area": COUNTY, "kind": "store", "name_zh": "旧库", "name_en": "Old store",
    "opened_on": "2005-01-01",
}  # fmt: skip
OLD_STATION = OLD_STORE | {
    "code": "OLD2", "area": TOWNSHIP, "kind": "station", "supplier": "OLD", "hours": "1-5 08:00-17:00",
}  # fmt: skip
GOODS = {"commodity": CONDOM, "lot": "X1", "expires_on": "2008-12-31"}
RECEIPT = GOODS | {"key": "1", "deed": "receipt", "site": "OLD", "day": "2006-01-10", "quantity": "500"}
SENT = GOODS | {"key": "2", "deed": "transfer", "site": "OLD", "other": "OLD2", "day": "2006-01-11", "quantity": "200"}
CAME = GOODS | {"key": "3", "deed": "arrival", "site": "OLD2", "day": "2006-01-13", "quantity": "200", "arrives": "2"}
GIVEN = GOODS | {
    "key": "4",
    "deed": "handout",
    "site": "OLD2",
    "day": "2006-01-20",
    "quantity": "30",
    "channel": "desk",
}
FOUND = GOODS | {"key": "5", "deed": "count", "site": "OLD2", "day": "2006-02-01", "quantity": "-2"}
ROWS = (RECEIPT, SENT, CAME, GIVEN, FOUND)


def write(folder: Path, sites: tuple[dict[str, str], ...], rows: tuple[dict[str, str], ...]) -> Path:
    for name, columns, lines in (("sites.csv", SITES, sites), ("stock.csv", STOCK, rows)):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(lines)
    return folder


def take(folder: Path) -> tuple[int, int, int]:
    taken = take_book(by=OPERATOR, source="pharmacy", folder=folder)
    return taken.sites, taken.new, taken.known


def test_sites_and_entries_come_over_once_and_balance(tmp_path: Path) -> None:
    folder = write(tmp_path, (OLD_STORE, OLD_STATION), ROWS)
    assert take(folder) == (2, 5, 0)
    assert take(folder) == (0, 0, 5)
    held = dict(Balance.objects.values_list("account", "quantity"))
    assert held == {"site:OLD": 300, "site:OLD2": 168, "transit:OLD2": 0}
    assert find_imbalances() == []
    assert Site.objects.get(code="OLD2").supplier == Site.objects.get(code="OLD")


def test_a_book_that_goes_on_adds_to_what_was_taken(tmp_path: Path) -> None:
    take(write(tmp_path, (OLD_STORE, OLD_STATION), ROWS))
    more = GIVEN | {"key": "6", "day": "2006-03-01", "quantity": "8"}
    assert take(write(tmp_path, (OLD_STORE, OLD_STATION), (*ROWS, more))) == (0, 1, 5)
    assert Balance.objects.get(account="site:OLD2").quantity == 160
    assert find_imbalances() == []


@pytest.mark.parametrize(
    ("changed", "where", "said"),
    [
        (RECEIPT | {"deed": "gift"}, "stock.csv:2 / deed", "no deed gift"),
        (RECEIPT | {"day": "2006-02-30"}, "stock.csv:2 / day", "no day"),
        (RECEIPT | {"site": "GONE"}, "stock.csv:2 / site", "no site GONE"),
        (RECEIPT | {"quantity": "-5"}, "stock.csv:2 / quantity", "no quantity"),
        (RECEIPT | {"commodity": "balloon"}, "stock.csv:2 / commodity", "no commodity balloon"),
        (RECEIPT | {"person_key": "P9"}, "stock.csv:2 / person_key", "nobody of this source"),
        (RECEIPT | {"channel": "post"}, "stock.csv:2 / channel", "desk, machine or visit"),
        (RECEIPT | {"day": "2999-01-01"}, "stock.csv:2 / day", "lies in the future"),
        (RECEIPT | {"quantity": "²"}, "stock.csv:2 / quantity", "no quantity"),
        (RECEIPT | {"lot": "X" * 21}, "stock.csv:2 / lot", "1 to 20 characters"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_taken(
    tmp_path: Path, changed: dict[str, str], where: str, said: str
) -> None:
    with pytest.raises(ShidaiError) as caught:
        take(write(tmp_path, (OLD_STORE, OLD_STATION), (changed,)))
    assert any(one.where == where and said in one.what.en for one in caught.value.problems)
    assert not StockEntry.objects.exists()
    assert not Site.objects.filter(code="OLD").exists()


def test_what_was_never_there_cant_have_gone_out(tmp_path: Path) -> None:
    early = GIVEN | {"day": "2006-01-12"}
    with pytest.raises(ShidaiError, match="comes to -30"):
        take(write(tmp_path, (OLD_STORE, OLD_STATION), (RECEIPT, SENT, CAME, early)))


def test_a_lot_has_one_day_of_expiry_and_isnt_given_after_it(tmp_path: Path) -> None:
    other = GIVEN | {"expires_on": "2006-01-15"}
    with pytest.raises(ShidaiError) as caught:
        take(write(tmp_path, (OLD_STORE, OLD_STATION), (RECEIPT, SENT, CAME, other)))
    said = " ".join(one.what.en for one in caught.value.problems)
    assert "stands before with 2008-12-31" in said
    assert "expired lot" in said


@pytest.mark.parametrize(
    "wrong",
    [
        CAME | {"quantity": "190"},  # the rest would be under way for ever
        CAME | {"day": "2006-01-10"},
        CAME | {"site": "OLD"},
    ],
)
def test_what_arrives_is_what_was_sent(tmp_path: Path, wrong: dict[str, str]) -> None:
    with pytest.raises(ShidaiError, match="isn't where, when or what"):
        take(write(tmp_path, (OLD_STORE, OLD_STATION), (RECEIPT, SENT, wrong)))


def test_a_transfer_arrives_once(tmp_path: Path) -> None:
    with pytest.raises(ShidaiError, match="has come already"):
        take(write(tmp_path, (OLD_STORE, OLD_STATION), (RECEIPT, SENT, CAME, CAME | {"key": "9"})))


def test_the_rows_of_an_entry_are_of_one_site_and_day(tmp_path: Path) -> None:
    other = RECEIPT | {"site": "OLD2", "lot": "X2"}
    with pytest.raises(ShidaiError, match="differ in more than lot and quantity"):
        take(write(tmp_path, (OLD_STORE, OLD_STATION), (RECEIPT, other)))


def test_what_went_out_here_since_cant_go_out_by_the_file_again(tmp_path: Path) -> None:
    sites = (OLD_STORE, OLD_STATION)
    take(write(tmp_path, sites, ROWS))
    june = date(2006, 6, 1)
    for _ in range(4):
        actions.hand_out(by=OPERATOR, site="OLD2", commodity=CONDOM, quantity=40, day=june)
    more = GIVEN | {"key": "6", "day": "2006-03-01", "quantity": "9"}
    with pytest.raises(ShidaiError, match="only 8 of the lot X1"):
        take(write(tmp_path, sites, (*ROWS, more)))
    assert find_imbalances() == []


def test_a_row_that_ends_early_and_a_site_listed_twice_are_named(tmp_path: Path) -> None:
    folder = write(tmp_path, (OLD_STORE, OLD_STORE | {"closed_on": "2004-01-01", "latitude": "31.5"}), ())
    with pytest.raises(ShidaiError) as caught:
        take(folder)
    assert {one.where for one in caught.value.problems} == {
        f"sites.csv:3 / {name}" for name in ("code", "closed_on", "longitude")
    }
    write(folder, (OLD_STORE,), ())
    with (folder / "stock.csv").open("a", encoding="utf-8") as file:
        file.write("7,receipt\n")
    with pytest.raises(ShidaiError, match="no site"):
        take(folder)


def test_a_site_that_is_wrong_is_named(tmp_path: Path) -> None:
    wrong = OLD_STATION | {"area": "999999", "kind": "palace", "hours": "always", "supplier": "LATER"}
    with pytest.raises(ShidaiError) as caught:
        take(write(tmp_path, (OLD_STORE, wrong), ()))
    assert {one.where.split(" / ")[1] for one in caught.value.problems} == {"area", "kind", "hours", "supplier"}


def test_taking_over_is_the_supply_managers(tmp_path: Path, cast: Cast) -> None:
    with pytest.raises(NoAccess):
        take_book(by=cast.xu, source="pharmacy", folder=write(tmp_path, (OLD_STORE,), ()))


def test_a_missing_file_and_a_missing_column_are_told(tmp_path: Path) -> None:
    with pytest.raises(ShidaiError, match="no such file"):
        take(tmp_path)
    write(tmp_path, (OLD_STORE,), ())
    (tmp_path / "stock.csv").write_text("key,deed\n")
    with pytest.raises(ShidaiError, match="Columns are missing: site"):
        take(tmp_path)
