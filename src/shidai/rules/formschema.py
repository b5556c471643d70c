"""JSON Schema of what a client sends of a visit, made from the same fields as the page, the check and the extract.

What an expression asks for (`when`) can't be said in JSON Schema: such fields are never required here, and the server
refuses what wasn't asked for. Decimals are sent as they are typed (5.1, no more than `x-decimals` places: `multipleOf`
fails for fractions of two); the server keeps them as whole numbers.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from shidai.packs.schema.programme import Coding, FormField, Option, Programme, ProgrammeStep, ProgrammeVersion
from shidai.rules.answers import LONGEST
from shidai.words import Text

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_ID = {"type": "string", "format": "uuid"}


def form_mark(version: ProgrammeVersion, step: ProgrammeStep) -> str:
    """A mark of a step's form: another one as soon as a field or a result of it changes."""
    form = step.model_dump(mode="json", exclude={"advice", "equipment"})
    told = [version.id, form, [one.model_dump(mode="json") for one in version.parameter]]
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def record_schema(programme: Programme, version: ProgrammeVersion, step: ProgrammeStep) -> dict[str, Any]:
    """A visit of a step as a client records it: its own id, whose, of which form, when typed, and the answers.

    The same id is recorded once; the form's mark is refused when the form has changed since.
    """
    properties = {
        "id": _ID | {"description": "made by the client; sent again, nothing happens"},
        "person": _ID,
        "programme": {"const": programme.id},
        "version": {"const": version.id},
        "step": {"const": step.id},
        "form": {"const": form_mark(version, step), "description": "the mark of this form"},
        "day": {"type": "string", "format": "date", "description": "of the visit; no day to come"},
        "recorded_at": {"type": "string", "format": "date-time", "description": "by the device's clock"},
        "site": {"type": "string", "maxLength": 20},
        "values": values_schema(step),
    }
    needed = [name for name in properties if name != "site"]
    return {"$schema": DIALECT, "title": _titles(step.title.text)} | _object(properties, needed)


def values_schema(step: ProgrammeStep) -> dict[str, Any]:
    """The answers of a step: a property for each field that is typed."""
    typed = [field for field in step.field if field.computed is None]
    needed = [field.id for field in typed if field.needed and field.when is None and field.type != "choices"]
    return _object({field.id: _of_field(field) for field in typed}, needed)


def _object(properties: dict[str, Any], needed: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": needed, "additionalProperties": False}


def _of_field(field: FormField) -> dict[str, Any]:
    told: dict[str, Any] = {"title": _titles(field.title.text)}
    if field.reason is not None:
        told["description"] = _titles(field.reason.text)
    more = {
        "x-unit": field.unit, "x-coding": _coding(field.coding), "x-when": field.when, "x-dispenses": field.dispenses,
        "x-usual": [field.usual_from, field.usual_to] if (field.usual_from, field.usual_to) != (None, None) else None,
    }  # fmt: skip
    return told | _type_of(field) | {name: value for name, value in more.items() if value}


def _type_of(field: FormField) -> dict[str, Any]:
    match field.type:
        case "bool":
            return {"type": "boolean"}
        case "int" | "decimal":
            number = {"type": "integer"} if field.type == "int" else {"type": "number", "x-decimals": field.decimals}
            return number | {
                name: value for name, value in (("minimum", field.least), ("maximum", field.most)) if value is not None
            }
        case "day":
            return {"type": "string", "format": "date", "x-latest": "the day of the visit"}
        case "choice":
            return {"oneOf": [_option(one) for one in field.option]}
        case "choices":
            return {"type": "array", "uniqueItems": True, "items": {"oneOf": [_option(one) for one in field.option]}}
        case _:
            return {"type": "string", "maxLength": LONGEST}


def _option(one: Option) -> dict[str, Any]:
    coded = _coding(one.coding)
    return {"const": one.id, "title": _titles(one.title.text)} | ({"x-coding": coded} if coded else {})


def _coding(coding: Coding | None) -> dict[str, str] | None:
    return {"system": coding.system, "code": coding.code} if coding is not None else None


def _titles(text: Text) -> str:
    return f"{text.zh} | {text.en}"
