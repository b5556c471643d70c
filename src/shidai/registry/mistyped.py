"""The one error of everything that reads what people type."""

from __future__ import annotations

from shidai.words import Text


class Mistyped(ValueError):  # noqa: N818  reads as what it is
    """The text can't be read; `what` and `mend` say why and how to write it."""

    def __init__(self, what: Text, mend: Text) -> None:
        super().__init__(what.en)
        self.what = what
        self.mend = mend
