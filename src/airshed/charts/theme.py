"""The common look of the charts: fonts that hold Korean and Chinese, and the colours of maps and tables."""

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
HEAT = ("#ffffff", "#fdd9b0", "#f59a4f", "#c8531b", "#7a2706")
"""Colours of shares, from zero, which is white."""
DIVERGING = ("#2b5c8a", "#8fb4d6", "#ffffff", "#efa487", "#a83a1c")
"""Colours of changes, from the largest fall to the largest rise; zero is white."""
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
        "offset": 18,
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
