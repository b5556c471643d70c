"""What can be wrong with a row of a roster, in words: where it stands, what it is, how to mend it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from shidai.benefits.workflow import STATES, State
from shidai.packs.schema.scheme import Subject
from shidai.registry.importing.columns import Column
from shidai.registry.mistyped import Mistyped
from shidai.words import Problem, ShidaiError, Text, problem

COMPARE = Text(zh="请与原系统核对这一行。", en="Compare this row with the system that it comes from.")
_SUBJECTS: dict[Subject, Text] = {
    "person": Text(zh="个人", en="a person"),
    "household": Text(zh="家庭户", en="a household"),
    "village": Text(zh="村", en="a village"),
}


def moved_to(place: str, error: ShidaiError, mend: Text | None = None) -> list[Problem]:
    """What an error says, of the row in which it is; `mend`: where another remedy holds for a file."""
    return [replace(one, where=place, mend=mend or one.mend) for one in error.problems]


def wrong_cell(place: str, column: Column, error: Mistyped) -> Problem:
    zh, en = f"{column.headers[0]}：{error.what.zh}", f"{column.id}: {error.what.en}"
    return problem(place, zh=zh, en=en, mend_zh=error.mend.zh, mend_en=error.mend.en)


def empty_cell(place: str, column: Column) -> Problem:
    return problem(
        place,
        zh=f"“{column.headers[0]}”（{column.id}）为空。",
        en=f"'{column.id}' ({column.headers[0]}) is empty.",
        mend_zh="请补填。",
        mend_en="Fill it in.",
    )


def shifted_cells(place: str, expected: int, found: int) -> Problem:
    return problem(
        place,
        zh=f"应有 {expected} 列，这一行有 {found} 列。",
        en=f"{expected} cells expected, {found} found.",
        mend_zh="多半是内容里有逗号：请把那一格放进引号。",
        mend_en="Most likely a cell holds a comma: put that cell in quotes.",
    )


def told_before(place: str, first: str) -> Problem:
    return problem(
        place,
        zh=f"与 {first} 重复。",
        en=f"It says the same as {first}, or has the same key.",
        mend_zh="请删去其中一行。",
        mend_en="Remove one of the two.",
    )


def other_kind(place: str, kind: Subject, wanted: Subject, title: Text) -> Problem:
    return problem(
        place,
        zh=f"“{title.zh}”的对象是{_SUBJECTS[wanted].zh}，不是{_SUBJECTS[kind].zh}。",
        en=f"'{title.en}' is for {_SUBJECTS[wanted].en}, not for {_SUBJECTS[kind].en}.",
        mend_zh="请更正对象或方案、事实。",
        mend_en="Correct the subject, or the scheme or fact.",
    )


def unknown_fact(place: str, fact: str) -> Problem:
    return problem(
        place,
        zh=f"政策包中没有事实 {fact}。",
        en=f"The pack has no fact {fact}.",
        mend_zh="请核对政策包中的事实表。",
        mend_en="Check the facts of the pack.",
    )


def too_many_steps(place: str, passed: int, steps: int) -> Problem:
    return problem(
        place,
        zh=f"审核日期有 {passed} 个，而这个版本只有 {steps} 级审核。",
        en=f"{passed} steps were passed, and this version has {steps}.",
        mend_zh="请核对版本；以后的复核写在复核日期里。",
        mend_en="Check the version; later confirmations belong in 'confirmed_on'.",
    )


def end_untold(place: str, outcome: State, day: date | None) -> Problem:
    zh = f"结果是“{STATES[outcome].zh}”，却{'没有' if day is None else '填了'}终止日期。"
    en = (
        f"The outcome is '{outcome}', {'without a day' if day is None else 'and yet there is a day'} on which it ended."
    )
    return problem(place, zh=zh, en=en, mend_zh=COMPARE.zh, mend_en=COMPARE.en)


def other_outcome(place: str, outcome: State, now: State) -> Problem:
    zh = f"结果写的是“{STATES[outcome].zh}”，而按所列日期应为“{STATES[now].zh}”。"
    en = f"The outcome is '{outcome}', but the acts of this row lead to '{now}'."
    return problem(place, zh=zh, en=en, mend_zh=COMPARE.zh, mend_en=COMPARE.en)


def before_it_began(place: str, day: date, former: date) -> Problem:
    zh, en = f"{day} 早于它之前的 {former}。", f"{day} is before {former}, which it follows."
    return problem(place, zh=zh, en=en, mend_zh="请核对日期的先后。", mend_en="Check the order of the days.")


def amount_by_rules(place: str) -> Problem:
    return problem(
        place,
        zh="这个方案的金额由规定算出，不能另行核定。",
        en="The rules give this scheme's amount; nobody grants another one.",
        mend_zh="请把核定金额留空。",
        mend_en="Leave 'granted_fen' empty.",
    )


def outside_limits(place: str, fen: str, least: str, most: str) -> Problem:
    return problem(
        place,
        zh=f"核定金额 {fen}元不在{least}元到{most}元之间。",
        en=f"The amount granted, {fen} yuan, doesn't lie between {least} and {most} yuan.",
        mend_zh="请与原系统核对金额；单位是分。",
        mend_en="Compare the amount with the system that it comes from; its unit is the fen.",
    )


def stranger(place: str, kind: Subject, key: str) -> Problem:
    if kind == "village":
        return unknown_area(place, key)
    return problem(
        place,
        zh=f"登记册中没有 {key}。",
        en=f"{key} isn't on the register.",
        mend_zh="请先导入居民和家庭户，再导入待遇名册。",
        mend_en="Import the people and households first.",
    )


def unknown_area(place: str, code: str) -> Problem:
    return problem(
        place,
        zh=f"区划中没有代码为 {code} 的村（社区）。",
        en=f"There is no village with the code {code}.",
        mend_zh="请填村（社区）的 12 位代码。",
        mend_en="Write the village's 12 digits.",
    )


def foreign_area(place: str, area: Text) -> Problem:
    return problem(
        place,
        zh=f"{area.zh}不在您负责的区划内。",
        en=f"{area.en} isn't in your area.",
        mend_zh="请删去这一行，交当地办理。",
        mend_en="Remove this row; the office of that area takes it over.",
    )


def other_area(place: str, area: Text, kind: Subject) -> Problem:
    held = {"person": "申请时和现在的户籍地（或居住地）", "household": "户所在的村", "village": "这个村"}[kind]
    were = {
        "person": "where the person was registered (or lived) then, or is now",
        "household": "where the household is",
        "village": "that village",
    }[kind]
    return problem(
        place,
        zh=f"受理地{area.zh}不是{held}。",
        en=f"The area {area.en} is not {were}.",
        mend_zh="请核对受理地；如登记有误，请先更正档案。",
        mend_en="Check the area; if the register is wrong, correct it first.",
    )


def claimed_before(place: str, first: str) -> Problem:
    zh = (
        f"同一对象的同一方案已在 {first} 申请。"
        if first
        else "同一对象在这个方案下已有申请，是在这里或由另一来源办理的。"
    )
    en = (
        f"The same subject claims the same in {first}."
        if first
        else "The subject has a claim under this scheme already."
    )
    return problem(
        place,
        zh=zh,
        en=en,
        mend_zh="请删去这一行；如有变化，请在该申请的页面上办理。",
        mend_en="Remove this row; if anything changed, act on the claim's page.",
    )


def kept_otherwise(place: str, noun: Text, kept: Text, told: Text) -> Problem:
    """A row that was taken before, and says something else now."""
    return problem(
        place,
        zh=f"这一行以前接收过，当时{noun.zh}是“{kept.zh}”，现在是“{told.zh}”；保留的是原来的。",
        en=f"This row was taken over before with {noun.en} '{kept.en}' and now says '{told.en}'; the former is kept.",
        mend_zh="如确有变化，请在该申请的页面上办理；否则请把这一行改回。",
        mend_en="If it did change, act on the claim's page; otherwise put the row back as it was.",
    )
