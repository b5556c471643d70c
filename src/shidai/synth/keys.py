"""The keys by which the synthetic city's files name their records."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shidai.synth.columns import Ints


def keys(letter: str, numbers: Ints) -> pa.Array:
    """Source keys such as P17; null for negative numbers."""
    text = pa.array(numbers.astype(np.int64), mask=numbers < 0).cast(pa.string())
    return pc.binary_join_element_wise(letter, text, "")
