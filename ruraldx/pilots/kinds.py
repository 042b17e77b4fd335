"""Code lists of pilots: kinds, prominent fields (lĩnh vực nổi trội), states and qualities of a point. Pure.

The fields cover every list of the 2024 plan of Quảng Nam (lines 41, 89, 93 and 119 differ from each other).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from ruraldx.messages import Message


class Kind(StrEnum):
    """What sort of pilot it is."""

    SMART_COMMUNE = "smart_commune"
    SMART_VILLAGE = "smart_village"
    ECOMMERCE_COMMUNE = "ecommerce_commune"
    MODERN_COMMUNE = "modern_commune"


class PilotStatus(StrEnum):
    """Where a pilot stands."""

    PROPOSED = "proposed"
    PILOTING = "piloting"
    OPERATING = "operating"
    UNDER_REVIEW = "under_review"
    REPLICATING = "replicating"
    PAUSED = "paused"
    ENDED = "ended"


KINDS: Final[dict[Kind, Message]] = {
    Kind.SMART_COMMUNE: Message("Xã nông thôn mới thông minh"),
    Kind.SMART_VILLAGE: Message("Thôn nông thôn mới thông minh"),
    Kind.ECOMMERCE_COMMUNE: Message("Xã thương mại điện tử"),
    Kind.MODERN_COMMUNE: Message("Xã nông thôn mới hiện đại"),
}

PILOT_STATUSES: Final[dict[PilotStatus, tuple[Message, str]]] = {
    PilotStatus.PROPOSED: (Message("Đề xuất"), "neutral"),
    PilotStatus.PILOTING: (Message("Đang thí điểm"), "info"),
    PilotStatus.OPERATING: (Message("Đang hoạt động"), "success"),
    PilotStatus.UNDER_REVIEW: (Message("Đang rà soát, đánh giá"), "warning"),
    PilotStatus.REPLICATING: (Message("Đang nhân rộng"), "success"),
    PilotStatus.PAUSED: (Message("Tạm dừng"), "neutral"),
    PilotStatus.ENDED: (Message("Kết thúc"), "neutral"),
}

FIELDS: Final[dict[str, Message]] = {
    "chuyen-doi-so": Message("Chuyển đổi số toàn diện"),
    "an-ninh-trat-tu": Message("An ninh trật tự"),
    "giao-duc": Message("Giáo dục và đào tạo"),
    "cai-cach-hanh-chinh": Message("Cải cách hành chính"),
    "van-hoa": Message("Văn hóa"),
    "du-lich": Message("Du lịch nông thôn"),
    "y-te": Message("Y tế"),
    "moi-truong": Message("Môi trường"),
    "thuong-mai-dien-tu": Message("Thương mại điện tử"),
    "san-xuat": Message("Sản xuất"),
}
NO_FIELD: Final = Message("Chưa nêu lĩnh vực")

POINT_QUALITIES: Final[dict[str, Message]] = {
    "surveyed": Message("Đã khảo sát thực địa"),
    "estimated": Message("Vị trí ước tính"),
    "commune": Message("Điểm đại diện của xã hiện nay (gần đúng)"),
}
