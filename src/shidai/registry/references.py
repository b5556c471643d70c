"""Whatever refers to a person, in this room or in any above it: found from the tables themselves.

A model that says `stays_when_merged = True` keeps pointing to its record when two records are merged: names and
numbers, which are the record's own, and what was decided about that record. Everything else follows the person.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Field, Model, Q, QuerySet, UniqueConstraint

from shidai.registry.models import PendingLink, Person, SourceRow


@dataclass(frozen=True, slots=True)
class Reference:
    """A column that holds people's row numbers; `where`: in which of its rows."""

    model: type[Model]
    column: str
    where: Q = field(default_factory=Q)

    @property
    def stays(self) -> bool:
        return bool(getattr(self.model, "stays_when_merged", False))

    def rows(self, person: int) -> QuerySet[Any]:
        """The rows that refer to a person."""
        return self.model._base_manager.filter(self.where, **{self.column: person}).order_by("pk")

    def clashes(self, row: Model, person: int) -> bool:
        """Whether the row can't refer to that person, since another one does already."""
        rows = self.model._base_manager.exclude(pk=row.pk)
        column = column_of(self.model, self.column)
        if column.unique and rows.filter(**{self.column: person}).exists():
            return True
        return any(_meets(each, row, column, person) for each in self.model._meta.constraints)


def _meets(constraint: object, row: Model, column: Any, person: int) -> bool:
    """Whether the row would stand beside one that has the same values of a unique constraint."""
    if not isinstance(constraint, UniqueConstraint) or column.name not in constraint.fields:
        return False
    names = [column_of(type(row), name).attname for name in constraint.fields]
    values = {name: getattr(row, name) for name in names} | {column.attname: person}
    rows = type(row)._base_manager.filter(constraint.condition or Q())
    applies = None not in values.values() and rows.filter(pk=row.pk).exists()
    return applies and rows.filter(**values).exclude(pk=row.pk).exists()


def find_references() -> list[Reference]:
    """Every column of every room that refers to people, the importer's notes of row numbers included."""
    relations: list[Any] = [
        relation
        for relation in Person._meta.get_fields(include_hidden=True)
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one)
    ]
    found = [Reference(relation.related_model, relation.field.attname) for relation in relations]
    found.append(Reference(SourceRow, "record_id", Q(kind="person")))
    found.append(Reference(PendingLink, "owner_id", Q(link__in=("mother", "father"))))
    return found


@dataclass(frozen=True, slots=True)
class Change:
    """One column of one row: what it holds before and after, as JSON can hold it."""

    model: str
    row: str
    field: str
    before: Any
    after: Any


def change_of(row: Model, column: str, after: object) -> Change:
    """The change that gives a row's column a new value."""
    return Change(row._meta.label, str(row.pk), column, as_plain(getattr(row, column)), as_plain(after))


def as_plain(value: object) -> Any:
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))


def make_change(change: Change) -> None:
    """Write it."""
    model = apps.get_model(change.model)
    field = column_of(model, change.field)
    model._base_manager.filter(pk=change.row).update(**{field.attname: field.to_python(change.after)})


def undo_change(change: Change) -> bool:
    """Give the column its former value; False, and nothing written, when it holds another by now."""
    model = apps.get_model(change.model)
    field = column_of(model, change.field)
    row = change.after if field.primary_key else change.row
    held = model._base_manager.filter(pk=row).values_list(field.attname, flat=True)
    if [as_plain(value) for value in held] != [change.after]:
        return False
    model._base_manager.filter(pk=row).update(**{field.attname: field.to_python(change.before)})
    return True


def differences(before: dict[Model, dict[str, Any]]) -> Iterator[Change]:
    """The changes of these rows since `remember`."""
    for row, values in before.items():
        now = type(row)._base_manager.filter(pk=row.pk).values(*values).get()
        for column, value in values.items():
            if now[column] != value:
                yield Change(row._meta.label, str(row.pk), column, as_plain(value), as_plain(now[column]))


def remember(rows: QuerySet[Any], *columns: str) -> dict[Model, dict[str, Any]]:
    """What the rows hold in these columns."""
    return {row: {column: getattr(row, column) for column in columns} for row in rows}


def column_of(model: type[Model], name: str) -> Field[Any, Any]:
    found: Any = model._meta.get_field(name)
    return found  # type: ignore[no-any-return]
