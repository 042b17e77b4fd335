"""The only door to Folium. Its maps carry addresses and numbers, never a text from a person.

Folium puts texts into JavaScript template literals, where ``${…}`` runs as code even under a nonce policy; so
nothing here takes a text, and every address is checked to be ours.
"""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

_OWN_ADDRESS: Final = re.compile(r"/[A-Za-z0-9_.~/?&=%+-]*")
_FOREIGN: Final = re.compile(r"\S*//\S*")


class ForeignAddress(ValueError):
    """An address that is not a plain path of this site."""


@dataclass(frozen=True)
class MapAddresses:
    """Everything a map is told: addresses of its feeds and the box it first shows (south, west, north, east).

    ``overview`` is the geometry of the first view, ``geometry`` that of a close look; None: there are no boundaries.
    """

    overview: str | None
    geometry: str | None
    statuses: str
    pilots: str
    palette: str
    labels: str
    bounds: tuple[float, float, float, float]


@dataclass(frozen=True)
class RenderedMap:
    """The parts of a page: the element and the script that draws into it (to be given the page's nonce)."""

    element_id: str
    script: str


def own_address(address: str) -> str:
    """The address itself if it is a path of this site. Raises ForeignAddress."""
    if not _OWN_ADDRESS.fullmatch(address) or "//" in address:
        raise ForeignAddress(address)
    return address


def _check_script(script: str) -> None:
    """Nothing that Folium writes by itself may lead away either."""
    if found := _FOREIGN.search(script):
        raise ForeignAddress(found[0])


@lru_cache(maxsize=64)
def render(addresses: MapAddresses) -> RenderedMap:
    """Draw the province's map by Folium; the same addresses are drawn once. Raises ForeignAddress for a foreign one."""
    shapes = [address for address in (addresses.overview, addresses.geometry) if address is not None]
    for address in (*shapes, addresses.statuses, addresses.pilots, addresses.palette, addresses.labels):
        own_address(address)
    drawn = _folium().draw(addresses)
    _check_script(drawn.script)
    return drawn


class _Folium:
    """Folium, loaded at the first map of a process (69 MB and most of a second with its friends)."""

    def __init__(self) -> None:
        folium: Any = importlib.import_module("folium")
        template: Any = importlib.import_module("folium.template")
        element: Any = importlib.import_module("branca.element")

        class Layer(element.MacroElement):  # type: ignore[misc]
            """An element that only calls one of our own functions with addresses."""

            _template = template.Template(
                "{% macro script(this, kwargs) %}"
                "ruraldx.{{ this.function }}({{ this._parent.get_name() }}, {{ this.arguments|tojson }});"
                "{% endmacro %}"
            )

            def __init__(self, function: str, **arguments: object) -> None:
                super().__init__()
                self._name = "layer"
                self.function = function
                self.arguments = arguments

        class OwnMap(folium.Map):  # type: ignore[misc]
            """A Folium map without tiles, foreign files or random names."""

            default_js: list[tuple[str, str]] = []  # noqa: RUF012
            default_css: list[tuple[str, str]] = []  # noqa: RUF012

        self.map_class = OwnMap
        self.layer_class = Layer

    def draw(self, addresses: MapAddresses) -> RenderedMap:
        """The script of a map."""
        south, west, north, east = addresses.bounds
        drawn = self.map_class(
            location=[(south + north) / 2, (west + east) / 2],
            tiles=None,
            zoom_start=9,
            zoom_control=False,
            prefer_canvas=False,
            attribution_control=False,
        )
        # Folium hands its own zoom limits to tiles only, and there are none.
        drawn.options |= {"min_zoom": 5, "max_zoom": 15}
        drawn._name, drawn._id = "map", "ruraldx"
        calls: tuple[tuple[str, dict[str, object]], ...] = (
            (
                "communes",
                {
                    "overview": addresses.overview,
                    "geometry": addresses.geometry,
                    "statuses": addresses.statuses,
                    "palette": addresses.palette,
                },
            ),
            ("pilots", {"points": addresses.pilots, "palette": addresses.palette}),
            ("labels", {"points": addresses.labels}),
            ("frame", {"bounds": [[south, west], [north, east]]}),
        )
        for number, (function, arguments) in enumerate(calls):
            layer = self.layer_class(function, **arguments)
            layer._id = str(number)
            layer.add_to(drawn)
        drawn.render()
        script = drawn.get_root().script.render()
        return RenderedMap(drawn.get_name(), script)


@lru_cache(maxsize=1)
def _folium() -> _Folium:
    """The named loader: the only place where Folium comes into the process."""
    return _Folium()
