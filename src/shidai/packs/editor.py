"""JSON Schema of a pack's files, generated from the models, for editors that complete and check TOML."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from shidai.packs.load import FOLDERS, NOUNS
from shidai.packs.schema.demonstration import Demonstration
from shidai.packs.schema.equipment import EquipmentKind
from shidai.packs.schema.holidays import HolidayYear
from shidai.packs.schema.pack import PackHeader
from shidai.packs.schema.rule import MethodList
from shidai.packs.schema.source import Source

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schemas() -> dict[str, dict[str, Any]]:
    """Schema by name: pack, methods, demonstration (one table); sources, holidays, indicators, … (arrays of tables)."""
    one: dict[str, type[BaseModel]] = {
        "pack": PackHeader,
        "methods": MethodList,
        "demonstration": Demonstration,
    }
    many: dict[str, tuple[str, type[BaseModel]]] = {
        "sources": ("source", Source),
        "equipment": ("equipment", EquipmentKind),
        "holidays": ("year", HolidayYear),
    }
    many.update({folder: (NOUNS[folder], model) for folder, model in FOLDERS.items()})
    schemas = {name: _of_table(model) for name, model in one.items()}
    return {**schemas, **{name: _of_array(noun, model) for name, (noun, model) in many.items()}}


def _of_table(model: type[BaseModel]) -> dict[str, Any]:
    schema = model.model_json_schema()
    schema["properties"]["$schema"] = {"type": "string"}
    return {"$schema": DIALECT, **schema}


def _of_array(noun: str, model: type[BaseModel]) -> dict[str, Any]:
    references, defined = models_json_schema([(model, "validation")])
    items = references[(model, "validation")]
    properties = {noun: {"type": "array", "items": items}, "$schema": {"type": "string"}}
    body = {"type": "object", "additionalProperties": False, "properties": properties}
    return {"$schema": DIALECT, **body, "$defs": defined["$defs"]}


def write_json_schemas(folder: Path) -> list[Path]:
    """One `<name>.schema.json` for each kind of file; returns what was written."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for name, schema in json_schemas().items():
        path = folder / f"{name}.schema.json"
        path.write_text(json.dumps(schema, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        written.append(path)
    return written
