"""The common look of the charts: fonts that hold Korean and Chinese, and colours that stay the same everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

FONT = "airshed"
"""The font that charts name: none that is installed anywhere, so that text takes the same room on every machine and is
measured fast; a page puts its own stack there."""
FONT_STACK = (
    "'Noto Sans', 'Noto Sans CJK KR', 'Noto Sans KR', 'Apple SD Gothic Neo', 'Malgun Gothic', "
    "'Noto Sans CJK SC', Helvetica, Arial, sans-serif"
)
"""Fonts of the systems that hold Latin, Korean and Chinese letters."""
PALETTE = ("#c8553d", "#2f6690", "#e9a03b", "#3a7d44", "#7a5195", "#16a3a5", "#8d6b94", "#a3b18a", "#6c757d", "#bc6c25")
"""Colours of categories in the order of the pack; distinct for the common kinds of colour blindness in neighbours."""
NATURAL_COLOUR = "#cfc6b0"
HEAT: Literal["oranges"] = "oranges"
MISSING_COLOUR = "#eceae4"
MAP_SCHEME: Literal["magma"] = "magma"
"""Colours of maps, equal steps of which look equal, for any kind of colour vision, and in grey."""
MAP_EXTENT = (0.12, 0.97)
"""The part of the scheme that maps use; the light end is the low one."""
MAP_TURN = 0.48
"""The share of the scale above which letters on a colour are white; black and white both read well there."""
LAND_COLOUR = "#dfe0db"
SEA_COLOUR = "#f3f6f8"
FLOW_COLOUR = "#8a3b67"


CONFIG: Mapping[str, Any] = {
    "font": FONT,
    "background": "white",
    "view": {"stroke": None},
    "title": {
        "fontSize": 15,
        "fontWeight": 600,
        "anchor": "start",
        "subtitleFontSize": 12,
        "subtitleColor": "#555",
        "offset": 12,
    },
    "axis": {
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": 500,
        "gridColor": "#e8e8e8",
        "domainColor": "#999",
    },
    "legend": {"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": 500, "labelLimit": 260},
    "header": {"labelFontSize": 13, "titleFontSize": 12, "labelFontWeight": 600},
}
"""The common configuration of the charts, in the words of Vega-Lite."""


def configured(chart: Any) -> Any:
    """Return the chart with the common configuration."""
    chart.config = dict(CONFIG)
    return chart


def colour_range(count: int) -> list[str]:
    """Return that many colours of the palette, from its start again where it is too short."""
    return [PALETTE[index % len(PALETTE)] for index in range(count)]
