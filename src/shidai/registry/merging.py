"""What merging two records of one person does: worked out first, so that a page can show it before anything is done.

Of two records one is kept and one is gone. What refers to the gone one follows to the kept one. Where both say the same
thing once more, the kept record's word stands: residence and contraception of the gone record are cut to what the kept
one doesn't cover, a second marriage to the same person and a second birth or death stay behind with the gone record,
and nothing of what stays is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from shidai.registry.models import ContraceptiveUse, Parentage, Person, Spell, Union
from shidai.registry.references import Change, change_of, find_references

Time = tuple[date, date | None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a merge will do: `mends` to rows before they follow, `follows`, and the rows that stay (model and row)."""

    keep: Person
    gone: Person
    mends: tuple[Change, ...]
    follows: tuple[Change, ...]
    stays: tuple[tuple[str, str], ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        """All of it, in order."""
        return (*self.mends, *self.follows, change_of(self.gone, "merged_into_id", self.keep.pk))

    def count_following(self) -> dict[str, int]:
        """Rows that follow, by model."""
        return dict(Counter(model for model, _ in {(one.model, one.row) for one in self.follows}))

    def count_staying(self) -> dict[str, int]:
        return dict(Counter(model for model, _ in self.stays))

    def count_cut(self) -> int:
        """Times of residence and contraception that the kept record covers, wholly or in part."""
        times = {Spell._meta.label, ContraceptiveUse._meta.label}
        return len({(one.model, one.row) for one in self.mends if one.model in times})


def plan_merge(keep: Person, gone: Person) -> Plan:
    """What merging would do. The caller has checked that the two can be one person."""
    spells, covered = _cut_spells(keep, gone)
    uses, repeated = _cut_uses(keep, gone)
    unions, doubled = _part_unions(keep, gone)
    left = {*covered, *repeated, *doubled}
    follows, stays = [], [(row._meta.label, str(row.pk)) for row in left]
    for reference in find_references():
        for row in reference.rows(gone.pk):
            if row in left:
                continue
            if reference.stays or reference.clashes(row, keep.pk):
                stays.append((row._meta.label, str(row.pk)))
            else:
                follows.append(change_of(row, reference.column, keep.pk))
    return Plan(keep, gone, (*spells, *uses, *unions, *_part_parents(keep, gone)), tuple(follows), tuple(stays))


def _cut_spells(keep: Person, gone: Person) -> tuple[list[Change], list[Spell]]:
    mends: list[Change] = []
    covered = []
    for spell in Spell.objects.filter(person=gone).order_by("pk"):
        others = Spell.objects.filter(person=keep, kind=spell.kind)
        rest = remains((spell.start_date, spell.end_date), [(one.start_date, one.end_date) for one in others])
        mends += _cut(spell, rest, start_reason="correction", end_reason="correction")
        if rest is None:
            covered.append(spell)
    return mends, covered


def _cut_uses(keep: Person, gone: Person) -> tuple[list[Change], list[ContraceptiveUse]]:
    """Two methods at a time may both be true; one method twice at a time is one use."""
    mends: list[Change] = []
    covered = []
    for use in ContraceptiveUse.objects.filter(person=gone).order_by("pk"):
        others = ContraceptiveUse.objects.filter(person=keep, method=use.method)
        rest = remains((use.start_date, use.end_date), [(one.start_date, one.end_date) for one in others])
        mends += _cut(use, rest, end_reason="correction")
        if rest is None:
            covered.append(use)
    return mends, covered


def remains(own: Time, others: Iterable[Time]) -> Time | None:
    """What of a time none of the others covers: the last part if it is still open, else the first; None for nothing."""
    start, end = own
    if start == end:
        return own
    parts: list[Time] = [own]
    for since, until in others:
        parts = [piece for part in parts for piece in _without(part, since, until)]
    if not parts:
        return None
    return parts[-1] if parts[-1][1] is None else parts[0]


def _without(part: Time, since: date, until: date | None) -> list[Time]:
    """A time without another, as what is before and what is after it."""
    start, end = part
    if (end is not None and end <= since) or (until is not None and until <= start):
        return [part]
    pieces: list[Time] = []
    if start < since:
        pieces.append((start, since))
    if until is not None and (end is None or until < end):
        pieces.append((until, end))
    return pieces


def _cut(row: Spell | ContraceptiveUse, rest: Time | None, **reasons: str) -> list[Change]:
    """The changes that leave `rest` of a row's time; of a row that is covered nothing is left but its first day."""
    start, end = rest if rest is not None else (row.start_date, row.start_date)
    changed: dict[str, object] = {}
    if start != row.start_date:
        changed |= {"start_date": start, "start_precision": "day"}
        changed |= {name: value for name, value in reasons.items() if name == "start_reason"}
    if end != row.end_date:
        changed |= {"end_date": end, "end_precision": "day", "end_reason": reasons["end_reason"]}
    if changed:
        changed["version"] = row.version + 1
    return [change_of(row, column, value) for column, value in changed.items()]


def _part_unions(keep: Person, gone: Person) -> tuple[list[Change], list[Union]]:
    """A marriage of the gone record that the kept one has too stays behind, and lets go of the spouse."""
    mends, doubled = [], []
    for mine, other in (("wife_id", "husband_id"), ("husband_id", "wife_id")):
        kept = list(Union.objects.filter(**{mine: keep.pk}))
        for union in Union.objects.filter(**{mine: gone.pk}).order_by("pk"):
            spouse = getattr(union, other)
            same = [one for one in kept if spouse in (None, getattr(one, other)) and overlap(one, union)]
            if not same:
                continue
            doubled.append(union)
            if spouse is not None:
                mends.append(change_of(union, other, None))
    return mends, doubled


def overlap(one: Union, other: Union) -> bool:
    """Whether two marriages were ever both in force; an unknown beginning is as early as can be."""
    starts = [each.start_date or date.min for each in (one, other)]
    ends = [each.end_date or date.max for each in (one, other)]
    return starts[0] < ends[1] and starts[1] < ends[0]


def _part_parents(keep: Person, gone: Person) -> list[Change]:
    """Where both records name parents, the gone one lets go of its own, and the kept one takes those that it lacked."""
    family = {one.child_id: one for one in Parentage.objects.filter(child__in=(keep, gone))}
    if len(family) < 2:
        return []
    mends = []
    for side in ("mother_id", "father_id"):
        theirs, ours = getattr(family[gone.pk], side), getattr(family[keep.pk], side)
        if theirs is not None:
            mends.append(change_of(family[gone.pk], side, None))
        if theirs is not None and ours is None:
            mends.append(change_of(family[keep.pk], side, theirs))
    return mends


def relatives(one: Person, other: Person) -> bool:
    """Whether the two are married to, or parent and child of, each other: then they are two people."""
    married = Union.objects.filter(Q(wife=one, husband=other) | Q(wife=other, husband=one))
    family = Parentage.objects.filter(Q(child=one) & (Q(mother=other) | Q(father=other)))
    family |= Parentage.objects.filter(Q(child=other) & (Q(mother=one) | Q(father=one)))
    return married.exists() or family.exists()
