"""Charts as SVG text, the same in HTML, PDF and DOCX. Colours are classes, so that pages theme them."""

from shidai.reports.charts.drawing import Drawing, with_ink
from shidai.reports.charts.ontarget import TargetBar, draw_targets
from shidai.reports.charts.pyramid import PyramidData, draw_pyramid
from shidai.reports.charts.tilemap import Tile, draw_tile_map
from shidai.reports.charts.trend import TrendLine, TrendPoint, draw_trend

__all__ = [
    "Drawing",
    "PyramidData",
    "TargetBar",
    "Tile",
    "TrendLine",
    "TrendPoint",
    "draw_pyramid",
    "draw_targets",
    "draw_tile_map",
    "draw_trend",
    "with_ink",
]
