"""Conditions together: what decides, what is still open, and that the explanation says so."""

from __future__ import annotations

import itertools

import pytest

from ruraldx.scoring.outcomes import Verdict
from tests.rules.making import boolean, composite, indicator, score, told

THREE = [boolean(code) for code in "abc"]
WORDS = {True: "co", False: "khong", None: None}


def by_hand(states: tuple[bool | None, ...], needed: int) -> Verdict:
    """The verdict if every way of filling in what is open gives the same one."""
    endings = {
        sum(filled) >= needed
        for filled in itertools.product(*[(state,) if state is not None else (True, False) for state in states])
    }
    if len(endings) > 1:
        return Verdict.INCOMPLETE
    return Verdict.PASS if endings == {True} else Verdict.FAIL


@pytest.mark.parametrize("states", list(itertools.product((True, False, None), repeat=3)), ids=str)
@pytest.mark.parametrize(
    ("operator", "at_least", "needed"),
    [("all_of", None, 3), ("any_of", None, 1), ("n_of", 1, 1), ("n_of", 2, 2), ("n_of", 3, 3)],
)
def test_an_open_condition_keeps_the_result_open_only_while_it_can_decide(
    operator: str, at_least: int | None, needed: int, states: tuple[bool | None, ...]
) -> None:
    item = indicator(composite(operator, *THREE, at_least=at_least))
    result = score(item, {code: WORDS[state] for code, state in zip("abc", states, strict=True)})
    assert result.verdict is by_hand(states, needed)
    # What still has to be typed is named only where it can decide.
    still_open = tuple(code for code, state in zip("abc", states, strict=True) if state is None)
    assert result.missing == (still_open if result.verdict is Verdict.INCOMPLETE else ())
    assert any(f"Đạt {states.count(True)} trên 3 điều kiện; cần {needed}." in line for line in told(result))


def test_open_conditions_that_cannot_decide_are_mentioned() -> None:
    item = indicator(composite("any_of", *THREE))
    assert told(score(item, {"a": "co"}))[-1] == "Còn 2 điều kiện chưa có số liệu nhưng không làm thay đổi kết quả."
    assert not any("không làm thay đổi" in line for line in told(score(item, {"a": "co", "b": "co", "c": "khong"})))
    still_open = told(score(item, {"a": "khong"}))
    assert still_open[-1] == "Chưa kê khai: b; c."
    assert not any("không làm thay đổi" in line for line in still_open)


COUNT = {"kind": "count", "code": "so-diem", "label": "Số điểm", "minimum": 1, "unit": "điểm"}
NUMBER = {"kind": "number", "code": "gio", "label": "Số giờ", "minimum": "4.5", "unit": "giờ"}


@pytest.mark.parametrize(
    ("condition", "value", "verdict", "sentence"),
    [
        (COUNT, "0", Verdict.FAIL, "Số điểm: 0 điểm, chưa đủ mức tối thiểu 1."),
        (COUNT, "1", Verdict.PASS, "Số điểm: 1 điểm, đủ mức tối thiểu 1."),
        (COUNT, "1234", Verdict.PASS, "Số điểm: 1.234 điểm, đủ mức tối thiểu 1."),
        (NUMBER, "4.4999999999999999999999999", Verdict.FAIL, None),
        (NUMBER, "4.49", Verdict.FAIL, "Số giờ: 4,49 giờ, chưa đủ mức tối thiểu 4,5."),
        (NUMBER, "4.50", Verdict.PASS, "Số giờ: 4,5 giờ, đủ mức tối thiểu 4,5."),
        (NUMBER, "10", Verdict.PASS, "Số giờ: 10 giờ, đủ mức tối thiểu 4,5."),
    ],
)
def test_a_minimum_is_met_exactly_at_it(
    condition: dict[str, object], value: str, verdict: Verdict, sentence: str | None
) -> None:
    result = score(indicator(composite("all_of", condition)), {str(condition["code"]): value})
    assert result.verdict is verdict
    assert sentence is None or told(result)[0] == sentence


def share(code: str = "may-tinh", minimum: str = "100") -> dict[str, object]:
    return {
        "kind": "ratio",
        "code": code,
        "label": f"Tỷ lệ {code}",
        "numerator_label": f"Có {code}",
        "denominator_label": f"Tổng {code}",
        "minimum": minimum,
    }


@pytest.mark.parametrize(
    ("top", "bottom", "minimum", "verdict"),
    [
        (5, 5, "100", Verdict.PASS),
        (49999, 50000, "100", Verdict.FAIL),
        (999_999_999, 1_000_000_000, "100", Verdict.FAIL),
        (1, 20, "5", Verdict.PASS),
        (49, 1000, "5", Verdict.FAIL),
        (0, 1, "0", Verdict.PASS),
        (1, 3, "33.3333333333", Verdict.PASS),
        (1, 3, "33.3333333334", Verdict.FAIL),
    ],
)
def test_a_ratio_condition_is_compared_exactly(top: int, bottom: int, minimum: str, verdict: Verdict) -> None:
    item = indicator(composite("all_of", share(minimum=minimum)))
    assert score(item, {"may-tinh-tu-so": str(top), "may-tinh-mau-so": str(bottom)}).verdict is verdict


def test_a_ratio_condition_rounded_up_to_its_minimum_says_that_it_was_rounded() -> None:
    item = indicator(composite("all_of", share()))
    assert told(score(item, {"may-tinh-tu-so": "49999", "may-tinh-mau-so": "50000"})) == [
        "49.999 : 50.000 × 100 = 100,00 %.",
        "Tỷ lệ may-tinh: chưa đủ mức 100 %.",
        "Tỷ lệ hiển thị đã làm tròn; hệ thống so sánh bằng tỷ lệ chưa làm tròn.",
        "Đạt 0 trên 1 điều kiện; cần 1.",
    ]
    assert told(score(item, {"may-tinh-tu-so": "5", "may-tinh-mau-so": "5"})) == [
        "5 : 5 × 100 = 100,00 %.",
        "Tỷ lệ may-tinh: đủ mức 100 %.",
        "Đạt 1 trên 1 điều kiện; cần 1.",
    ]


@pytest.mark.parametrize("operator", ["all_of", "any_of"])
def test_a_condition_in_error_stays_an_error_whatever_the_others_say(operator: str) -> None:
    item = indicator(composite(operator, share(), boolean("a"), boolean("b")))
    zero = {"may-tinh-tu-so": "3", "may-tinh-mau-so": "0"}
    for others in ({}, {"a": "co"}, {"a": "khong"}, {"a": "co", "b": "co"}):
        result = score(item, {**zero, **others})
        assert result.verdict is Verdict.ERROR
        assert str(result.error) == "Mẫu số bằng 0 nên không tính được tỷ lệ."
        assert told(result)[:2] == ["3 : 0 × 100: không tính được.", "Tỷ lệ may-tinh: không tính được tỷ lệ."]
    assert score(item, zero).missing == ("a", "b")
    # What is missing stays named beside the error, also where the others have decided.
    assert score(item, {**zero, "a": "khong"}).missing == score(item, {**zero, "a": "co"}).missing == ("b",)


def test_warnings_of_conditions_survive_every_outcome() -> None:
    item = indicator(composite("all_of", share("x", "5"), share("y", "5"), boolean("a")))
    over = {"x-tu-so": "6", "x-mau-so": "5", "y-tu-so": "7", "y-mau-so": "5"}
    for others in ({}, {"a": "co"}, {"a": "khong"}, {"y-mau-so": "0"}):
        result = score(item, {**over, **others})
        expected = 1 if "y-mau-so" in others else 2
        assert [str(w) for w in result.warnings] == [
            "Tử số lớn hơn mẫu số (trên 100 %). Hãy kiểm tra lại."
        ] * expected, result.verdict


@pytest.mark.parametrize(
    ("answers", "missing"),
    [
        ({}, ("may-tinh-tu-so", "may-tinh-mau-so")),
        ({"may-tinh-tu-so": "1"}, ("may-tinh-mau-so",)),
        ({"may-tinh-mau-so": "0"}, ("may-tinh-tu-so",)),
    ],
)
def test_a_ratio_condition_needs_both_figures(answers: dict[str, str | None], missing: tuple[str, ...]) -> None:
    result = score(indicator(composite("all_of", share())), answers)
    assert (result.verdict, result.missing) == (Verdict.INCOMPLETE, missing)


@pytest.mark.parametrize("label", ["Đủ 100 %", "%(x)s", "%s và %d", "100%"])
def test_signs_of_percent_in_a_label_do_not_break_the_explanation(label: str) -> None:
    item = indicator(
        composite("all_of", boolean("a", label), {**COUNT, "label": label, "unit": "%"}, {**share(), "label": label})
    )
    answers: dict[str, str | None] = {"a": "co", "so-diem": "2", "may-tinh-tu-so": "1", "may-tinh-mau-so": "1"}
    lines = told(score(item, answers))
    assert lines[0] == f"{label}: có."
    assert lines[1] == f"{label}: 2 %, đủ mức tối thiểu 1."
    assert lines[3] == f"{label}: đủ mức 100 %."
    assert told(score(item, {}))[-1].startswith(f"Chưa kê khai: {label}; {label}; Có may-tinh; ")
