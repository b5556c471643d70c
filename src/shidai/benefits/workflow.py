"""Where a claim stands: derived from its ledger of acts and from its scheme's steps. Pure functions over plain values.

A claim is applied for, passes the steps of its version in order (each with its public notice), and is then in force
until it is stopped. An objection in a notice holds it up until it is settled. Nothing else can happen; an act that
doesn't fit is refused with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, get_args

from shidai.packs.schema.scheme import Step
from shidai.words import Problem, ShidaiError, Text, problem, say_day

Act = Literal["apply", "pass", "refuse", "decline", "object", "settle", "stop", "reverify", "appeal"]
ACTS: tuple[Act, ...] = get_args(Act)
State = Literal["new", "waiting", "notice", "objected", "in_force", "refused", "declined", "stopped"]
STATES: dict[State, Text] = {
    "new": Text(zh="未申请", en="not applied for"),
    "waiting": Text(zh="待办", en="waiting for a step"),
    "notice": Text(zh="公示中", en="in public notice"),
    "objected": Text(zh="有异议", en="objected to"),
    "in_force": Text(zh="享受中", en="in force"),
    "refused": Text(zh="不予确认", en="refused"),
    "declined": Text(zh="自愿放弃", en="declined"),
    "stopped": Text(zh="已停止", en="stopped"),
}
_MAY: dict[Act, tuple[State, ...]] = {
    "apply": ("new", "declined"),
    "pass": ("waiting",),
    "refuse": ("waiting", "objected"),
    "decline": ("new", "waiting", "notice", "objected", "in_force"),
    "object": ("notice",),
    "settle": ("objected",),
    "stop": ("in_force",),
    "reverify": ("in_force",),
    "appeal": ("refused", "stopped"),
}
_WORDS: dict[Act, Text] = {
    "apply": Text(zh="申请", en="apply for it"),
    "pass": Text(zh="通过", en="pass it"),
    "refuse": Text(zh="不予确认", en="refuse it"),
    "decline": Text(zh="放弃", en="decline it"),
    "object": Text(zh="提出异议", en="object to it"),
    "settle": Text(zh="处理异议", en="settle an objection"),
    "stop": Text(zh="停止", en="stop it"),
    "reverify": Text(zh="复核", en="confirm it again"),
    "appeal": Text(zh="申诉", en="appeal"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a claim's ledger. `told_on`: from when the public can know of it; None: from its day."""

    act: Act
    day: date
    by: str
    told_on: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a claim stands. `step`: the place of the next step among the version's; `until`: the notice's last day.

    `since`: the day on which it came into force, or went out of it. `confirmed`: the day on which its conditions were
    last confirmed.
    """

    state: State = "new"
    step: int = 0
    until: date | None = None
    since: date | None = None
    confirmed: date | None = None
    hands: tuple[str, ...] = ()  # who passed a step of this round

    def on(self, day: date, steps: Sequence[Step]) -> Standing:
        """The same on a later day: a notice to which nobody objected ends after its last day."""
        if self.state != "notice" or self.until is None or day <= self.until:
            return self
        return _after_step(replace(self, until=None), steps, self.until + timedelta(days=1))


def stand(entries: Iterable[Entry], steps: Sequence[Step], on: date) -> Standing:
    """Where a claim stands on a day after these acts. Raises ShidaiError for an act that couldn't follow."""
    now = Standing()
    for entry in entries:
        now = follow(now, entry, steps)
    return now.on(on, steps)


def follow(before: Standing, entry: Entry, steps: Sequence[Step]) -> Standing:
    """What an act makes of a standing. Raises ShidaiError when it can't be done then, or not by this person."""
    now = before.on(entry.day, steps)
    if now.state not in _MAY[entry.act]:
        raise ShidaiError(_not_now(entry, now))
    match entry.act:
        case "apply" | "appeal":
            return Standing("waiting")
        case "pass":
            return _pass(now, entry, steps)
        case "object":
            return replace(now, state="objected")
        case "settle":
            return _notice(replace(now, state="notice"), steps, entry)
        case "refuse":
            return replace(now, state="refused", until=None, since=entry.day)
        case "decline":
            return replace(now, state="declined", until=None, since=entry.day)
        case "stop":
            return replace(now, state="stopped", since=entry.day)
        case _:  # confirmed again
            return replace(now, confirmed=entry.day)


def _pass(now: Standing, entry: Entry, steps: Sequence[Step]) -> Standing:
    if entry.by in now.hands:
        raise ShidaiError(
            problem(
                "by",
                zh="这件申请的前一步由同一人办理。",
                en="The same person did an earlier step of this claim.",
                mend_zh="各级审核须由不同的人办理。",
                mend_en="Every level is done by another person.",
            )
        )
    return _notice(replace(now, hands=(*now.hands, entry.by)), steps, entry)


def _notice(now: Standing, steps: Sequence[Step], entry: Entry) -> Standing:
    """The public notice of the step that was passed, if it has one; it begins on the day after the act was told."""
    days = steps[now.step].notice_days
    if days:
        return replace(now, state="notice", until=(entry.told_on or entry.day) + timedelta(days=days))
    return _after_step(now, steps, entry.day)


def _after_step(now: Standing, steps: Sequence[Step], day: date) -> Standing:
    if now.step + 1 < len(steps):
        return replace(now, state="waiting", step=now.step + 1, until=None)
    return replace(now, state="in_force", until=None, since=day, confirmed=day)


def _not_now(entry: Entry, now: Standing) -> Problem:
    state, act = STATES[now.state], _WORDS[entry.act]
    day, until = say_day(entry.day), say_day(now.until or entry.day)
    if entry.act == "object" and now.state in ("waiting", "in_force"):
        return problem(
            "day",
            zh=f"到{day.zh}公示期已过，不能再提异议。",
            en=f"The notice had ended by {day.en}: an objection comes too late.",
            mend_zh="公示期后可以申诉，或报告后停止发放。",
            mend_en="After the notice an appeal, or a report that leads to a stop, remains.",
        )
    if entry.act == "pass" and now.state == "notice":
        return problem(
            "day",
            zh=f"公示到{until.zh}为止，期满前不能进入下一步。",
            en=f"The public notice runs to {until.en}; the next step can't be done before its end.",
            mend_zh="请在公示期满后办理。",
            mend_en="Do it after the notice has ended.",
        )
    return problem(
        "act",
        zh=f"这件申请现在是“{state.zh}”，不能{act.zh}。",
        en=f"The claim is {state.en} now: one can't {act.en}.",
        mend_zh="请刷新页面，看看别人是否已经办理。",
        mend_en="Load the page again: somebody may have done it already.",
    )
