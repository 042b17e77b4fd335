"""What the map shows: layers with code, colour, shape, pattern and words. One definition for all twins. Pure.

Legend, interactive map, picture, table and CSV all read these values. Colours are Okabe and Ito's (2008), told apart
by people who do not see red and green alike; a shape or pattern and a word always go with them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from ruraldx.messages import Message


@dataclass(frozen=True)
class Symbol:
    """How a status is drawn and said.

    ``shape`` is for points: circle, square, triangle, diamond, and hollow ones, ring and frame. ``pattern`` is for
    areas: the outline of one tile of ``TILE`` pixels, in the path language of SVG, drawn in black over the colour
    (empty: plain).
    """

    code: str
    label: Message
    colour: str
    shape: str
    pattern: str = ""

    @property
    def pattern_id(self) -> str:
        """The id of the pattern; the legend of a page defines it, the map on the same page uses it."""
        return f"nen-{self.code}"

    @property
    def fill(self) -> str:
        """What an area is filled with: its pattern, or its plain colour."""
        return f"url(#{self.pattern_id})" if self.pattern else self.colour


@dataclass(frozen=True)
class LegendLine:
    """A symbol with how many there are."""

    symbol: Symbol
    count: int


TILE: Final = 8
COMMUNES: Final = (
    Symbol("pass", Message("Đạt"), "#009E73", "circle"),
    Symbol("fail", Message("Không đạt"), "#D55E00", "square", "M0 8L8 0"),
    Symbol("former_pass", Message("Xã cũ đạt"), "#8FD3BD", "ring", "M2 4L6 4"),
    Symbol("former_fail", Message("Xã cũ không đạt"), "#EFA97A", "frame", "M4 1L4 7"),
    Symbol("mixed", Message("Các xã cũ có kết quả khác nhau"), "#CC79A7", "diamond", "M0 8L8 0M0 0L8 8"),
    Symbol("none", Message("Chưa có kết quả công bố"), "#D9D9D9", "triangle"),
)
PILOTS: Final = (
    Symbol("proposed", Message("Đề xuất"), "#999999", "triangle"),
    Symbol("piloting", Message("Đang thí điểm"), "#56B4E9", "circle"),
    Symbol("operating", Message("Đang hoạt động"), "#009E73", "circle"),
    Symbol("under_review", Message("Đang rà soát, đánh giá"), "#E69F00", "square"),
    Symbol("replicating", Message("Đang nhân rộng"), "#0072B2", "diamond"),
    Symbol("paused", Message("Tạm dừng"), "#999999", "square"),
    Symbol("ended", Message("Kết thúc"), "#000000", "triangle"),
)

# Labels that every national or provincial map shows (code, words, latitude and longitude in degrees).
ARCHIPELAGOS: Final = (
    ("20333", Message("Hoàng Sa (Đà Nẵng)"), 16.568, 112.135),
    ("22736", Message("Trường Sa (Khánh Hòa)"), 9.71, 114.45),
)
# What the browser says on the map's own buttons.
CONTROLS: Final[dict[str, Message]] = {
    "zoom_in": Message("Phóng to"),
    "zoom_out": Message("Thu nhỏ"),
    "cluster": Message("mô hình, bấm để xem từng mô hình"),
}
NOTE: Final = Message("Bản đồ mang tính tham khảo.")


FORMER_NOTE: Final = Message("Kết quả của xã cũ thuộc về xã đó, chưa phải là kết quả của đơn vị hiện nay.")


def commune_statuses(outcomes: Iterable[tuple[str, str, bool]]) -> dict[str, str]:
    """Today's code → status, from (code, outcome, own).

    A unit's own result is its status. Results of units that went into it are shown as theirs, and "mixed" when they
    differ: what they make of the whole is not for a map to say.
    """
    own: dict[str, str] = {}
    former: dict[str, set[str]] = {}
    for code, outcome, is_own in outcomes:
        if is_own:
            own[code] = outcome
        else:
            former.setdefault(code, set()).add(f"former_{outcome}")
    merged = {code: next(iter(kinds)) if len(kinds) == 1 else "mixed" for code, kinds in former.items()}
    return dict(sorted((merged | own).items()))


def legend(symbols: tuple[Symbol, ...], statuses: Iterable[str]) -> tuple[LegendLine, ...]:
    """The lines of a legend with counts; pilots' symbols that nothing uses are left out by the caller."""
    counted = Counter(statuses)
    return tuple(LegendLine(symbol, counted[symbol.code]) for symbol in symbols)


def palette() -> Mapping[str, Mapping[str, dict[str, str]]]:
    """Colours, shapes and fills of areas for the browser: layer → status → {colour, shape, fill}."""
    return {
        "communes": {s.code: {"colour": s.colour, "shape": s.shape, "fill": s.fill} for s in COMMUNES},
        "pilots": {s.code: {"colour": s.colour, "shape": s.shape} for s in PILOTS},
    }
