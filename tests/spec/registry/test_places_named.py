"""A village is named with its township, but not twice where its own name begins with the township's."""

from __future__ import annotations

import pytest
from django.utils import translation

from shidai.registry.villages import _full
from shidai.words import Text


@pytest.mark.parametrize(
    ("own", "zh", "en"),
    [
        (Text(zh="东亭街道第1社区", en="Dongting Community 1"), "东亭街道第1社区", "Dongting Community 1"),
        (Text(zh="春雷村", en="Chunlei Village"), "东亭街道 春雷村", "Dongting Subdistrict Chunlei Village"),
        (Text(zh="东亭村", en="Dongtingtou Village"), "东亭街道 东亭村", "Dongting Subdistrict Dongtingtou Village"),
    ],
)
def test_the_township_stands_once(own: Text, zh: str, en: str) -> None:
    for language, said in (("zh-hans", zh), ("en", en)):
        with translation.override(language):
            assert _full(Text(zh="东亭街道", en="Dongting Subdistrict"), own) == said
