"""Links to people who may stand further down, or in a later file: noted with the row, settled at the file's end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shidai.core import bulk
from shidai.registry.facts import births_of, lives
from shidai.registry.importing.batch import Batch
from shidai.registry.models import Household, Parentage, PendingLink
from shidai.registry.rules import Fault, father_fits, mother_fits, sibling_fits
from shidai.words import Text

SIZE = 20_000
_MISSING = Text(
    zh="请导入那个人后再次运行；本行其余内容已保存。",
    en="Import that person and run again; the rest of the row is stored.",
)


def wait_for(link: str, waiting: Iterable[tuple[int, str, int]], batch: Batch) -> None:
    """Note links (owner's record, key of the person, row number) to be settled."""
    rows = [(batch.source_id, link, owner, key, batch.run_id, line) for owner, key, line in waiting]
    bulk.upsert(
        PendingLink,
        ("source_id", "link", "owner_id", "key", "run_id", "line"),
        rows,
        key=("source_id", "link", "owner_id"),
    )


def settle_links(batch: Batch) -> None:
    """Link every waiting row whose person is there by now; one that breaks a rule is noted and given up."""
    last = 0
    while True:
        rows = bulk.select(
            "SELECT l.id, l.link, l.owner_id, s.record_id, l.line, l.key FROM registry_pendinglink l"
            " JOIN registry_sourcerow s ON s.source_id = l.source_id AND s.kind = 'person' AND s.key = l.key"
            " AND s.record_id > 0 WHERE l.source_id = %s AND l.id > %s ORDER BY l.id LIMIT %s",
            [batch.source_id, last, SIZE],
        )
        if not rows:
            return
        last = rows[-1][0]
        _link_parents([row for row in rows if row[1] != "head"], batch)
        bulk.update(Household, ("head_id",), [(person, owner) for _, link, owner, person, *_ in rows if link == "head"])
        bulk.execute(
            f"DELETE FROM registry_pendinglink WHERE {bulk.among('id')}", [bulk.listed(row[0] for row in rows)]
        )


def _link_parents(rows: Sequence[tuple[int, str, int, int, int, str]], batch: Batch) -> None:
    known = lives({row[2] for row in rows} | {row[3] for row in rows})
    borne = births_of({parent for _, link, _, parent, *_ in rows if link == "mother"})
    fitting = []
    for row in rows:
        _, link, child, parent, line, key = row
        rule = mother_fits if link == "mother" else father_fits
        born = known[child].birth
        faults = [_own_parent(link)] if child == parent else rule(f"{link}_key", born, known[parent], batch.limits)
        if link == "mother" and not faults:
            siblings = [(day, plurality) for other, day, plurality in borne[parent] if other != child]
            faults = sibling_fits("birth_date", born, None, siblings, batch.limits)
        for fault in faults:
            batch.note(line, key, fault.field, fault.what, fault.mend)
        if not faults:
            fitting.append(row)
            if link == "mother" and born is not None:
                borne[parent].append((child, born, 1))
    for link in ("mother", "father"):
        pairs = [(child, parent) for _, which, child, parent, *_ in fitting if which == link]
        bulk.upsert(Parentage, ("child_id", f"{link}_id"), pairs, key=("child_id",))


def _own_parent(link: str) -> Fault:
    return Fault(
        f"{link}_key",
        Text(zh="本人被登记为自己的父母。", en="A person is given as the own parent."),
        Text(zh="请更正编号。", en="Correct the key."),
    )


def note_missing(batch: Batch) -> int:
    """Note the links of this source that still wait after the last file; returns how many."""
    rows = bulk.select(
        "SELECT line, key, link FROM registry_pendinglink WHERE source_id = %s AND run_id = %s ORDER BY line",
        [batch.source_id, batch.run_id],
    )
    for line, key, link in rows:
        what = Text(zh=f"找不到编号 {key} 的人员。", en=f"There is no person with the key {key}.")
        batch.note(line, key, f"{link}_key", what, _MISSING)
    return len(rows)
