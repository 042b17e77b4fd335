"""Ratios against thresholds: exact at the bar, shown rounded, and what is said when there is no verdict."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruraldx.catalog.schema import Rounding
from ruraldx.messages import Message
from ruraldx.scoring.outcomes import Verdict
from tests.rules.making import figures, indicator, ratio, score, threshold, told

COUNTS = st.integers(0, 1_000_000_000)
SIZES = st.integers(1, 1_000_000_000)


@pytest.mark.parametrize(
    ("comparator", "below", "at", "above"),
    [
        (">=", Verdict.FAIL, Verdict.PASS, Verdict.PASS),
        (">", Verdict.FAIL, Verdict.FAIL, Verdict.PASS),
        ("<=", Verdict.PASS, Verdict.PASS, Verdict.FAIL),
        ("<", Verdict.PASS, Verdict.FAIL, Verdict.FAIL),
    ],
)
def test_each_comparator_exactly_at_and_a_hair_beside_the_bar(
    comparator: str, below: Verdict, at: Verdict, above: Verdict
) -> None:
    item = indicator(ratio(threshold("80"), comparator))
    assert score(item, figures(799_999_999, 1_000_000_000)).verdict is below
    assert score(item, figures(4, 5)).verdict is at
    assert score(item, figures(800_000_001, 1_000_000_000)).verdict is above


@pytest.mark.parametrize("mode", ["half_up", "half_even", "down"])
def test_a_ratio_that_only_rounds_to_the_bar_does_not_meet_it(mode: str) -> None:
    rounding = Rounding.model_validate({"mode": mode, "digits": 2})
    result = score(indicator(ratio(threshold("80"))), figures(799_999, 1_000_000), rounding)
    assert result.verdict is Verdict.FAIL
    assert result.value == Decimal("79.99" if mode == "down" else "80.00")
    hint = "Tỷ lệ hiển thị đã làm tròn; hệ thống so sánh bằng tỷ lệ chưa làm tròn."
    assert (hint in told(result)) is (mode != "down")


def test_a_ratio_cut_down_to_a_bar_it_exceeds_says_that_it_was_rounded() -> None:
    rounding = Rounding(mode="down", digits=0)
    result = score(indicator(ratio(threshold("80"), ">")), figures(801, 1000), rounding)
    assert (result.verdict, result.value) == (Verdict.PASS, Decimal(80))
    assert told(result)[-1] == "Tỷ lệ hiển thị đã làm tròn; hệ thống so sánh bằng tỷ lệ chưa làm tròn."


@given(top=COUNTS, bottom=SIZES, bar=st.decimals("0", "100", places=3), digits=st.integers(0, 6))
def test_rounding_never_changes_a_verdict(top: int, bottom: int, bar: Decimal, digits: int) -> None:
    item = indicator(ratio(threshold(str(bar))))
    expected = Verdict.PASS if Fraction(top * 100, bottom) >= Fraction(bar) else Verdict.FAIL
    for mode in ("half_up", "half_even", "down"):
        rounding = Rounding.model_validate({"mode": mode, "digits": digits})
        assert score(item, figures(top, bottom), rounding).verdict is expected


@given(bottom=SIZES, tops=st.tuples(COUNTS, COUNTS).map(sorted), bar=st.decimals("0", "100", places=2))
def test_more_in_the_numerator_never_turns_met_into_not_met(bottom: int, tops: list[int], bar: Decimal) -> None:
    item = indicator(ratio(threshold(str(bar))))
    less, more = (score(item, figures(top, bottom)) for top in tops)
    assert (less.verdict, more.verdict) != (Verdict.PASS, Verdict.FAIL)
    assert less.value is not None
    assert more.value is not None
    assert less.value <= more.value


def test_the_steps_show_the_sum_and_the_comparison_with_their_sources() -> None:
    result = score(indicator(ratio(threshold("80.0"))), figures(2873, 3500))
    assert [(str(step.message), step.source) for step in result.steps] == [
        ("2.873 : 3.500 × 100 = 82,09 %.", "Nguồn"),
        ("82,09 % so với ngưỡng ≥ 80 %: đáp ứng.", "Nguồn ngưỡng"),
    ]
    assert result.value == Decimal("82.09")
    missed = score(indicator(ratio(threshold("80"))), figures(1, 3))
    assert told(missed)[-1] == "33,33 % so với ngưỡng ≥ 80 %: chưa đáp ứng."


@pytest.mark.parametrize("top", ["0", "3"])
def test_a_denominator_of_zero_is_an_error_that_is_shown(top: str) -> None:
    result = score(indicator(ratio(threshold("80"))), figures(top, 0))
    assert (result.verdict, result.value) == (Verdict.ERROR, None)
    assert str(result.error) == "Mẫu số bằng 0 nên không tính được tỷ lệ."
    assert told(result) == [f"{top} : 0 × 100: không tính được."]
    # Also while the rest of the form is empty.
    assert score(indicator(ratio(threshold("80"))), {"tu-so": top, "mau-so": "0"}).verdict is Verdict.ERROR


def test_more_than_all_is_computed_with_a_warning() -> None:
    result = score(indicator(ratio(threshold("80"))), figures(11, 10))
    assert (result.verdict, result.value) == (Verdict.PASS, Decimal("110.00"))
    assert [str(w) for w in result.warnings] == ["Tử số lớn hơn mẫu số (trên 100 %). Hãy kiểm tra lại."]
    assert score(indicator(ratio(threshold("80"))), figures(10, 10)).warnings == ()


@pytest.mark.parametrize("left_out", ["tu-so", "mau-so", "tinh-den", "noi-cung-cap"])
def test_a_figure_without_date_or_provider_is_not_complete(left_out: str) -> None:
    labels = {
        "tu-so": "Có",
        "mau-so": "Tất cả",
        "tinh-den": "Số liệu tính đến ngày",
        "noi-cung-cap": "Đơn vị cung cấp số liệu",
    }
    answers = {**figures(4, 5), left_out: None}
    result = score(indicator(ratio(threshold("80"))), answers)
    assert (result.verdict, result.missing) == (Verdict.INCOMPLETE, (left_out,))
    assert told(result)[-1] == f"Chưa kê khai: {labels[left_out]}."


def test_nothing_typed_is_missing_and_not_zero() -> None:
    result = score(indicator(ratio(threshold("0"))), {})
    assert (result.verdict, result.value) == (Verdict.INCOMPLETE, None)
    assert result.missing == ("tu-so", "mau-so", "tinh-den", "noi-cung-cap")


def warned(printed: str, top: int, bottom: int, **rounding: object) -> list[str]:
    result = score(
        indicator(ratio(threshold("80"))),
        figures(top, bottom, **{"ty-le-cong-bo": printed}),
        Rounding.model_validate(rounding),
    )
    return [str(warning) for warning in result.warnings]


def test_a_printed_percentage_that_agrees_at_its_own_digits_gives_no_warning() -> None:
    for printed in ("88.7", "88.70", "88.7000", "89"):
        assert warned(printed, 887, 1000) == []
    assert warned("95.99", 383, 399) == []
    assert warned("96", 383, 399) == []
    # 88.4451 is 88.4 at one digit; rounding the rounded 88.45 again would make 88.5 of it.
    assert warned("88.4", 884_451, 1_000_000) == []
    assert warned("88.445", 884_451, 1_000_000) == []
    assert warned("33.33333333333333333333333333", 1, 3) == []


def test_a_printed_percentage_that_differs_is_shown_beside_ours() -> None:
    assert warned("94.2", 179, 188) == [
        "Tỷ lệ đã công bố là 94,2 %, số tính lại là 95,21 %. Có thể mẫu số hoặc thời điểm khác nhau."
    ]
    assert warned("72", 79, 115)[0].startswith("Tỷ lệ đã công bố là 72 %, số tính lại là 68,70 %.")
    assert warned("88.5", 884_451, 1_000_000) != []
    # Where the printed figure has more digits, ours is shown with as many.
    assert "là 88,447 %, số tính lại là 88,445 %" in warned("88.447", 884_451, 1_000_000)[0]


def test_a_printed_percentage_that_was_cut_is_told_from_one_that_differs() -> None:
    assert warned("95.98", 383, 399) == [
        "Tỷ lệ đã công bố là 95,98 %, số tính lại là 95,99 %. Có thể phần lẻ đã bị cắt thay vì làm tròn."
    ]
    # A set that cuts agrees with what was cut and not with what was rounded.
    assert warned("95.98", 383, 399, mode="down") == []
    assert "mẫu số hoặc thời điểm" in warned("95.99", 383, 399, mode="down")[0]


def test_a_printed_percentage_with_a_qualifier_is_kept_as_printed() -> None:
    assert warned(">98", 99, 100) == [
        "Tỷ lệ công bố “>98 %” có dấu > nên giữ nguyên như đã in; số tính lại là 99,00 %."
    ]
    assert "“≈" not in warned("~98.50", 99, 100)[0]
    assert "“~98,50 %” có dấu ~" in warned("~98.50", 99, 100)[0]


def by_region(**bars: dict[str, object]) -> dict[str, object]:
    return ratio({"dimension": "vung", "values": bars})


def test_the_threshold_is_that_of_the_region() -> None:
    item = indicator(by_region(nui=threshold("50"), khac=threshold("80")))
    assert score(item, figures(6, 10), dimensions={"vung": "nui"}).verdict is Verdict.PASS
    assert score(item, figures(6, 10), dimensions={"vung": "khac"}).verdict is Verdict.FAIL


@pytest.mark.parametrize("dimensions", [{}, {"vung": "bien"}, {"khac": "nui"}])
def test_without_a_known_region_there_is_no_verdict_but_the_ratio_is_shown(dimensions: dict[str, str]) -> None:
    item = indicator(by_region(nui=threshold("50")))
    result = score(item, figures(11, 10, **{"ty-le-cong-bo": "99"}), dimensions=dimensions)
    assert (result.verdict, result.value) == (Verdict.UNVERIFIED, Decimal("110.00"))
    assert told(result)[1] == "Chưa khai báo vùng của xã nên chưa biết ngưỡng nào áp dụng."
    assert len(result.warnings) == 2


@pytest.mark.parametrize("confirmed", [frozenset(), frozenset({"8.1"})])
def test_a_threshold_without_value_gives_no_verdict_even_when_it_is_confirmed(confirmed: frozenset[str]) -> None:
    result = score(indicator(ratio(threshold(None, "recall"))), figures(9, 10), confirmed=confirmed)
    assert (result.verdict, result.value) == (Verdict.UNVERIFIED, Decimal("90.00"))
    assert told(result)[1] == "Ngưỡng do tỉnh quy định, chưa có trong bộ tiêu chí."
    assert "không kết luận Đạt hay Không đạt" in told(result)[-1]


CONFIDENCES = ["secondary", "recall", "unverified", "demo"]


@pytest.mark.parametrize("confidence", CONFIDENCES)
@given(top=COUNTS, bottom=SIZES)
def test_an_unverified_threshold_never_gives_a_verdict(confidence: str, top: int, bottom: int) -> None:
    result = score(indicator(ratio(threshold("80", confidence))), figures(top, bottom))
    assert result.verdict is Verdict.UNVERIFIED
    assert "chưa được kiểm chứng" in told(result)[-1]


@pytest.mark.parametrize("confidence", CONFIDENCES)
def test_the_switch_a_seen_threshold_concludes_on_the_same_figures(confidence: str) -> None:
    for top, verdict in ((7, Verdict.FAIL), (8, Verdict.PASS)):
        assert score(indicator(ratio(threshold("80", confidence))), figures(top, 10)).verdict is Verdict.UNVERIFIED
        assert score(indicator(ratio(threshold("80", "text_seen"))), figures(top, 10)).verdict is verdict


def test_a_confirmed_threshold_counts_for_its_own_key_only() -> None:
    item = indicator(by_region(nui=threshold("50", "recall"), khac=threshold("80", "recall")), code="8.2")
    here = {"dimensions": {"vung": "nui"}}
    assert score(item, figures(6, 10), confirmed=frozenset({"8.2#nui"}), **here).verdict is Verdict.PASS
    for other in ("8.2", "8.2#khac", "8.1#nui", "8.2#", "nui"):
        assert score(item, figures(6, 10), confirmed=frozenset({other}), **here).verdict is Verdict.UNVERIFIED, other
    plain = indicator(ratio(threshold("50", "recall")), code="8.2")
    assert score(plain, figures(6, 10), confirmed=frozenset({"8.2"})).verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("comparator", "top", "words"),
    [
        (">=", 9, "cao hơn"), (">=", 8, "bằng"), (">=", 7, "thấp hơn"),
        (">", 9, "cao hơn"), (">", 8, "bằng"), (">", 7, "thấp hơn"),
        ("<=", 9, "cao hơn"), ("<=", 8, "bằng"), ("<=", 7, "thấp hơn"),
        ("<", 9, "cao hơn"), ("<", 8, "bằng"), ("<", 7, "thấp hơn"),
    ],
)  # fmt: skip
def test_beside_an_unverified_threshold_only_the_order_is_said(comparator: str, top: int, words: str) -> None:
    result = score(indicator(ratio(threshold("80", "recall"), comparator)), figures(top, 10))
    assert told(result)[1].endswith(f"80 %: {words}.")
    assert "đáp ứng" not in "".join(told(result))


def test_a_hair_below_an_unverified_threshold_is_said_to_be_lower() -> None:
    lines = told(score(indicator(ratio(threshold("80", "recall"))), figures(799_999, 1_000_000)))
    assert lines[1:3] == [
        "80,00 % so với ngưỡng chưa kiểm chứng ≥ 80 %: thấp hơn.",
        "Tỷ lệ hiển thị đã làm tròn; hệ thống so sánh bằng tỷ lệ chưa làm tròn.",
    ]


def test_every_sentence_is_a_message_so_that_it_can_be_translated() -> None:
    result = score(indicator(ratio(threshold("80"))), figures(11, 10, **{"ty-le-cong-bo": ">98"}))
    for message in (*[step.message for step in result.steps], *result.warnings):
        assert isinstance(message, Message)
