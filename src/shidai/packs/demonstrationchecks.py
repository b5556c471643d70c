"""What the synthetic city's year names: programmes with their steps and fields, topics of training, checklists,
kinds of equipment.
"""

from __future__ import annotations

from collections.abc import Iterator

from shidai.packs.parts import Parts
from shidai.packs.unknown import unknown
from shidai.words import Problem, problem


def check_demonstration(parts: Parts) -> Iterator[Problem]:
    """Whatever the year names that the pack doesn't have, and needed fields without answers."""
    if parts.demonstration is not None:
        yield from _check_visits(parts)
        yield from _check_outreach(parts)
        yield from _check_equipment(parts)


def _check_visits(parts: Parts) -> Iterator[Problem]:
    """What the synthetic city's visits name: programmes, steps, fields and options; needed fields must have answers."""
    part, programmes = parts.demonstration, {one.thing.id: one.thing for one in parts.programmes}
    for at, shares in enumerate(part.thing.programme if part is not None else ()):
        assert part is not None
        if shares.programme not in programmes:
            if "programme" not in parts.unread:
                where = part.where("programme", at, "programme")
                yield unknown(where, "项目", "programme", shares.programme, programmes)
            continue
        for step in programmes[shares.programme].version[-1].step:
            fields = {field.id: field for field in step.field}
            told = {one.field: one for one in shares.answer if one.step == step.id}
            for name in (*(one for one in told if one not in fields),):
                yield unknown(part.where("programme", at, "answer"), "字段", "field", name, fields)
            needed = [name for name, field in fields.items() if field.needed and field.when is None]
            for name in (one for one in needed if one not in told):
                yield problem(
                    part.where("programme", at, "answer"),
                    zh=f"步骤 {step.id} 的必填字段 {name} 没有写回答的份额。",
                    en=f"The field {name}, which step {step.id} needs, has no answers.",
                    mend_zh="请补上 share，或 mean 和 spread。",
                    mend_en="Give its shares, or a mean and a spread.",
                )
            for name, one in told.items():
                options = {option.id for option in fields[name].option} if name in fields else set()
                for option in one.share if options else ():
                    if option not in options:
                        yield unknown(part.where("programme", at, "answer"), "选项", "option", option, options)


def _check_outreach(parts: Parts) -> Iterator[Problem]:
    """Topics of training sessions; checklists of pilots and their items."""
    assert parts.demonstration is not None
    checklists = {one.thing.id: one.thing for one in parts.checklists}
    known = set(checklists) | parts.unread
    topics = {one.thing.id for one in parts.trainings} | parts.unread
    for at, shares in enumerate(parts.demonstration.thing.training):
        if shares.topic not in topics and "training" not in topics:
            where = parts.demonstration.where("training", at, "topic")
            yield unknown(where, "培训主题", "training", shares.topic, topics)
    for at, pilot in enumerate(parts.demonstration.thing.pilot):
        if pilot.checklist not in checklists:
            if pilot.checklist not in known and "checklist" not in known:
                where = parts.demonstration.where("pilot", at, "checklist")
                yield unknown(where, "检查表", "checklist", pilot.checklist, known)
            continue
        items = {item.id for item in checklists[pilot.checklist].item}
        for name in ("not_met", "unanswered"):
            for item in (one for one in getattr(pilot, name) if one not in items):
                yield unknown(parts.demonstration.where("pilot", at, name), "条目", "item", item, items)


def _check_equipment(parts: Parts) -> Iterator[Problem]:
    """Kinds of equipment that stations have; two kinds with one mark would number their pieces alike."""
    assert parts.demonstration is not None
    known = {one.thing.id for one in parts.equipment} | parts.unread
    marks: set[str] = set()
    for at, shares in enumerate(parts.demonstration.thing.equipment):
        if shares.kind not in known and "equipment" not in known:
            where = parts.demonstration.where("equipment", at, "kind")
            yield unknown(where, "设备种类", "kind of equipment", shares.kind, known)
        if shares.mark in marks:
            yield problem(
                parts.demonstration.where("equipment", at, "mark"),
                zh=f"编号字头 {shares.mark} 用了两次。",
                en=f"The mark {shares.mark} stands twice.",
                mend_zh="请换一个字头。",
                mend_en="Choose another one.",
            )
        marks.add(shares.mark)
