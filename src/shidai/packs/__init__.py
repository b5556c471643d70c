"""Packs: policy as data, read, checked and cited here. No code mentions a policy, a threshold or a city.

from shidai.packs import load_pack
pack = load_pack("wuxi-2006")
pack.area("320282").name_en
"""

from shidai.packs.load import check_pack, load_pack, shipped_packs
from shidai.packs.schema.pack import Pack

__all__ = ["Pack", "check_pack", "load_pack", "shipped_packs"]
