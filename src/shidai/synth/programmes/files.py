"""The programmes' year as a file beside the import files, to be taken over by `shidai.programmes.roster`."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv

from shidai.packs import Pack
from shidai.synth.city import City
from shidai.synth.columns import area_words, days_column, plain_words
from shidai.synth.keys import keys
from shidai.synth.programmes.visits import Visits

FILE = "visits"


def write_visit_file(city: City, pack: Pack, visits: Visits, folder: Path) -> dict[str, int]:
    """Write visits.csv; what was answered stands in `answers`, as it is kept, in JSON. Returns its rows."""
    table, demonstration = visits.table, pack.demonstration
    ids = [one.programme for one in demonstration.programme] if demonstration is not None else []
    versions = [version.id if (version := pack.programmes[id_].version_on(pack.last_day)) else "" for id_ in ids]
    rows = np.arange(len(table["who"]))
    step, told = np.full(len(rows), "", object), np.full(len(rows), "", object)
    for part in visits.parts:
        step[part.rows] = part.step.id
        if part.answers is not None:
            texts = np.array([json.dumps(one, ensure_ascii=False) for one in part.answers.kept], object)
            told[part.rows] = texts[part.answers.kind] if len(texts) else ""
    listed = pa.table(
        {
            "key": keys("V", rows),
            "course_key": keys("V", table["course"]),
            "person_key": keys("P", table["who"]),
            "programme": plain_words(table["programme"], ids),
            "version": plain_words(table["programme"], versions),
            "step": pa.array(step, pa.string()),
            "area": plain_words(table["area"], area_words(city.places)),
            "day": days_column(table["day"]),
            "outcome": plain_words(table["outcome"], visits.outcomes),
            "until": days_column(table["until"], open_end=True),
            "answers": pa.array(told, pa.string()),
        }
    )
    csv.write_csv(listed, folder / f"{FILE}.csv", write_options=csv.WriteOptions(quoting_style="needed"))
    return {FILE: listed.num_rows}
