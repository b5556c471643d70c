"""The pack of this city, as SHIDAI_PACK names it; a pack that is changed holds from the next start."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings

from shidai.packs import Pack, load_pack
from shidai.packs.schema.limits import Limits


@lru_cache(maxsize=4)
def _read(pack: str) -> Pack:
    return load_pack(pack)


def city_pack() -> Pack:
    """Read once: rules and ages are asked for on every line of a page. Raises ShidaiError for a broken pack."""
    return _read(str(settings.PACK))


def city_limits() -> Limits:
    """What can't be in any life, by this city's pack."""
    return city_pack().limits
