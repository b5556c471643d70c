"""Conditions of schemes and programmes: checked, compiled to Ibis and to numpy, and explained for one subject.

One definition has three readers that agree on every row: `tables` (an Ibis table on DuckDB or Spark), `arrays` (numpy
arrays in memory) and `person` (one subject, with the reason of each condition).
"""

from shidai.rules.columns import COLUMNS, Columns, FactColumn, columns_for
from shidai.rules.ruleset import Conditions, Determined, RuleSet, compile_conditions, compile_version, limits_of

__all__ = [
    "COLUMNS", "Columns", "Conditions", "Determined", "FactColumn", "RuleSet", "columns_for", "compile_conditions",
    "compile_version", "limits_of",
]  # fmt: skip
