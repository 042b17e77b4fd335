"""What the map shows: symbols that everybody can tell apart, results of merged communes, the picture."""

from __future__ import annotations

import math
import re
from itertools import combinations
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruraldx.maps.layers import (
    ARCHIPELAGOS,
    COMMUNES,
    CONTROLS,
    NOTE,
    PILOTS,
    Symbol,
    commune_statuses,
    legend,
    palette,
)
from ruraldx.maps.picture import inset, marker, pattern, picture
from ruraldx.messages import Message
from ruraldx.pilots.kinds import PILOT_STATUSES, PilotStatus

SVG = "{http://www.w3.org/2000/svg}"
OUTLINES = {"box": (15.0, 107.0, 16.0, 109.0), "size": (1000, 500), "paths": {"20650": "M0 0L9 9", "20651": "M1 1L2 2"}}
LABELS = ["Hoàng Sa", "Trường Sa"]


# Symbols


@pytest.mark.parametrize("symbols", [COMMUNES, PILOTS], ids=["communes", "pilots"])
def test_no_two_symbols_of_a_layer_look_or_read_alike(symbols: tuple[Symbol, ...]) -> None:
    for one, other in combinations(symbols, 2):
        assert one.code != other.code
        assert str(one.label) != str(other.label)
        assert (one.colour, one.shape) != (other.colour, other.shape)
    for symbol in symbols:
        assert re.fullmatch(r"#[0-9A-F]{6}", symbol.colour)
        assert symbol.shape in ("circle", "square", "triangle", "diamond", "ring", "frame")


def test_verdicts_are_told_apart_without_colour() -> None:
    assert len({symbol.shape for symbol in COMMUNES}) == len(COMMUNES)
    assert len({symbol.pattern for symbol in COMMUNES if symbol.code != "none"}) == 5


def test_every_state_of_a_pilot_has_a_symbol_with_the_words_of_the_registry() -> None:
    assert [symbol.code for symbol in PILOTS] == [status.value for status in PilotStatus]
    for symbol in PILOTS:
        assert symbol.label == PILOT_STATUSES[PilotStatus(symbol.code)][0]


def test_a_plain_area_is_filled_with_its_colour_and_a_patterned_one_with_its_pattern() -> None:
    plain = Symbol("a", Message("A"), "#000000", "circle")
    drawn = Symbol("b", Message("B"), "#FFFFFF", "square", "M0 8L8 0")
    assert (plain.fill, plain.pattern_id, pattern(plain)) == ("#000000", "nen-a", "")
    assert drawn.fill == "url(#nen-b)"
    root = ElementTree.fromstring(pattern(drawn))
    assert (root.get("id"), root.find("rect").get("fill")) == ("nen-b", "#FFFFFF")  # type: ignore[union-attr]
    assert root.find("path").get("d") == "M0 8L8 0"  # type: ignore[union-attr]


def test_the_browser_gets_the_same_colours_shapes_and_fills() -> None:
    found = palette()
    assert found["communes"]["fail"] == {"colour": "#D55E00", "shape": "square", "fill": "url(#nen-fail)"}
    assert found["communes"]["pass"]["fill"] == "#009E73"
    assert list(found["pilots"]) == [symbol.code for symbol in PILOTS]
    assert all(set(values) == {"colour", "shape"} for values in found["pilots"].values())


# Results and counts


def test_results_of_former_communes_are_shown_as_theirs_and_as_mixed_when_they_differ() -> None:
    former = [("b", "pass"), ("a", "pass"), ("a", "pass"), ("c", "pass"), ("c", "fail"), ("d", "fail")]
    found = commune_statuses([(code, outcome, False) for code, outcome in former])
    assert found == {"a": "former_pass", "b": "former_pass", "c": "mixed", "d": "former_fail"}
    assert list(found) == ["a", "b", "c", "d"]
    assert commune_statuses([]) == {}


def test_a_units_own_result_is_its_status_whatever_its_former_communes_had() -> None:
    assert commune_statuses([("a", "fail", False), ("a", "pass", True), ("b", "fail", True)]) == {
        "a": "pass",
        "b": "fail",
    }


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["pass", "fail"]))))
def test_statuses_do_not_depend_on_the_order_of_former_results(outcomes: list[tuple[str, str]]) -> None:
    former = [(code, outcome, False) for code, outcome in outcomes]
    found = commune_statuses(former)
    assert found == commune_statuses(reversed(former))
    assert set(found.values()) <= {symbol.code for symbol in COMMUNES}
    assert list(found) == sorted(found)


def test_the_legend_counts_in_the_order_of_the_symbols_and_keeps_what_has_none() -> None:
    lines = legend(COMMUNES, ["fail", "pass", "fail", "gone"])
    assert [(line.symbol.code, line.count) for line in lines] == [
        ("pass", 1),
        ("fail", 2),
        ("former_pass", 0),
        ("former_fail", 0),
        ("mixed", 0),
        ("none", 0),
    ]


def test_both_archipelagos_are_named_at_their_place_north_first() -> None:
    (north_code, north, north_lat, north_lon), (south_code, south, south_lat, south_lon) = ARCHIPELAGOS
    assert (north_code, str(north)) == ("20333", "Hoàng Sa (Đà Nẵng)")
    assert (south_code, str(south)) == ("22736", "Trường Sa (Khánh Hòa)")
    # Hoàng Sa lies around 15,7-17,2° N 111-113° E, Trường Sa around 6,8-12° N 111,3-117,4° E.
    assert 15.7 < north_lat < 17.2
    assert 111 < north_lon < 113
    assert 6.8 < south_lat < 12
    assert 111.3 < south_lon < 117.4
    assert str(NOTE).endswith("tham khảo.")
    assert set(CONTROLS) == {"zoom_in", "zoom_out", "cluster"}


# The picture


def drawn(**changes: object) -> ElementTree.Element:
    values: dict[str, object] = {
        "outlines": OUTLINES, "statuses": {"20650": "pass"}, "points": [], "archipelagos": LABELS, "note": "Ghi chú",
        "title": "Bản đồ", **changes,
    }  # fmt: skip
    return ElementTree.fromstring(picture(**values))  # type: ignore[arg-type]


def test_an_area_has_the_colour_of_its_status_and_white_without_one() -> None:
    paths = [path for path in drawn().findall(f"{SVG}path")]
    assert [(path.get("d"), path.get("fill")) for path in paths] == [("M0 0L9 9", "#009E73"), ("M1 1L2 2", "#ffffff")]
    failed = drawn(statuses={"20651": "fail"}).findall(f"{SVG}path")
    assert failed[1].get("fill") == "url(#nen-fail)"


def test_every_pattern_that_is_used_is_defined() -> None:
    ids = {element.get("id") for element in drawn().iter(f"{SVG}pattern")}
    assert ids == {symbol.pattern_id for symbol in COMMUNES if symbol.pattern}


def test_a_point_is_drawn_where_it_is() -> None:
    # A quarter from the west, three quarters down: 500 pixels a degree.
    root = drawn(points=[(15.25, 107.5, "pilots", "operating"), (16.0, 109.0, "communes", "fail")])
    circle = root.find(f"{SVG}circle")
    assert circle is not None
    assert (circle.get("cx"), circle.get("cy"), circle.get("fill")) == ("250", "375", "#009E73")
    square = root.findall(f"{SVG}rect")[-1]
    assert (square.get("x"), square.get("y")) == (str(1000 - 11), "-11")


def test_a_pilot_stands_beside_the_mark_of_its_commune_and_covers_none_of_it() -> None:
    at = (15.25, 107.5)
    root = drawn(outlines=None, points=[(*at, "communes", "pass"), (*at, "pilots", "operating")])
    commune, pilot = (
        (int(circle.get("cx", "")), int(circle.get("cy", "")), int(circle.get("r", "")))
        for circle in root.findall(f"{SVG}circle")
    )
    alone = drawn(outlines=None, points=[(*at, "communes", "pass")]).find(f"{SVG}circle")
    assert alone is not None
    assert (str(commune[0]), str(commune[1])) == (alone.get("cx"), alone.get("cy")), "the commune stays at its place"
    apart = math.dist(commune[:2], pilot[:2])
    # The outline is two pixels wide, half of it outside.
    assert commune[2] + pilot[2] + 2 <= apart < 40


@pytest.mark.parametrize("shape", ["circle", "square", "triangle", "diamond"])
def test_every_shape_is_drawn_around_its_point(shape: str) -> None:
    root = ElementTree.fromstring(marker(Symbol("x", Message("X"), "#123456", shape), 50, 60, 10))
    assert root.get("fill") == "#123456"
    numbers = [int(n) for key in ("d", "points") for n in re.findall(r"\d+", root.get(key, ""))]
    if numbers:
        assert (min(numbers[::2]), max(numbers[::2])) == (40, 60)
        assert (min(numbers[1::2]), max(numbers[1::2])) == (50, 70)
    else:
        assert root.tag in ("circle", "rect")


def test_without_outlines_the_points_have_a_map_of_their_own() -> None:
    root = drawn(outlines=None, points=[(15.6, 108.0, "pilots", "piloting")])
    assert root.findall(f"{SVG}path") == []
    assert root.get("viewBox") == "0 0 1000 875"
    circle = root.find(f"{SVG}circle")
    assert circle is not None
    assert (circle.get("cx"), circle.get("cy")) == ("500", "438")


def test_words_are_escaped_and_the_archipelagos_are_there() -> None:
    hostile = '<script>alert("1")</script>&${x}'
    for outlines in (OUTLINES, None):
        root = drawn(outlines=outlines, note=hostile, title=hostile, archipelagos=[hostile, "Trường Sa"])
        texts = [element.text for element in root.iter(f"{SVG}text")]
        assert texts == [hostile, "Trường Sa", hostile]
        assert root.get("aria-label") == hostile
        assert not list(root.iter(f"{SVG}script"))


def test_the_frame_of_the_archipelagos_stands_at_the_right_edge() -> None:
    root = ElementTree.fromstring(inset(LABELS, 760, 10))
    frame = root.find("rect")
    assert frame is not None
    assert int(frame.get("x", "")) + int(frame.get("width", "")) == 990
    assert len(root.findall("circle")) == 7
