"""Where two records that are to be merged say different things, in words, so that somebody decides with open eyes."""

from __future__ import annotations

from itertools import product

from django.db.models import Q

from shidai.registry.citypack import city_limits
from shidai.registry.merging import Plan, overlap
from shidai.registry.models import Birth, Death, Identifier, Parentage, Person, Union
from shidai.registry.wording import SEX, say_date
from shidai.words import Text


def contradictions(plan: Plan) -> list[Text]:
    """What the two records contradict each other in; the kept record's word will stand."""
    keep, gone = plan.keep, plan.gone
    return [*_own(keep, gone), *_cut(plan), *_events(keep, gone), *_family(keep, gone)]


def _own(keep: Person, gone: Person) -> list[Text]:
    found = []
    if keep.sex != gone.sex:
        what = Text(zh="性别不同：保留“{kept}”。", en="The sex differs: '{kept}' will stand.")
        found.append(what.filled(kept=SEX[keep.sex]))
    if (keep.birth_date, keep.birth_precision) != (gone.birth_date, gone.birth_precision):
        what = Text(zh="出生日期不同：保留{kept}。", en="The date of birth differs: {kept} will stand.")
        found.append(what.filled(kept=say_date(keep.birth_date, keep.birth_precision)))
    numbers = Identifier.objects.filter(person__in=(keep, gone), kind=Identifier.Kind.RESIDENT)
    if numbers.values("person").distinct().count() == 2:
        zh = "各有一个公民身份号码：两个号码都能查到保留的档案。"
        found.append(Text(zh=zh, en="Each has a resident number of its own: both will find the kept record."))
    return found


def _cut(plan: Plan) -> list[Text]:
    count = plan.count_cut()
    if not count:
        return []
    zh = "{n}段居住或避孕与保留的档案重叠：重叠部分作为更正终止。"
    en = "{n} times of residence or contraception overlap the kept record's: the overlap is closed as a correction."
    return [Text(zh=zh, en=en).filled(n=count)]


def _events(keep: Person, gone: Person) -> list[Text]:
    found = []
    deaths = {one.person_id: one for one in Death.objects.filter(person__in=(keep, gone))}
    if len(deaths) == 2:
        kept = deaths[keep.pk]
        zh, en = "都有死亡登记：保留{kept}的那条。", "Both have a death on record: that of {kept} will stand."
        found.append(Text(zh=zh, en=en).filled(kept=say_date(kept.date, kept.precision)))
    elif keep.pk in deaths:
        found.append(Text(zh="保留的档案已登记死亡。", en="The kept record is of somebody who has died."))
    elif gone.pk in deaths:
        zh = "并入的档案已登记死亡：合并后此人即为已故，其居住和婚姻随之终止。"
        en = "The other record is of somebody who has died: the person will be dead, residence and marriage end."
        found.append(Text(zh=zh, en=en))
    if Birth.objects.filter(child__in=(keep, gone)).count() == 2:
        zh, en = "都有出生登记：只计保留的那条。", "Both have a birth on record: only the kept one will count."
        found.append(Text(zh=zh, en=en))
    return found


def _family(keep: Person, gone: Person) -> list[Text]:
    found = []
    family = {one.child_id: one for one in Parentage.objects.filter(child__in=(keep, gone))}
    if len(family) == 2:
        pair = (family[keep.pk], family[gone.pk])
        if any(None not in (both := {getattr(one, side) for one in pair}) and len(both) == 2 for side in _PARENTS):
            found.append(Text(zh="父母不同：保留原有的父母。", en="The parents differ: the kept record's will stand."))
    unions = [Union.objects.filter(Q(wife=one) | Q(husband=one)) for one in (keep, gone)]
    ours, pair_ids = product(*unions), {keep.pk, gone.pk}
    if any(overlap(one, other) and _spouse(one, pair_ids) != _spouse(other, pair_ids) for one, other in ours):
        zh = "两份档案的婚姻时间重叠，配偶不是同一份档案：请核对配偶是否也重复登记。"
        en = "Marriages overlap and the spouses are two records: check whether the spouse stands here twice too."
        found.append(Text(zh=zh, en=en))
    if any(_one_delivery(one, other) for one, other in product(_children(keep), _children(gone))):
        zh = "两份档案各有出生日期相近的子女：请核对孩子是否也重复登记。"
        en = "Each record has a child born at about the same time: check whether the child stands here twice too."
        found.append(Text(zh=zh, en=en))
    return found


_PARENTS = ("mother_id", "father_id")


def _spouse(union: Union, pair: set[int]) -> int | None:
    return next((one for one in (union.wife_id, union.husband_id) if one is not None and one not in pair), None)


def _children(parent: Person) -> list[Person]:
    mine = Q(parentage__mother=parent) | Q(parentage__father=parent)
    return list(Person.objects.filter(mine, birth_date__isnull=False))


def _one_delivery(one: Person, other: Person) -> bool:
    if one == other or one.birth_date is None or other.birth_date is None:
        return False
    return abs((one.birth_date - other.birth_date).days) < city_limits().birth_interval_days.value
