"""A picture of the ratios: cases in, the text of an SVG file out."""

import math
from collections.abc import Sequence
from xml.sax.saxutils import escape

_ROW, _LEFT, _WIDTH, _MIDDLE = 22, 330, 720, 530
_DECADE = 90


def draw(rows: Sequence[tuple[str, str, float, float | None]]) -> str:
    """Bars from the line where both are equal: to the left we take less, to the right more; goals as ticks.

    A row is the case, what it is compared with, our share of its cost, and the most the share may be.
    """
    height = _ROW * (len(rows) + 2)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" font-family="sans-serif" '
        f'font-size="11" role="img"><title>Cost of marketo-migrate as a share of what others take</title>',
        f'<rect width="{_WIDTH}" height="{height}" fill="white"/>',
    ]
    for power in (-2, -1, 0, 1, 2):
        x = _place(10.0**power)
        parts.append(
            f'<line x1="{x}" x2="{x}" y1="18" y2="{height - 8}" stroke="#{"888" if power == 0 else "ddd"}"/>'
        )
        parts.append(f'<text x="{x}" y="13" text-anchor="middle" fill="#555">{10.0**power:g}</text>')
    for number, (case, against, ratio, goal) in enumerate(rows):
        y = _ROW * (number + 1) + 4
        x, middle = _place(ratio), _place(1.0)
        colour = "#999" if goal is None else "#2a7" if ratio <= goal else "#c44"
        parts.append(f'<text x="8" y="{y + 12}">{escape(case)} / {escape(against)}</text>')
        left, length = min(x, middle), abs(x - middle)
        parts.append(f'<rect x="{left}" y="{y + 3}" width="{max(length, 1)}" height="12" fill="{colour}"/>')
        if goal is not None:
            tick = _place(goal)
            parts.append(
                f'<line x1="{tick}" x2="{tick}" y1="{y}" y2="{y + 18}" stroke="black" stroke-width="2"/>'
            )
        parts.append(f'<text x="{_WIDTH - 6}" y="{y + 12}" text-anchor="end">{ratio:.2f}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _place(ratio: float) -> int:
    """Where a ratio lies, on a logarithmic scale."""
    power = math.log10(min(max(ratio, 0.01), 100))
    return round(_MIDDLE + power * _DECADE * 0.9)
