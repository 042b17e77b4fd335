"""The map as a picture made on the server: without JavaScript, for print, for sharing. Pure.

It takes codes and numbers only; the few words in it are given translated and are escaped here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

from ruraldx.maps.layers import COMMUNES, PILOTS, TILE, Symbol

_SYMBOLS: Final[dict[str, dict[str, Symbol]]] = {
    "communes": {symbol.code: symbol for symbol in COMMUNES},
    "pilots": {symbol.code: symbol for symbol in PILOTS},
}
_EMPTY_BOX: Final = (14.9, 107.2, 16.3, 108.8)
_WIDTH: Final = 1000
_INSET: Final = (230, 190)
# How far to the right and up a pilot stands from the mark of its commune, so that neither covers the other.
_ASIDE: Final = 17


def picture(
    outlines: Mapping[str, Any] | None,
    statuses: Mapping[str, str],
    points: Sequence[tuple[float, float, str, str]],
    archipelagos: Sequence[str],
    note: str,
    title: str,
) -> str:
    """An SVG. ``points`` are (latitude, longitude, layer, status); ``archipelagos`` the two labels, north first."""
    south, west, north, east = outlines["box"] if outlines else _EMPTY_BOX
    width, height = outlines["size"] if outlines else (_WIDTH, round((north - south) / (east - west) * _WIDTH))
    scale = width / (east - west)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'font-family="Be Vietnam Pro, sans-serif" aria-label="{escape(title)}">',
        f"<defs>{''.join(map(pattern, COMMUNES))}</defs>",
        f'<rect width="{width}" height="{height}" fill="#eaf3f8"/>',
    ]
    for code, path in (outlines["paths"] if outlines else {}).items():
        status = statuses.get(code)
        fill = _SYMBOLS["communes"][status].fill if status else "#ffffff"
        parts.append(f'<path d="{path}" fill="{fill}" stroke="#555" stroke-width="1" fill-rule="evenodd"/>')
    taken = {(lat, lon) for lat, lon, layer, _status in points if layer == "communes"}
    for lat, lon, layer, status in points:
        aside = _ASIDE if layer == "pilots" and (lat, lon) in taken else 0
        x, y = round((lon - west) * scale) + aside, round((north - lat) * scale) - aside
        parts.append(marker(_SYMBOLS[layer][status], x, y))
    parts.append(inset(archipelagos, width - _INSET[0] - 10, height - _INSET[1] - 10))
    parts.append(f'<text x="10" y="{height - 12}" font-size="20" fill="#222">{escape(note)}</text></svg>')
    return "".join(parts)


def pattern(symbol: Symbol) -> str:
    """The definition of an area's pattern; nothing for a plain one."""
    if not symbol.pattern:
        return ""
    return (
        f'<pattern id="{symbol.pattern_id}" width="{TILE}" height="{TILE}" patternUnits="userSpaceOnUse">'
        f'<rect width="{TILE}" height="{TILE}" fill="{symbol.colour}"/>'
        f'<path d="{symbol.pattern}" stroke="#111" stroke-width="1.5"/></pattern>'
    )


def marker(symbol: Symbol, x: int, y: int, size: int = 11) -> str:
    """A symbol drawn at a point: shape and colour say the same."""
    style = f'fill="{symbol.colour}" stroke="#111" stroke-width="2"'
    inner = size - 3
    hollow = f'fill="#fff" stroke="{symbol.colour}" stroke-width="6"'
    shapes = {
        "circle": f'<circle cx="{x}" cy="{y}" r="{size}" {style}/>',
        "square": f'<rect x="{x - size}" y="{y - size}" width="{2 * size}" height="{2 * size}" {style}/>',
        "ring": f'<circle cx="{x}" cy="{y}" r="{inner}" {hollow}/>',
        "frame": f'<rect x="{x - inner}" y="{y - inner}" width="{2 * inner}" height="{2 * inner}" {hollow}/>',
        "triangle": f'<path d="M{x} {y - size}L{x + size} {y + size}L{x - size} {y + size}Z" {style}/>',
        "diamond": f'<path d="M{x} {y - size}L{x + size} {y}L{x} {y + size}L{x - size} {y}Z" {style}/>',
    }
    return shapes[symbol.shape]


def inset_picture(labels: Sequence[str]) -> str:
    """The frame of the archipelagos as a picture of its own, to lie on the interactive map."""
    width, height = _INSET
    name = escape(", ".join(labels))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'font-family="Be Vietnam Pro, sans-serif" aria-label="{name}">{inset(labels, 0, 0)}</svg>'
    )


def inset(labels: Sequence[str], x: int, y: int) -> str:
    """The frame with Hoàng Sa and Trường Sa, as islets at their place east of the coast."""
    width, height = _INSET
    north, south = (escape(label) for label in labels)
    dots = "".join(
        f'<circle cx="{x + dx}" cy="{y + dy}" r="3" fill="#555"/>'
        for dx, dy in ((40, 45), (52, 38), (60, 52), (120, 130), (134, 142), (110, 146), (146, 128))
    )
    return (
        f'<g><rect x="{x}" y="{y}" width="{width}" height="{height}" fill="#fff" fill-opacity=".9" stroke="#555"/>'
        f"{dots}"
        f'<text x="{x + 15}" y="{y + 78}" font-size="17" fill="#111">{north}</text>'
        f'<text x="{x + 15}" y="{y + 175}" font-size="17" fill="#111">{south}</text></g>'
    )
