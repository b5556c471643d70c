"""The two engines behind one interface: DuckDB in the process, Spark beside it, both through Ibis."""

from __future__ import annotations

import logging
import os
import shutil
import sys
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa

from shidai.indicators.locks import hold_for_reading
from shidai.indicators.manifest import Manifest, check_parts
from shidai.indicators.tables import TABLES
from shidai.words import ShidaiError, problem

if TYPE_CHECKING:
    import ibis

Engine = Literal["duckdb", "spark"]


class Records:
    """The record tables of one directory, open for reading on one engine."""

    def __init__(self, records_dir: Path, manifest: Manifest, engine: Engine, connection: Any, hold: Any) -> None:
        self.folder = records_dir
        self.manifest = manifest
        self.engine = engine
        self.connection = connection
        self._hold = hold
        self._kept = 0
        self._open_tables: dict[str, ibis.Table] = {}

    @classmethod
    def open(
        cls,
        records_dir: Path,
        engine: Engine = "duckdb",
        *,
        memory_limit: str | None = None,
        threads: int | None = None,
        verify: bool = False,
    ) -> Records:
        """Open the state in force. `memory_limit` like '4GB' (DuckDB); `verify` checks every file's hash first.

        Raises ShidaiError when there are no records, or when a file is missing or differs from the manifest.
        """
        folder = Path(records_dir)
        hold = hold_for_reading(folder) if folder.is_dir() else None
        manifest = Manifest.read(folder)
        check_parts(folder, manifest, hashes=verify)
        connection = _connect_duckdb(memory_limit, threads) if engine == "duckdb" else _connect_spark()
        return cls(folder, manifest, engine, connection, hold)

    def table(self, name: str) -> ibis.Table:
        """The table as an Ibis expression; an empty one of the declared types when no file exists."""
        if name not in self._open_tables:
            files = [str(self.folder / file) for file in self.manifest.files(name)]
            self._open_tables[name] = self._read(name, files)
        return self._open_tables[name]

    def fetch(self, expression: ibis.Table) -> pa.Table:
        """Run the expression and return its rows."""
        if self.engine == "spark":  # straight to Arrow, past pandas
            return self._spark_frame(expression).toArrow()
        return self.connection.to_pyarrow(expression)

    def beside(self, name: str, rows: pa.Table) -> ibis.Table:
        """A small table of one's own beside the records."""
        if self.engine == "spark":
            self.connection._session.createDataFrame(rows).createOrReplaceTempView(name)
            return self.connection.table(name)
        return self.connection.create_table(name, rows, temp=True, overwrite=True)

    def keep(self, expression: ibis.Table) -> ibis.Table:
        """The expression computed once, to be used several times."""
        if self.engine == "duckdb":
            return expression.cache()
        self._kept += 1
        name = f"kept_{self._kept}"
        self._spark_frame(expression).cache().createOrReplaceTempView(name)
        return self.connection.table(name)

    def _spark_frame(self, expression: ibis.Table) -> Any:
        return self.connection._session.sql(self.connection.compile(expression))

    def close(self) -> None:
        """Let go of the engine's tables and of the files."""
        if self.engine == "duckdb":
            self.connection.disconnect()
        for number in range(self._kept):
            self.connection._session.catalog.uncacheTable(f"kept_{number + 1}")
        if self._hold is not None:
            self._hold.close()

    def __enter__(self) -> Records:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read(self, name: str, files: list[str]) -> ibis.Table:
        view = f"record_{name}"
        if self.engine == "spark":
            return _read_spark(self.connection, view, name, files)
        if not files:
            return self.connection.create_table(view, TABLES[name].schema.empty_table(), temp=True)
        return self.connection.read_parquet(files, table_name=view)


def _connect_duckdb(memory_limit: str | None, threads: int | None) -> Any:
    import ibis  # slow to import; writers do without

    settings: dict[str, Any] = {"preserve_insertion_order": False}
    if memory_limit:
        settings["memory_limit"] = memory_limit
    if threads:
        settings["threads"] = threads
    return ibis.duckdb.connect(**settings)


def _connect_spark() -> Any:
    """One quiet local session per process; Spark itself shares it between callers."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("PYSPARK_DRIVER_PYTHON", sys.executable)
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    try:
        from pyspark.sql import SparkSession  # an extra, and slow to import
    except ImportError:
        raise _no_spark() from None
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise _no_spark()
    import ibis

    logging.getLogger("py4j").setLevel(logging.ERROR)
    builder = SparkSession.builder.appName("shidai").master(os.environ.get("SHIDAI_SPARK_MASTER", "local[2]"))
    for key, value in _spark_options().items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    return ibis.pyspark.connect(session)


def _no_spark() -> ShidaiError:
    return ShidaiError(
        problem(
            "--engine spark",
            zh="没有安装 Spark 或 Java。",
            en="Spark or Java is not installed.",
            mend_zh="请运行 pip install 'shidai[spark]'，并安装 Java 17；或改用 --engine duckdb。",
            mend_en="Run pip install 'shidai[spark]' and install Java 17, or use --engine duckdb.",
        )
    )


def _spark_options() -> dict[str, str]:
    """Ours for one machine; SHIDAI_SPARK_OPTIONS ('key=value,key=value') adds to them or replaces them."""
    given = os.environ.get("SHIDAI_SPARK_OPTIONS", "")
    return {
        "spark.sql.shuffle.partitions": "4",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.memory": os.environ.get("SHIDAI_SPARK_MEMORY", "4g"),
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.session.timeZone": "UTC",
        "spark.log.level": "ERROR",
    } | dict(option.split("=", 1) for option in given.split(",") if "=" in option)


def _read_spark(connection: Any, view: str, name: str, files: list[str]) -> ibis.Table:
    session = connection._session
    if files:
        frame = session.read.parquet(*files)
    else:
        frame = session.createDataFrame([], schema=_spark_schema(TABLES[name].schema))
    frame.createOrReplaceTempView(view)
    return connection.table(view)


def _spark_schema(schema: pa.Schema) -> Any:
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(schema)
