"""The same pairs on Spark: Splink's SQL runs there as on DuckDB, from the same settings.

Cleaning, learning and the rarity of names stay on DuckDB: they need one pass over the lists, while comparing the
candidates is what grows with the city.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import pyarrow as pa

from shidai.linkage.engine import open_database
from shidai.linkage.model import LEAST, Model
from shidai.linkage.rarity import KEYS
from shidai.linkage.training import prepare_lists

INTERPRETED = {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}
"""The conditions of all contexts together are too long a method for Spark's compiler, which gives up on them only after
minutes: they are read as they stand."""


def find_pairs_on_spark(model: Model, lists: Sequence[pa.Table], session: Any, *, least: float = LEAST) -> pa.Table:
    """As `model.find_pairs` for a Han model. session: a SparkSession; its similarity functions are added here."""
    before = {name: session.conf.get(name) for name in INTERPRETED}
    try:
        for name, value in INTERPRETED.items():
            session.conf.set(name, value)
        return _predict(model, lists, session, least)
    finally:
        for name, value in before.items():
            session.conf.set(name, value)


def _predict(model: Model, lists: Sequence[pa.Table], session: Any, least: float) -> pa.Table:
    from splink import Linker, SparkAPI
    from splink.internals.spark.jar_location import similarity_jar_location

    logging.getLogger("splink").setLevel(logging.ERROR)
    session.sql(f"ADD JAR {similarity_jar_location()}")
    api = SparkAPI(spark_session=session, break_lineage_method="persist")
    with open_database() as connection:
        tables = prepare_lists(connection, lists)
        frames = [session.createDataFrame(connection.table(name).to_arrow_table()) for name in tables]
        rare = {key: session.createDataFrame(connection.table(f"rare_{key}").to_arrow_table()) for key in KEYS}
    mark = uuid4().hex  # a session knows each name once
    named = [
        api.register(frame, dataset_display_name=f"{name}_{mark}") for frame, name in zip(frames, "ab", strict=False)
    ]
    link_type = "dedupe_only" if len(named) == 1 else "link_only"
    linker = Linker(named, model.settings | {"link_type": link_type}, log_level=logging.ERROR)
    for key, frame in rare.items():
        linker.table_management.register_term_frequency_lookup(api.register(frame), key)
    options = {"threshold_match_probability": least, "warning_mode": "never"}
    infer = linker.inference
    found = infer.predict_within(named[0], **options) if len(named) == 1 else infer.predict_between(*named, **options)
    rows = found.as_spark_dataframe().selectExpr(
        "record_l AS id_a", "record_r AS id_b", "match_probability AS probability", "match_weight AS weight"
    )
    pairs: pa.Table = rows.toArrow()
    return pairs.sort_by([("probability", "descending"), ("weight", "descending"), ("id_a", "ascending")])
