"""By when an office has to do its step, where the rules count working days."""

from __future__ import annotations

from datetime import date

import pytest

from shidai.benefits import actions
from shidai.benefits.queries.lists import Seen, look
from shidai.benefits.views.showing import say_standing
from shidai.registry.citypack import city_pack
from tests.factories import Cast
from tests.spec.benefits.test_claims import SCHEME, make_elder


@pytest.fixture
def three_working_days(pack: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The village reviews within three working days."""
    scheme = city_pack().schemes[SCHEME]
    versions = tuple(
        one.model_copy(
            update={
                "step": (one.step[0].model_copy(update={"within_days": 3, "working_days": True}), *one.step[1:]),
                "effective_to": None if one is scheme.version[-1] else one.effective_to,
            }
        )
        for one in scheme.version
    )
    monkeypatch.setitem(city_pack().schemes, SCHEME, scheme.model_copy(update={"version": versions}))


def applied(cast: Cast, on: date, seen_on: date) -> Seen:
    claim = actions.apply_for(by=cast.lan, scheme=SCHEME, subject=actions.Subject(make_elder().uuid), day=on)
    return look(claim, seen_on)


@pytest.mark.usefixtures("three_working_days")
def test_the_national_day_holiday_moves_a_deadline(cast: Cast) -> None:
    seen = applied(cast, date(2006, 9, 29), date(2006, 10, 11))
    assert (seen.deadline, seen.late, seen.unannounced) == (date(2006, 10, 9), 2, ())
    assert "weekends only" not in say_standing(seen).en


@pytest.mark.usefixtures("three_working_days")
def test_a_deadline_over_a_year_without_announced_holidays_says_so(cast: Cast) -> None:
    seen = applied(cast, date(2008, 9, 30), date(2008, 10, 1))
    assert (seen.deadline, seen.unannounced) == (date(2008, 10, 3), (2008,))
    said = say_standing(seen)
    assert said.en.endswith(" (the holidays of 2008 aren't in the pack: weekends only)")
    assert "政策包没有2008年的放假安排" in said.zh
