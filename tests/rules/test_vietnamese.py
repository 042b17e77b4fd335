"""Vietnamese text, numbers and dates: what is read, what is refused and why, and the order of names."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruraldx.messages import Invalid
from ruraldx.places import source
from ruraldx.vietnamese import (
    ValueProblem,
    accent_key,
    fold,
    format_date,
    format_datetime,
    format_number,
    format_percent,
    format_time,
    is_blank,
    line_within,
    nfc,
    one_line,
    parse_date,
    parse_decimal,
    parse_integer,
    sort_key,
    spellings,
    vietnam_day,
)

DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=4)
DATES = st.dates(date(1900, 1, 1), date(2100, 12, 31))


def refusal(read: Callable[..., object], text: str, **limits: object) -> str:
    with pytest.raises(ValueProblem) as caught:
        read(text, **limits)
    assert str(caught.value) == str(caught.value.message)
    return str(caught.value)


# What a person sees


INVISIBLE = [
    "\u200b",
    "\u202e",
    "\u2066\u2069",
    "\u061c",
    "\ufeff",
    "\u00ad",
    "\u180e",
    "\u3164",
    "\u2800",
    "\ufe0f",
    "\x07",
]


@pytest.mark.parametrize("text", ["", "   ", "\u00a0\n\t", "\u0301", *INVISIBLE, " ".join(INVISIBLE)], ids=ascii)
def test_a_text_nobody_can_see_is_blank(text: str) -> None:
    assert is_blank(text)
    assert not is_blank(f"{text}a")


@pytest.mark.parametrize("text", ["0", "-", "ạ", "a\u0323", "½", "€", "字", "😀"])
def test_a_text_somebody_can_see_is_not_blank(text: str) -> None:
    assert not is_blank(text)


@pytest.mark.parametrize(
    "text, stored",
    [
        ("  Báo  cáo\r\nnăm\t2024 ", "Báo cáo năm 2024"),
        ("Người\u2028ký\u00a0A", "Người ký A"),
        ("UBND \u202exã\u202c", "UBND xã"),
        ("a\u200b\u0301", "á"),
        ("A\x1b[31m\x00B", "A[31mB"),
        ("a \u200b b", "a b"),
        ("\u0958", "\u0915\u093c"),
        ("\ud800", ""),
    ],
    ids=ascii,
)
def test_a_text_of_one_line_holds_no_controls_and_nothing_that_turns_it(text: str, stored: str) -> None:
    assert one_line(text) == stored


@given(st.text())
def test_making_one_line_twice_changes_nothing(text: str) -> None:
    assert one_line(one_line(text)) == one_line(text)


def test_a_line_longer_than_its_place_is_refused_by_what_would_be_stored() -> None:
    assert line_within(" a\u0323\u200b ", field="title", longest=1) == "ạ"
    with pytest.raises(Invalid, match="dài quá 3 ký tự") as refused:
        line_within("\u0958\u0958", field="title", longest=3)
    assert refused.value.field == "title"


# Decimals


@pytest.mark.parametrize(
    "text, value",
    [
        ("88,7", "88.7"),
        ("88.7", "88.7"),
        ("100", "100"),
        ("0", "0"),
        ("0,125", "0.125"),
        ("0.125", "0.125"),
        ("1.234,5", "1234.5"),
        ("1 234,5", "1234.5"),
        ("1.234.567", "1234567"),
        ("1,2340", "1.2340"),
        ("12345,678", "12345.678"),
        ("\uff18\uff18\uff0c\uff17", "88.7"),
        ("\u00a0 88,7\u202f", "88.7"),
        ("8\u200b8,7\ufeff", "88.7"),
        ("-1,5", "-1.5"),
        ("−1,5", "-1.5"),
        ("- 1,5", "-1.5"),
        ("-0", "0"),
        ("-12345678901234567890123456789", "-12345678901234567890123456789"),
    ],
)
def test_a_decimal_with_one_reading_is_read_exactly(text: str, value: str) -> None:
    read = parse_decimal(text)
    assert (read, str(read)) == (Decimal(value), value)


@pytest.mark.parametrize("text", ["88,7%", "88.7 %", "88,7\u00a0%", "\uff18\uff18\uff0c\uff17\uff05"])
def test_a_percent_field_takes_a_trailing_percent_sign(text: str) -> None:
    assert parse_decimal(text, percent=True) == Decimal("88.7")


def test_a_percent_sign_elsewhere_is_no_number() -> None:
    assert "không phải là số" in refusal(parse_decimal, "88,7%")
    assert "không phải là số" in refusal(parse_decimal, "88%7", percent=True)
    assert "không phải là số" in refusal(parse_decimal, "%", percent=True)


@pytest.mark.parametrize("percent", [True, False])
@pytest.mark.parametrize("text", ["1.234", "1,234", "12.345", "999,000", "-1.234", "\uff11\uff0e\uff12\uff13\uff14"])
def test_three_digits_after_a_lone_mark_are_refused_with_both_ways_to_write_it(text: str, percent: bool) -> None:
    assert "hai cách" in refusal(parse_decimal, text, percent=percent)


def test_the_refusal_shows_how_to_write_this_very_number() -> None:
    said = refusal(parse_decimal, " 1.234 ")
    assert said == "“1.234” có thể hiểu theo hai cách. Hãy viết 1234 nếu là hàng nghìn, hoặc 1,2340 nếu là số lẻ."
    assert (parse_decimal("1234"), parse_decimal("1,2340")) == (Decimal(1234), Decimal("1.234"))


@pytest.mark.parametrize(
    "text",
    [
        "1e9",
        "١",
        "१",
        "abc",
        "12a",
        "1²",
        "①",
        "½",
        "--1",
        "-",
        "+5",
        "1,2,3",
        "1.2.3",
        "1,234,567",
        "1.234 567",
        "0.123.456",
        "1..2",
        ",5",
        "5,",
        "0x10",
        "1_000",
        "inf",
        "NaN",
        "1/2",
        "9" * 31,
    ],
)
def test_what_is_no_number_is_refused_with_an_example(text: str) -> None:
    assert "Hãy viết số như 88,7 hoặc 1234" in refusal(parse_decimal, text)


def test_a_very_long_text_is_not_repeated_whole() -> None:
    assert len(refusal(parse_decimal, "9" * 5000)) < 150


@pytest.mark.parametrize("read", [parse_decimal, parse_integer])
@pytest.mark.parametrize("text", ["", "  ", "\u00a0", "\u200b"])
def test_an_empty_number_is_said_to_be_missing(read: Callable[..., object], text: str) -> None:
    assert refusal(read, text) == "Chưa nhập giá trị."


def test_a_number_outside_its_limits_is_refused_with_the_limit() -> None:
    assert refusal(parse_decimal, "-1", minimum=Decimal(0)) == "Giá trị không được nhỏ hơn 0."
    assert refusal(parse_decimal, "100,1", maximum=Decimal(100)) == "Giá trị không được lớn hơn 100."
    assert refusal(parse_integer, "-1", minimum=0) == "Giá trị không được nhỏ hơn 0."
    assert refusal(parse_integer, "1235", maximum=1234) == "Giá trị không được lớn hơn 1.234."
    assert parse_decimal("100", minimum=Decimal(100), maximum=Decimal(100)) == 100


@given(DECIMALS)
def test_a_decimal_written_plainly_is_read_back(value: Decimal) -> None:
    assert parse_decimal(f"{value:f}".replace(".", ",")) == value


@given(DECIMALS)
def test_a_decimal_formatted_for_people_is_read_back(value: Decimal) -> None:
    assert parse_decimal(format_number(value)) == value


# Whole numbers


@pytest.mark.parametrize(
    "text, value",
    [
        ("1234", 1234),
        ("1.234", 1234),
        ("1 234", 1234),
        ("1\u00a0234\u00a0567", 1234567),
        ("12", 12),
        ("0", 0),
        ("007", 7),
        ("-5", -5),
        ("-0", 0),
        ("99999999999999999999999999999", 99999999999999999999999999999),
    ],
)
def test_a_whole_number_may_have_thousands_marks(text: str, value: int) -> None:
    assert parse_integer(text) == value


@pytest.mark.parametrize("text", ["12.34", "1,234", "88,7", "1.23", "0.123", "1.234 567", "1e9", "١", "ba", "5%", "²"])
def test_what_is_no_whole_number_is_refused_with_an_example(text: str) -> None:
    assert "1234" in refusal(parse_integer, text)


@given(st.integers(-(10**20), 10**20))
def test_a_whole_number_formatted_for_people_is_read_back(value: int) -> None:
    assert parse_integer(format_number(value)) == value


# Dates


@pytest.mark.parametrize(
    "text, value",
    [
        ("31/12/2024", date(2024, 12, 31)),
        ("1/7/2025", date(2025, 7, 1)),
        (" 01.07.2025 ", date(2025, 7, 1)),
        ("29-02-2024", date(2024, 2, 29)),
        ("\uff13\uff11\uff0f\uff11\uff12\uff0f\uff12\uff10\uff12\uff14", date(2024, 12, 31)),
        ("01/01/1900", date(1900, 1, 1)),
        ("31/12/2100", date(2100, 12, 31)),
    ],
)
def test_a_real_date_is_read_day_first(text: str, value: date) -> None:
    assert parse_date(text) == value


@pytest.mark.parametrize("text", ["31/02/2024", "29/02/2025", "00/01/2024", "12/13/2024", "31/12/1899", "01/01/2101"])
def test_a_day_that_does_not_exist_is_refused(text: str) -> None:
    assert refusal(parse_date, text).startswith("Không có ngày")


@pytest.mark.parametrize("text", ["2024-12-31", "31/12/24", "hôm nay", "٣١/١٢/٢٠٢٤", "31/12", "1/7/20255"])
def test_what_is_no_date_is_refused_with_an_example(text: str) -> None:
    assert "31/12/2024" in refusal(parse_date, text)


def test_an_empty_date_is_said_to_be_missing() -> None:
    assert refusal(parse_date, " \u00a0") == "Chưa nhập ngày."


@given(DATES)
def test_a_formatted_date_is_read_back(value: date) -> None:
    assert parse_date(format_date(value)) == value


# Writing


def test_numbers_are_written_with_points_between_thousands_and_a_comma() -> None:
    assert format_number(Decimal("1234567.50")) == "1.234.567,50"
    assert format_number(Decimal("1E+3")) == "1.000"
    assert format_number(12) == "12"


def test_halves_round_up_when_digits_are_asked_for() -> None:
    assert format_number(Decimal("88.65"), 1) == "88,7"
    assert format_number(Decimal("2.5"), 0) == "3"
    assert format_percent(Decimal("88.7")) == "88,7\u00a0%"
    assert format_percent(Decimal("88.745"), 2) == "88,75\u00a0%"


def test_instants_are_shown_in_vietnamese_time() -> None:
    instant = datetime(2026, 12, 31, 17, 5, tzinfo=UTC)
    assert (format_datetime(instant), format_time(instant)) == ("01/01/2027 00:05", "00:05")


# Search keys


@pytest.mark.parametrize(
    "text", ["Quế Phú", "QUẾ PHÚ", "que phu", " Quế \u00a0 Phú ", "Que\u0302\u0301 Phu\u0301", "Qu\u200bế Phú"]
)
def test_a_name_has_one_search_key_however_it_is_typed(text: str) -> None:
    assert fold(text) == "que phu"


def test_tone_placement_apostrophes_and_look_alikes_of_d_do_not_matter() -> None:
    assert fold("Hoà Vang") == fold("Hòa Vang") == "hoa vang"
    assert {fold(name) for name in ("M'Drắk", "M’Drắk", "M‘Drak", "MʼDrắk", "M´Drắk")} == {"m'drak"}
    assert fold("Đà Nẵng") == fold("Ðà Nẵng") == fold("đà nẵng") == "da nang"


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="aăâbcdđeêghinôơưxyáàảãạẮỘỮĐ '’-", max_size=20))
def test_folding_does_not_depend_on_the_normal_form(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(nfc(text)) == fold(text)


def test_a_name_is_spelled_with_its_tone_in_both_places() -> None:
    assert spellings("Hoà Vang") == ("Hoà Vang", "Hòa Vang")
    assert spellings("HÒA") == ("HÒA", "HOÀ")
    assert spellings("Thuỷ") == ("Thuỷ", "Thủy")
    assert spellings("Hoàng Sa") == ("Hoàng Sa",)
    assert set(spellings("Hòa Thuý")) >= {"Hoà Thuý", "Hòa Thúy"}


# Order


def in_order(*names: str) -> bool:
    return list(names) == sorted(names, key=sort_key)


def test_letters_come_in_the_order_of_the_vietnamese_alphabet() -> None:
    assert in_order(*"aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")
    assert in_order("Dy", "Đà Nẵng", "Em")
    assert in_order("Can", "Căn", "Cân", "Co", "Cô", "Cơ", "Cu", "Cư")


def test_tones_decide_only_between_words_that_are_otherwise_the_same() -> None:
    assert in_order("ma", "mà", "mả", "mã", "má", "mạ")
    assert in_order("Tân An", "Tần Ba", "Tân Bình")
    assert in_order("Hoa", "Hòa Bình")


def test_case_decides_last_and_spaces_and_signs_come_first() -> None:
    assert in_order("hà", "Hà", "há")
    assert in_order("An B", "An-B", "An'B", "An’B", "An1B", "AnB")
    assert in_order("Phường 2", "Phường An")
    assert sort_key("a\u00a0b") == sort_key("a b")


def test_letters_and_marks_vietnamese_does_not_use_have_a_place_too() -> None:
    assert in_order("z", "漢")
    assert in_order("n", "ñ", "o")
    assert in_order("ạ", "a\u0324")
    assert sort_key("\u0301a") == sort_key("a")
    assert sort_key("a\u0302\u0323\u0324") == sort_key("ậ")


def test_the_accent_key_starts_the_sort_key_and_ignores_case() -> None:
    assert accent_key("QUẾ PHÚ") == accent_key("Que\u0302\u0301 phu\u0301")
    assert sort_key("Quế Phú").startswith(accent_key("quế phú"))
    assert not sort_key("Quế Phúc").startswith(accent_key("Quế Phú"))
    assert accent_key("Tam Dân") != accent_key("Tam Đàn")


@given(st.text(max_size=20))
def test_a_sort_key_is_plain_so_that_every_database_sorts_it_alike(text: str) -> None:
    assert not sort_key(text).strip("0123456789abcdefghijklmnopqrstuvwxyz")


def test_the_longest_name_has_a_key_that_fits_its_column() -> None:
    assert len(sort_key("ộ" * 120)) <= 600


@pytest.fixture(scope="module")
def postgresql() -> Iterator[psycopg.Connection]:
    address = os.environ.get("RURALDX_TEST_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
    try:
        connection = psycopg.connect(address.replace("postgresql+psycopg", "postgresql"), connect_timeout=3)
    except psycopg.OperationalError:
        pytest.skip("no PostgreSQL server to compare with")
    with connection:
        yield connection


def by_postgresql(connection: psycopg.Connection, texts: list[str], collation: str) -> list[str]:
    ordered = f'SELECT t FROM unnest(%s::text[]) AS t ORDER BY t COLLATE "{collation}", t COLLATE "C"'
    return [row[0] for row in connection.execute(ordered, [texts])]  # type: ignore[arg-type]


def test_every_unit_name_sorts_as_in_postgresql_icu(postgresql: psycopg.Connection) -> None:
    legacy = source.legacy_units(frozenset({"48", "49"}))
    today = (unit.full_name for unit in (*source.provinces(), *source.communes()))
    names = sorted({*today, *(name for unit in legacy for name in (unit.full_name, unit.district) if name)})
    assert len(names) > 3000
    ours = sorted(names, key=lambda name: (sort_key(name), name.encode()))
    assert ours == by_postgresql(postgresql, names, "vi-x-icu")


@given(texts=st.lists(st.text(alphabet="aăâdđeêioôơuưyAĂĐ áàảãạấẫậứữự-–'’“()_/.,019", max_size=6), max_size=40))
def test_any_vietnamese_text_sorts_as_in_postgresql_icu(postgresql: psycopg.Connection, texts: list[str]) -> None:
    ours = sorted((nfc(text) for text in texts), key=lambda text: (sort_key(text), text.encode()))
    assert ours == by_postgresql(postgresql, [nfc(text) for text in texts], "vi-x-icu")


def test_sort_keys_keep_their_order_under_other_collations(postgresql: psycopg.Connection) -> None:
    keys = sorted(sort_key(unit.full_name) for unit in source.communes())
    assert keys == by_postgresql(postgresql, keys, "en-x-icu") == by_postgresql(postgresql, keys, "C")


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 11, 24, 16, 59, 59, tzinfo=UTC), date(2026, 11, 24)),
        (datetime(2026, 11, 24, 17, 0, 0, tzinfo=UTC), date(2026, 11, 25)),
    ],
)
def test_a_day_begins_at_midnight_in_vietnam(instant: datetime, day: date) -> None:
    assert vietnam_day(instant) == day
