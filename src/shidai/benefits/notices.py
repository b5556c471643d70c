"""Names on a public notice: as much as neighbours need to recognise who is meant and to object, and no more."""

from __future__ import annotations

from shidai.linkage.names import split_name

STAR = "*"


def mask_name(name: str) -> str:
    """A name for a notice that hangs in public: 陈秀英 → 陈*英, 陈英 → 陈*, 欧阳锋 → 欧阳*, 买买提·艾力 → 买**·艾*.

    A Han name keeps the surname and, of a given name of two characters or more, the last one. Of a name in parts
    (divided by ·) every part keeps its first character; of a Latin name every word its first letter, and three stars
    stand for the rest, whatever its length. A single character is wholly hidden: it would be the whole name.

    The rule is the offices' habit; that something has to be hidden follows from the Personal Information Protection
    Law of 2021, arts. 5, 6 and 34 (no more than the task needs), and from the Regulations on Open Government
    Information of 2019: art. 15 (what would harm somebody's privacy isn't published), art. 32 (who is concerned is
    asked first).
    """
    plain = name.strip()
    if plain.replace("·", " ").replace("-", " ").replace(".", " ").isascii():
        return " ".join(f"{word[0]}{STAR * 3}" for word in plain.replace("·", " ").split())
    for dot in ("·", "•", "・"):
        if dot in plain:
            return "·".join(_keep_first(part) for part in plain.split(dot) if part)
    if len(plain) <= 1:
        return STAR * len(plain)
    family, given = split_name(plain)
    return f"{family}{STAR}" if len(given) == 1 else f"{family}{STAR * (len(given) - 1)}{given[-1]}"


def _keep_first(part: str) -> str:
    return part[:1] + STAR * (len(part) - 1)
