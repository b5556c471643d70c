"""Collects what is wrong with a file: a reader hears of everything at once, and of a flood only its beginning."""

from __future__ import annotations

from shidai.words import Problem, ShidaiError, problem

TOLD, LONGEST = 50, 300  # problems; characters of a sentence, whatever the file makes it quote


class Faults:
    """Problems found so far: the first ones (`most`) in words, the others as a number."""

    def __init__(self, most: int = TOLD) -> None:
        self._most = most
        self._told: list[Problem] = []
        self.count = 0

    def add(self, where: str, *, zh: str, en: str, mend_zh: str = "", mend_en: str = "") -> None:
        self.count += 1
        if self.count <= self._most:
            self._told.append(problem(where, zh=zh[:LONGEST], en=en[:LONGEST], mend_zh=mend_zh, mend_en=mend_en))

    def stop(self) -> None:
        """Raise a `ShidaiError` if anything was wrong."""
        if not self.count:
            return
        more = self.count - len(self._told)
        rest = [problem("", zh=f"另有{more}处问题未列出。", en=f"There are {more} more problems.")] if more else []
        raise ShidaiError([*self._told, *rest])


def masked(account: str) -> str:
    """An account number as a message may show it: its last four characters."""
    return f"****{account[-4:]}" if len(account) > 4 else "****"
