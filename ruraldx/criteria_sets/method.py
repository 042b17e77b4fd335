"""How a score is computed, in words: one entry for each kind of rule, and the steps from answers to a result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ruraldx.messages import Message


@dataclass(frozen=True)
class RuleKind:
    """A kind of rule: its name and what it computes."""

    name: Message
    words: Message


KINDS: Final[dict[str, RuleKind]] = {
    "pass_fail": RuleKind(
        Message("Đạt hoặc không đạt"),
        Message("Xã trả lời có hoặc không kèm minh chứng. Có thì được trọn điểm tối đa, không thì không có điểm."),
    ),
    "composite": RuleKind(
        Message("Nhiều điều kiện"),
        Message("Phải đáp ứng tất cả, một, hoặc ít nhất một số điều kiện đã nêu."),
    ),
    "ratio": RuleKind(
        Message("Tỷ lệ so với ngưỡng"),
        Message("Tử số chia mẫu số, so với ngưỡng bằng tỷ lệ chính xác, không làm tròn trước khi so."),
    ),
    "count": RuleKind(Message("Số lượng so với ngưỡng"), Message("Một số nguyên so với ngưỡng.")),
    "value": RuleKind(
        Message("Giá trị so với ngưỡng"),
        Message(
            "Một số so với ngưỡng. Số ghi kèm dấu như “>98” mà chưa đủ để so thì người thẩm định kết luận, có lý do."
        ),
    ),
    "bands": RuleKind(
        Message("Điểm theo khoảng"), Message("Giá trị nằm trong khoảng nào thì được điểm của khoảng ấy.")
    ),
    "proportional": RuleKind(
        Message("Điểm theo tỷ lệ"),
        Message("Điểm bằng tỷ lệ nhân điểm tối đa, không quá điểm tối đa; dưới mức sàn thì không có điểm."),
    ),
    "choice": RuleKind(Message("Chọn một mức"), Message("Mỗi mức là một phần của điểm tối đa, ví dụ 1; 0,5; 0.")),
    "highest_case": RuleKind(
        Message("Trường hợp cao nhất"),
        Message("Nhiều trường hợp cùng đúng thì lấy trường hợp cao điểm nhất, không cộng."),
    ),
    "sum_of_parts": RuleKind(
        Message("Tổng các thành phần"),
        Message("Mỗi thành phần là một phần của điểm tối đa và có cách tính riêng; cộng lại."),
    ),
    "capped_count": RuleKind(
        Message("Điểm theo số lượng"), Message("Mỗi đơn vị được một số điểm, cộng đến hết điểm tối đa của chỉ tiêu.")
    ),
    "adjustment": RuleKind(
        Message("Điểm cộng, điểm trừ"), Message("Cộng thêm ngoài điểm tối đa hoặc trừ đi, có giới hạn riêng.")
    ),
    "relative": RuleKind(
        Message("So với đơn vị tốt nhất"),
        Message("Giá trị chia cho giá trị tốt nhất của kỳ. Nhóm so sánh được chốt, nên kết quả tính lại vẫn như cũ."),
    ),
    "imported": RuleKind(
        Message("Kết quả do nơi khác công bố"),
        Message("Lấy kết quả khảo sát hoặc số của bộ, ngành đã công bố, ghi rõ nguồn và ngày."),
    ),
    "council": RuleKind(Message("Hội đồng chấm"), Message("Hội đồng cho điểm; trước đó chưa có điểm nào.")),
    "province_set": RuleKind(
        Message("Do tỉnh quy định"),
        Message("Mỗi tỉnh có cách đánh giá riêng; kỳ đánh giá chọn mẫu của tỉnh nào thì tính theo mẫu đó."),
    ),
}
NOT_APPLICABLE: Final[dict[str, Message]] = {
    "excluded": Message("không tính cả điểm đạt lẫn điểm có thể đạt"),
    "redistributed": Message("không tính, các chỉ tiêu còn lại giữ tỷ trọng của nhau"),
    "full_points": Message("tính như đạt trọn điểm"),
}
ROUNDINGS: Final[dict[str, Message]] = {
    "half_up": Message("nửa thì làm tròn lên"),
    "half_even": Message("nửa thì làm tròn về số chẵn"),
    "down": Message("bỏ phần lẻ"),
}


def as_data() -> dict[str, object]:
    """The same as open data: Vietnamese words by code."""
    return {
        "rule_kinds": {code: {"name": str(kind.name), "words": str(kind.words)} for code, kind in KINDS.items()},
        "not_applicable": {code: str(words) for code, words in NOT_APPLICABLE.items()},
        "rounding": {code: str(words) for code, words in ROUNDINGS.items()},
    }
