"""A roster that another system has kept is taken over: all of it or nothing, and what is wrong is told row by row."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from shidai.benefits import actions
from shidai.benefits.actions.roster import Taken
from shidai.benefits.actions.rostercolumns import ATTESTED, CLAIMS, EMPTY
from shidai.benefits.models import Account, Attestation, Claim, Decision, LedgerEntry
from shidai.benefits.queries import standing_of
from shidai.core.access import NoAccess, Scope
from shidai.core.models import CountyChange
from shidai.registry.importing import Order, find_files, import_files
from shidai.registry.models import Person, SourceRow
from shidai.words import Problem, ShidaiError
from tests.factories import BEIQIAO, FARAWAY, NANQIAO, OPERATOR, Cast, make_staff
from tests.spec.benefits.conftest import BANK, CARD

SOURCE = "office"
REGISTER = {
    "household": f"key,area\nH1,{NANQIAO}\nH2,{FARAWAY}",
    "person": (
        "key,name,sex,birth_date,registration\n"
        "P1,陈秀英,女,1940-3-5,农业\nP2,李大山,男,1941-7-1,农业\nP3,王远,男,1939-1-1,农业"
    ),
    "spell": (
        "key,person_key,kind,area,start_date,end_date\n"
        f"s1,P1,户籍,{NANQIAO},1960-1-1,\ns3,P3,户籍,{FARAWAY},1960-1-1,\n"
        f"s2,P2,户籍,{NANQIAO},1960-1-1,2006-6-1\ns4,P2,户籍,{BEIQIAO},2006-6-1,"
    ),
}
REWARD = {
    "key": "E1", "scheme": "rural-reward", "version": "pilot-2004", "subject": "person", "person_key": "P1",
    "household_key": "", "village": "", "area": NANQIAO, "applied_on": "2006-01-10",
    "passed_on": "2006-01-11;2006-02-01;2006-03-01", "confirmed_on": "2007-03-01", "outcome": "in_force",
    "ended_on": "", "reason": "", "granted_fen": "", "account": CARD, "bank_code": BANK, "holder": "陈秀英",
}  # fmt: skip
FUND = REWARD | {
    "key": "E2", "scheme": "public-welfare-fund", "version": "fund-2006", "subject": "household", "person_key": "",
    "household_key": "H1", "confirmed_on": "", "granted_fen": "50000", "account": "", "bank_code": "", "holder": "",
}  # fmt: skip
HARDSHIP = {
    "subject": "household", "person_key": "", "household_key": "H1", "village": "", "fact": "household_hardship",
    "number": "1", "start_date": "2006-01-01", "end_date": "", "paper": "走访核实表",
}  # fmt: skip
STOP = {"outcome": "stopped", "ended_on": "2007-06-01", "reason": "户籍迁出"}
pytestmark = pytest.mark.usefixtures("pack")


@pytest.fixture
def folder(city: None, tmp_path: Path) -> Path:
    """A folder for the two files, beside a register of two elders and a household of Nanqiao and some far away."""
    register = tmp_path / "register"
    register.mkdir()
    for kind, text in REGISTER.items():
        (register / f"{kind}.csv").write_text(text + "\n", encoding="utf-8")
    done = import_files(find_files(register), Order(source=SOURCE, by=OPERATOR, today=date(2007, 12, 31)))
    assert done.rejected == 0
    return tmp_path


def write(file: Path, rows: list[dict[str, str]], columns: list[str], encoding: str = "utf-8") -> Path:
    lines = [",".join(columns), *(",".join(row[column] for column in columns) for row in rows)]
    file.write_text("\n".join(lines) + "\n", encoding=encoding)
    return file


def take(
    folder: Path, *rows: dict[str, str], facts: tuple[dict[str, str], ...] = (HARDSHIP,), by: Scope = OPERATOR
) -> Taken:
    """Take over these rows of claims, with the hardship that one of them rests on."""
    claims = write(folder / "roster.csv", [*rows], [*REWARD])
    attested = write(folder / "attested.csv", [*facts], [*HARDSHIP])
    return actions.take_roster(by=by, source=SOURCE, claims=claims, attested=attested)


def refused(folder: Path, *rows: dict[str, str], **more: Any) -> tuple[Problem, ...]:
    """What is wrong with these rows; nothing of them was taken."""
    before = kept()
    with pytest.raises(ShidaiError) as error:
        take(folder, *rows, **more)
    assert kept() == before
    return error.value.problems


def kept() -> list[int]:
    return [model.objects.count() for model in (Claim, LedgerEntry, Decision, Account, Attestation)]


def one(problems: tuple[Problem, ...]) -> str:
    """The only problem, as it is told; each is told in both languages with its remedy."""
    assert len(problems) == 1, problems
    assert all((problems[0].what.zh, problems[0].mend.zh, problems[0].mend.en))
    return problems[0].said("en")


class TestTakingOver:
    def test_claims_come_with_their_acts_decisions_papers_and_accounts(self, folder: Path) -> None:
        assert take(folder, REWARD, FUND) == Taken(claims=2, acts=9, attested=1, accounts=1)
        reward, fund = Claim.objects.order_by("scheme").reverse()
        assert [(act.act, str(act.day)) for act in reward.entries.all()] == [
            ("apply", "2006-01-10"), ("pass", "2006-01-11"), ("pass", "2006-02-01"), ("pass", "2006-03-01"),
            ("reverify", "2007-03-01"),
        ]  # fmt: skip
        assert all(act.told_on == act.day for act in reward.entries.all())
        assert (reward.area, reward.state, standing_of(reward, date(2007, 4, 1)).state) == (
            NANQIAO,
            "in_force",
            "in_force",
        )
        assert reward.accounts.get().masked_number() == "****0000"
        decision = fund.decisions.get()
        assert (decision.on, decision.granted) == (date(2006, 3, 1), 50_000)
        assert decision.facts["household_hardship"] is True

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
    def test_offices_headers_words_and_encodings_are_read(self, folder: Path, encoding: str) -> None:
        headers = {column.id: column.headers[0] for column in (*CLAIMS.columns, *ATTESTED.columns)}
        words = {"subject": "个人", "outcome": "享受中", "applied_on": "2006年1月10日"}
        claim = {headers[id]: text for id, text in (REWARD | words).items()}
        fact = {headers[id]: text for id, text in (HARDSHIP | {"subject": "家庭户", "number": "是"}).items()}
        claims = write(folder / "名册.csv", [claim], [*claim], encoding)
        attested = write(folder / "材料.csv", [fact], [*fact], encoding)
        taken = actions.take_roster(by=OPERATOR, source=SOURCE, claims=claims, attested=attested)
        assert taken == Taken(claims=1, acts=5, attested=1, accounts=1)

    @pytest.mark.parametrize("text", ["2006/1/10", "2006.1.10", "20060110", "38727", "２００６-０１-１０"])
    def test_a_day_is_read_in_the_forms_that_the_registers_import_reads(self, folder: Path, text: str) -> None:
        take(folder, REWARD | {"applied_on": text})
        assert Claim.objects.get().entries.get(act="apply").day == date(2006, 1, 10)

    def test_a_claim_that_was_stopped_keeps_the_reason_and_its_decision(self, folder: Path) -> None:
        take(folder, REWARD | STOP)
        stopped = LedgerEntry.objects.get(act="stop")
        assert stopped.reason == "户籍迁出"
        assert stopped.decision is not None
        assert stopped.decision.on == date(2007, 6, 1)

    def test_who_moved_since_may_have_claimed_in_the_former_village(self, folder: Path) -> None:
        take(folder, REWARD | {"person_key": "P2", "area": NANQIAO}, REWARD | {"key": "E5"})
        assert Claim.objects.get(person__name="李大山").area == NANQIAO

    def test_only_who_imports_takes_a_roster_over(self, folder: Path, cast: Cast) -> None:
        with pytest.raises(NoAccess):
            take(folder, REWARD, by=cast.lan)
        with pytest.raises(NoAccess):  # it holds the county's confirmations
            take(folder, REWARD, by=cast.zhou)
        assert take(folder, REWARD, by=cast.gu).claims == 1


class TestWhatIsWrong:
    @pytest.mark.parametrize(
        ("cells", "said"),
        [
            ({"applied_on": "2006-13-01"}, "applied_on: "),
            ({"applied_on": "2006-03"}, "applied_on: '2006-03' is no full date"),
            ({"applied_on": ""}, "'applied_on' (申请日期) is empty"),
            ({"passed_on": "2006-01-11;下周"}, "passed_on: "),
            ({"scheme": "rural-rewards"}, "The pack has no scheme rural-rewards"),
            ({"version": "pilot-1904"}, "has no version pilot-1904"),
            ({"subject": "couple"}, "subject: 'couple' is not one of the known words"),
            ({"subject": "household", "household_key": "H1"}, "is for a person, not for a household"),
            ({"person_key": ""}, "'person_key' (人员编号) is empty"),
            ({"person_key": "P9"}, "P9 isn't on the register"),
            ({"outcome": "ok"}, "outcome: 'ok' is not one of the known words"),
            ({"outcome": "waiting"}, "the acts of this row lead to 'in_force'"),
            ({"passed_on": "2006-01-11", "confirmed_on": ""}, "lead to 'notice'"),
            ({"passed_on": ";".join(["2006-03-01"] * 4)}, "4 steps were passed, and this version has 3"),
            ({"passed_on": "2006-01-11;2006-03-01;2006-02-01"}, "2006-02-01 is before 2006-03-01"),
            ({"passed_on": "2006-01-11;2006-01-15;2006-03-01"}, "The public notice runs to 21 Jan 2006"),
            ({"outcome": "stopped", "reason": "死亡"}, "without a day"),
            ({"ended_on": "2007-06-01"}, "and yet there is a day"),
            (STOP | {"reason": ""}, "'reason' (终止原因) is empty"),
            ({"area": "329901101299"}, "There is no village with the code 329901101299"),
            ({"area": BEIQIAO}, f"The area Beiqiao ({BEIQIAO}) is not where the person was registered"),
            ({"granted_fen": "60000"}, "nobody grants another one"),
            ({"granted_fen": "六百"}, "granted_fen: '六百' is not a whole number"),
            ({"account": "6228480000000000001"}, "check digit"),
            ({"bank_code": "农业银行"}, "12 digits"),
            ({"account": "6.2E+18"}, "scientific notation"),
            ({"reason": "甲,乙"}, "cells expected"),
        ],
    )
    def test_a_row_is_refused_with_its_place_and_a_remedy(self, folder: Path, cells: dict[str, str], said: str) -> None:
        told = one(refused(folder, FUND, REWARD | cells))
        assert told.startswith("roster.csv:3: ")
        assert said in told

    @pytest.mark.parametrize(
        ("cells", "said"),
        [
            ({"fact": "poor"}, "The pack has no fact poor"),
            ({"number": "很穷"}, "number: '很穷' is not one of the known words"),
            ({"number": "2"}, "number: '2' is not one of the known words"),
            ({"start_date": "38.5"}, "start_date: "),
            ({"end_date": "2005-01-01"}, "2005-01-01 is before 2006-01-01"),
            ({"subject": "person", "person_key": "P1"}, "is for a household, not for a person"),
            ({"household_key": "H9"}, "H9 isn't on the register"),
            ({"paper": ""}, "'paper' (材料) is empty"),
        ],
    )
    def test_an_attested_fact_is_refused_with_its_place_and_a_remedy(
        self, folder: Path, cells: dict[str, str], said: str
    ) -> None:
        told = one(refused(folder, REWARD, facts=(HARDSHIP | cells,)))
        assert told.startswith("attested.csv:2: ")
        assert said in told

    def test_a_number_of_years_is_a_whole_number(self, folder: Path) -> None:
        years = HARDSHIP | {"subject": "person", "person_key": "P1", "fact": "enterprise_years", "number": "12.5"}
        assert "number: '12.5' is not a whole number" in one(refused(folder, REWARD, facts=(years,)))

    @pytest.mark.parametrize("fen", ["19999", "500001"])
    def test_an_amount_beyond_the_limits_of_the_pack_was_granted_by_nobody(self, folder: Path, fen: str) -> None:
        told = one(refused(folder, REWARD, FUND | {"granted_fen": fen}))
        assert told.startswith("roster.csv:3: ")
        assert "doesn't lie between 200.00 and 5,000.00 yuan" in told

    def test_where_an_amount_is_granted_the_last_step_needs_one(self, folder: Path) -> None:
        assert "'granted_fen' (核定金额（分）) is empty" in one(refused(folder, FUND | {"granted_fen": ""}))

    def test_a_day_to_come(self, folder: Path) -> None:
        tomorrow = timezone.localdate() + timedelta(days=1)
        assert "lies in the future" in one(refused(folder, REWARD | {"confirmed_on": str(tomorrow)}))

    def test_all_problems_of_both_files_are_told_at_once_in_their_order(self, folder: Path) -> None:
        rows = [
            FUND | {"granted_fen": "500001"},  # the limits are looked up last
            REWARD | {"applied_on": "", "outcome": "?"},
            REWARD | {"key": "E3", "person_key": "P9"},
            REWARD | {"key": "E4", "scheme": "none"},
            REWARD | {"key": "E5"},
        ]
        assert [problem.where for problem in refused(folder, *rows)] == [
            "roster.csv:2", "roster.csv:3", "roster.csv:3", "roster.csv:4", "roster.csv:5",
        ]  # fmt: skip
        wrong = refused(folder, *rows, facts=(HARDSHIP, HARDSHIP | {"fact": "poor"}))
        assert [problem.where for problem in wrong][-2:] == ["roster.csv:5", "attested.csv:3"]

    def test_of_a_flood_of_problems_the_beginning_is_told_and_the_others_are_counted(self, folder: Path) -> None:
        rows = [REWARD | {"key": f"E{number}", "applied_on": "?"} for number in range(1010)]
        wrong = refused(folder, *rows)
        assert len(wrong) == 1001
        assert "10 more problems" in wrong[-1].said("en")

    @pytest.mark.parametrize("column", ["passed_on", "granted_fen", "outcome"])
    def test_a_missing_column_is_named(self, folder: Path, column: str) -> None:
        columns = [name for name in REWARD if name != column]
        claims = write(folder / "roster.csv", [REWARD], columns)
        attested = write(folder / "attested.csv", [HARDSHIP], [name for name in HARDSHIP if name != "fact"])
        with pytest.raises(ShidaiError) as error:
            actions.take_roster(by=OPERATOR, source=SOURCE, claims=claims, attested=attested)
        told = [problem.said("en") for problem in error.value.problems]
        assert any(f"roster.csv: The column '{column}'" in one for one in told)
        assert any("attested.csv: The column 'fact'" in one for one in told)

    def test_a_file_in_no_known_encoding(self, folder: Path) -> None:
        (folder / "roster.csv").write_bytes(b"\xff\xff\xff")
        with pytest.raises(ShidaiError, match="isn't encoded in"):
            actions.take_roster(
                by=OPERATOR, source=SOURCE, claims=folder / "roster.csv",
                attested=write(folder / "attested.csv", [], [*HARDSHIP]),
            )  # fmt: skip

    def test_a_key_stands_once_in_the_file(self, folder: Path) -> None:
        assert "has the same key" in one(refused(folder, REWARD, REWARD | {"person_key": "P3", "area": FARAWAY}))
        assert "attested.csv:3: It says the same as attested.csv:2" in one(
            refused(folder, REWARD, facts=(HARDSHIP, HARDSHIP))
        )

    def test_a_subject_claims_the_same_once(self, folder: Path, cast: Cast) -> None:
        assert "claims the same in roster.csv:2" in one(refused(folder, REWARD, REWARD | {"key": "E3"}))
        elder = actions.Subject(Person.objects.get(name="陈秀英").uuid)
        actions.apply_for(by=cast.lan, scheme="rural-reward", subject=elder, day=date(2006, 1, 10))
        assert "The subject has a claim under this scheme already" in one(refused(folder, REWARD))

    def test_rows_of_another_county_are_left_to_its_office(self, folder: Path, cast: Cast) -> None:
        far = REWARD | {"key": "E3", "person_key": "P3", "area": FARAWAY}
        assert f"roster.csv:3: Yuancun ({FARAWAY}) isn't in your area" in one(refused(folder, REWARD, far, by=cast.gu))
        fact = HARDSHIP | {"household_key": "H2"}
        assert f"attested.csv:2: Yuancun ({FARAWAY}) isn't in your area" in one(
            refused(folder, REWARD, facts=(fact,), by=cast.gu)
        )
        assert take(folder, far, by=make_staff("song", "county_officer", FARAWAY[:6]), facts=()).claims == 1

    def test_a_households_claim_lies_where_the_household_is(self, folder: Path) -> None:
        assert "not where the household is" in one(refused(folder, FUND | {"area": BEIQIAO}))


class TestOnceMore:
    def test_the_same_rows_again_change_nothing(self, folder: Path) -> None:
        take(folder, REWARD, FUND)
        before = (kept(), list(CountyChange.objects.values_list("county", "changes")))
        assert take(folder, REWARD, FUND) == Taken(claims=0, acts=0, attested=0, accounts=0)
        assert (kept(), list(CountyChange.objects.values_list("county", "changes"))) == before

    def test_acts_that_came_later_are_added(self, folder: Path) -> None:
        take(folder, REWARD)
        later = REWARD | STOP | {"confirmed_on": "2007-03-01;2007-05-01"}
        assert take(folder, later) == Taken(claims=0, acts=2, attested=0, accounts=0)
        claim = Claim.objects.get()
        assert [act.act for act in claim.entries.all()][-3:] == ["reverify", "reverify", "stop"]
        assert [act.number for act in claim.entries.all()] == [1, 2, 3, 4, 5, 6, 7]
        assert claim.state == "stopped"
        assert claim.decisions.filter(on=date(2007, 6, 1)).count() == 1

    def test_a_claim_on_its_way_goes_on_with_the_next_file(self, folder: Path) -> None:
        waiting = FUND | {"passed_on": "2006-01-11", "outcome": "waiting", "granted_fen": ""}
        take(folder, waiting)
        assert "doesn't lie between" in one(refused(folder, FUND | {"granted_fen": "500001"}))
        assert take(folder, FUND).acts == 2
        assert Claim.objects.get().decisions.get().granted == 50_000

    def test_an_account_is_added_where_there_was_none(self, folder: Path) -> None:
        take(folder, REWARD | {"account": "", "bank_code": ""})
        assert take(folder, REWARD) == Taken(claims=0, acts=0, attested=0, accounts=1)

    @pytest.mark.parametrize(
        ("cells", "noun", "was"),
        [
            ({"passed_on": "2006-01-11;2006-02-01;2006-03-02"}, "act 4", "2006-03-01 passed"),
            ({"applied_on": "2006-01-09"}, "act 1", "2006-01-10 applied for"),
            ({"confirmed_on": "2007-02-01"}, "act 5", "2007-03-01 confirmed again"),
            ({"account": "6228480402564890018"}, "the account", f"陈秀英 ****0000 {BANK}"),
            ({"area": BEIQIAO}, "the area", NANQIAO),
            ({"person_key": "P2"}, "the subject", "another one"),
        ],
    )
    def test_a_row_that_says_something_else_is_refused_and_the_former_kept(
        self, folder: Path, cells: dict[str, str], noun: str, was: str
    ) -> None:
        take(folder, FUND, REWARD)
        told = one(refused(folder, FUND, REWARD | cells))
        assert told.startswith(f"roster.csv:3: This row was taken over before with {noun} '{was}'")
        assert "act on the claim's page" in told

    def test_an_amount_that_was_granted_is_not_granted_otherwise(self, folder: Path) -> None:
        take(folder, FUND)
        told = one(refused(folder, FUND | {"granted_fen": "60000"}))
        assert "'2006-03-01 passed, 500.00 yuan' and now says '2006-03-01 passed, 600.00 yuan'" in told

    def test_an_attested_fact_that_says_something_else_is_refused(self, folder: Path) -> None:
        take(folder, REWARD)
        wrong = refused(folder, REWARD, facts=(HARDSHIP | {"end_date": "2006-12-31", "paper": "证明"},))
        assert [problem.where for problem in wrong] == ["attested.csv:2", "attested.csv:2"]
        assert "'走访核实表' and now says '证明'" in wrong[1].said("en")

    def test_what_an_officer_did_here_since_stays(self, folder: Path, cast: Cast) -> None:
        take(folder, REWARD)
        claim = Claim.objects.get()
        actions.act_on_claim(by=cast.gu, claim=claim.uuid, act="stop", day=date(2007, 4, 1), reason="迁出")
        actions.set_account(by=cast.gu, claim=claim.uuid, holder="陈秀英", number="6228480402564890018", bank_code=BANK)
        assert take(folder, REWARD) == Taken(claims=0, acts=0, attested=0, accounts=0)
        assert Claim.objects.get().state == "stopped"
        wrong = refused(folder, REWARD | STOP)
        assert "act 6 '2007-04-01 stopped (迁出)' and now says '2007-06-01 stopped (户籍迁出)'" in one(wrong)

    def test_rows_of_a_record_that_was_merged_since_are_still_the_same(self, folder: Path) -> None:
        take(folder, REWARD)
        gone, keep = (Person.objects.get(name=name) for name in ("陈秀英", "李大山"))
        Person.objects.filter(pk=gone.pk).update(merged_into=keep)
        SourceRow.objects.filter(kind="person", record_id=gone.pk).update(record_id=keep.pk)  # as merging leaves it
        assert take(folder, REWARD).claims == 0
        other = REWARD | {"key": "E3", "person_key": "P2", "area": BEIQIAO, "account": "", "bank_code": ""}
        assert "The subject has a claim under this scheme already" in one(refused(folder, other))


def test_the_page_of_columns_shows_exactly_the_columns_of_the_code() -> None:
    page = Path("docs/reference/roster-columns.md").read_text(encoding="utf-8")
    for kind in (CLAIMS, ATTESTED):
        assert f"## {kind.title.zh} · {kind.title.en}" in page
        for column in kind.columns:
            need = "必填 required" if column.required else ""
            need = "可空 may be empty" if column.id in EMPTY[kind.id] else need
            row = f"| `{column.id}` | {'、'.join(column.headers)} | {need} | {column.meaning.zh}; {column.meaning.en} |"
            assert row in page, row
