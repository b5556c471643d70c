"""Two lists of invented Chinese persons: families with twins, and the slips that offices make."""

from __future__ import annotations

from random import Random

import pyarrow as pa

from shidai.linkage.residentnumber import check_character

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
SIGNS = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉玲红建华志国春梅金凤玉珍海燕雪晶宇浩轩梓涵欣怡"
SAME_SOUND = {
    "伟": "玮",
    "芳": "方",
    "敏": "闽",
    "静": "净",
    "丽": "莉",
    "军": "君",
    "杰": "洁",
    "明": "铭",
    "辉": "徽",
}
Person = dict[str, str | None]


def make_people(seed: int, families: int) -> list[Person]:
    """Families of two to four at one place with one phone; every tenth has twins of one sex."""
    rng = Random(seed)
    people: list[Person] = []
    for family in range(families):
        surname, village = rng.choice(SURNAMES), f"3299011012{family % 40:02d}"
        phone = f"154{rng.randrange(10**8):08d}"
        births = [f"{rng.randrange(1940, 2006)}{rng.randrange(1, 13):02d}{rng.randrange(1, 29):02d}" for _ in range(3)]
        twins = family % 10 == 0
        for place, birth in enumerate([*births, *births[2:]] if twins else births):
            order = 2 * rng.randrange(1, 400) + 1 if place < 3 else int(str(people[-1]["identifier"])[14:17]) + 2
            first = f"990206{birth}{order:03d}"
            people.append(
                {
                    "id": str(len(people)),
                    "name": surname + "".join(rng.choice(SIGNS) for _ in range(2)),
                    "sex": "男",
                    "birth_date": f"{birth[:4]}-{birth[4:6]}-{birth[6:]}",
                    "identifier": first + check_character(first),
                    "phone": phone,
                    "locality": village,
                }
            )
    return people


def make_slips(people: list[Person], seed: int, *, numbers: bool = True) -> list[Person]:
    """The same people as another office wrote them."""
    return [_slip(dict(person), Random(f"{seed}/{person['id']}"), numbers) for person in people]


def _slip(person: Person, rng: Random, numbers: bool) -> Person:
    name, birth, number = str(person["name"]), str(person["birth_date"]), str(person["identifier"])
    if rng.random() < 0.05 and name[2] in SAME_SOUND:
        person["name"] = name[:2] + SAME_SOUND[name[2]]
    if rng.random() < 0.02:
        person["name"] = name[0] + name[2] + name[1]
    if rng.random() < 0.02:
        person["birth_date"] = f"{birth[:8]}{rng.randrange(1, 29):02d}"
    if rng.random() < 0.02:
        person["birth_date"] = birth[:7]
    if not numbers or rng.random() < 0.1:
        person["identifier"] = None
    elif rng.random() < 0.06:
        at = rng.randrange(17)
        person["identifier"] = number[:at] + str((int(number[at]) + rng.randrange(1, 10)) % 10) + number[at + 1 :]
    if rng.random() < 0.3:
        person["phone"] = rng.choice([None, f"154{rng.randrange(10**8):08d}"])
    if rng.random() < 0.1:
        person["locality"] = f"3299011012{rng.randrange(40):02d}"
    return person


def as_table(people: list[Person]) -> pa.Table:
    names = list(people[0])
    return pa.table({name: pa.array([person[name] for person in people], pa.string()) for name in names})
