"""Demo people: roles, not persons; addresses in a domain that cannot exist."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ruraldx.accounts.permissions import Role


@dataclass(frozen=True)
class DemoPerson:
    """A demo account and its role; ``commune`` empty: the province.

    ``today``: the commune is one of today. People of the province have their role in the province of 2024 and in the
    one it became part of.
    """

    email: str
    name: str
    role: Role
    commune: str = ""
    today: bool = False


PEOPLE: Final = (
    DemoPerson("congchuc.quephu@minhhoa.invalid", "Công chức xã Quế Phú (minh họa)", Role.COMMUNE_OFFICIAL, "Quế Phú"),
    DemoPerson(
        "congchuc2.quephu@minhhoa.invalid", "Công chức thứ hai xã Quế Phú (minh họa)", Role.COMMUNE_OFFICIAL, "Quế Phú"
    ),
    DemoPerson("chutich.quephu@minhhoa.invalid", "Chủ tịch UBND xã Quế Phú (minh họa)", Role.CHAIRPERSON, "Quế Phú"),
    DemoPerson(
        "congchuc.daithang@minhhoa.invalid", "Công chức xã Đại Thắng (minh họa)", Role.COMMUNE_OFFICIAL, "Đại Thắng"
    ),
    DemoPerson(
        "chutich.daithang@minhhoa.invalid", "Chủ tịch UBND xã Đại Thắng (minh họa)", Role.CHAIRPERSON, "Đại Thắng"
    ),
    DemoPerson(
        "congchuc.xuanphu@minhhoa.invalid", "Công chức xã Xuân Phú (minh họa)", Role.COMMUNE_OFFICIAL, "Xuân Phú", True
    ),
    DemoPerson(
        "chutich.xuanphu@minhhoa.invalid", "Chủ tịch UBND xã Xuân Phú (minh họa)", Role.CHAIRPERSON, "Xuân Phú", True
    ),
    DemoPerson("thamdinh@minhhoa.invalid", "Người thẩm định Sở (minh họa)", Role.APPRAISER),
    DemoPerson("dieuphoi@minhhoa.invalid", "Văn phòng Điều phối (minh họa)", Role.COORDINATION),
    DemoPerson("lanhdao@minhhoa.invalid", "Lãnh đạo tỉnh (minh họa)", Role.LEADER),
    DemoPerson("quantri@minhhoa.invalid", "Quản trị hệ thống (minh họa)", Role.ADMINISTRATOR),
)
