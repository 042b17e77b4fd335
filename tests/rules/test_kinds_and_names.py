"""Code lists of pilots, and kinds of unit by the word a name starts with."""

from __future__ import annotations

import pytest

from ruraldx.pilots.kinds import FIELDS, KINDS, NO_FIELD, PILOT_STATUSES, POINT_QUALITIES, Kind, PilotStatus
from ruraldx.places.names import KIND_LABELS, bare_name, split_name
from ruraldx.vietnamese import fold


def test_every_kind_and_state_of_a_pilot_has_words_of_its_own() -> None:
    assert set(KINDS) == set(Kind)
    assert set(PILOT_STATUSES) == set(PilotStatus)
    assert len({str(words) for words in KINDS.values()}) == len(Kind)
    assert len({str(words) for words, _tone in PILOT_STATUSES.values()}) == len(PilotStatus)
    assert {tone for _words, tone in PILOT_STATUSES.values()} <= {"neutral", "info", "success", "warning"}


def test_the_fields_cover_those_of_the_plan() -> None:
    plan = (
        "cải cách hành chính", "an ninh trật tự", "giáo dục", "du lịch", "văn hóa", "y tế", "môi trường",
        "chuyển đổi số toàn diện",
    )  # fmt: skip
    words = [str(label).lower() for label in FIELDS.values()]
    for field in plan:
        assert any(field in label for label in words), field
    assert len(set(words)) == len(FIELDS)
    assert str(NO_FIELD) not in {str(label) for label in FIELDS.values()}


def test_the_code_of_a_field_is_made_of_its_words() -> None:
    for code, label in FIELDS.items():
        assert fold(str(label)).replace(" ", "-").startswith(code), code


def test_a_point_says_how_good_it_is() -> None:
    assert set(POINT_QUALITIES) == {"surveyed", "estimated", "commune"}
    assert "gần đúng" in str(POINT_QUALITIES["commune"])


@pytest.mark.parametrize(
    ("text", "level", "kind", "name", "full"),
    [
        ("Xã Quế Phú", "commune", "commune", "Quế Phú", "Xã Quế Phú"),
        ("xã Quế Phú", "commune", "commune", "Quế Phú", "Xã Quế Phú"),
        ("PHƯỜNG Hội An", "commune", "ward", "Hội An", "Phường Hội An"),
        ("Phường 2", "commune", "ward", "2", "Phường 2"),
        ("Thị trấn Đông Phú", "commune", "township", "Đông Phú", "Thị trấn Đông Phú"),
        ("Đặc khu Hoàng Sa", "commune", "special_zone", "Hoàng Sa", "Đặc khu Hoàng Sa"),
        ("Xã Xã Lát", "commune", "commune", "Xã Lát", "Xã Xã Lát"),
        ("Huyện Quế Sơn", "district", "district", "Quế Sơn", "Huyện Quế Sơn"),
        ("Thị xã Điện Bàn", "district", "town", "Điện Bàn", "Thị xã Điện Bàn"),
        ("Thành phố Tam Kỳ", "district", "city", "Tam Kỳ", "Thành phố Tam Kỳ"),
        ("Quận Hải Châu", "district", "urban_district", "Hải Châu", "Quận Hải Châu"),
        ("Thành phố Đà Nẵng", "province", "municipality", "Đà Nẵng", "Thành phố Đà Nẵng"),
        ("tỉnh Quảng Nam", "province", "province", "Quảng Nam", "Tỉnh Quảng Nam"),
    ],
)
def test_the_kind_of_a_unit_is_the_word_its_name_starts_with(
    text: str, level: str, kind: str, name: str, full: str
) -> None:
    assert split_name(text, level) == (kind, name, full)
    assert bare_name(text) == name
    assert kind in KIND_LABELS
    assert full.startswith(str(KIND_LABELS[kind])) or kind == "municipality"


@pytest.mark.parametrize(
    ("text", "level"), [("Quế Phú", "commune"), ("Xãng", "commune"), ("Xã A", "province"), ("", "district")]
)
def test_a_name_without_a_known_word_is_refused(text: str, level: str) -> None:
    with pytest.raises(ValueError, match="no kind"):
        split_name(text, level)


@pytest.mark.parametrize("text", ["Quế Phú", "", "Xãng", "Hội An"])
def test_a_bare_name_stays_as_it_is(text: str) -> None:
    assert bare_name(text) == text


def test_every_kind_of_unit_has_words_of_its_own() -> None:
    assert len({str(label) for label in KIND_LABELS.values()}) == len(KIND_LABELS)
