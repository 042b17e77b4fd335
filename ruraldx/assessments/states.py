"""The one transition table of an assessment. Pure: it drives buttons, guards, operations, tests and docs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ruraldx.accounts.permissions import Principal, Subject, allows
from ruraldx.messages import Message


class Status(StrEnum):
    """Where an assessment stands."""

    DRAFT = "draft"
    AWAITING_SIGNATURE = "awaiting_signature"
    AWAITING_SIGNATURE_AGAIN = "awaiting_signature_again"
    SENT = "sent"
    UNDER_APPRAISAL = "under_appraisal"
    RETURNED = "returned"
    DECIDED = "decided"
    PUBLISHED = "published"


@dataclass(frozen=True)
class StatusInfo:
    """A status in words, its tone, and whose turn it is."""

    label: Message
    tone: str
    hint: Message


STATUSES: Final[dict[Status, StatusInfo]] = {
    Status.DRAFT: StatusInfo(Message("Đang kê khai"), "info", Message("Xã kê khai số liệu và đính kèm minh chứng.")),
    Status.AWAITING_SIGNATURE: StatusInfo(
        Message("Chờ ký duyệt"), "warning", Message("Chủ tịch UBND xã kiểm tra rồi ký duyệt và gửi.")
    ),
    Status.AWAITING_SIGNATURE_AGAIN: StatusInfo(
        Message("Chờ ký duyệt lại"),
        "warning",
        Message("Chủ tịch UBND xã kiểm tra phần đã sửa rồi ký duyệt và gửi lại."),
    ),
    Status.SENT: StatusInfo(Message("Đã gửi tỉnh"), "info", Message("Hồ sơ đã khóa, chờ người thẩm định tiếp nhận.")),
    Status.UNDER_APPRAISAL: StatusInfo(
        Message("Đang thẩm định"), "info", Message("Người thẩm định xem xét từng chỉ tiêu.")
    ),
    Status.RETURNED: StatusInfo(
        Message("Trả lại bổ sung"), "warning", Message("Xã sửa các chỉ tiêu được trả lại rồi trình ký lại.")
    ),
    Status.DECIDED: StatusInfo(Message("Đã có quyết định"), "success", Message("Chờ Văn phòng Điều phối công bố.")),
    Status.PUBLISHED: StatusInfo(Message("Đã công bố"), "success", Message("Kết quả hiển thị trên trang công khai.")),
}

EDITABLE: Final = frozenset({Status.DRAFT, Status.RETURNED})
# With the province: an appraiser has to act.
WAITING: Final = (Status.SENT, Status.UNDER_APPRAISAL)
# With the commune: what was sent before, if anything, is being corrected.
NOT_SENT: Final = EDITABLE | {Status.AWAITING_SIGNATURE, Status.AWAITING_SIGNATURE_AGAIN}


@dataclass(frozen=True)
class Facts:
    """What guards may know about an assessment besides its status; counted by queries, judged here."""

    required: int = 0
    answered: int = 0
    invalid: int = 0
    without_evidence: int = 0
    returned_open: int = 0
    returned_unfixed: int = 0
    appraised: int = 0
    indicators: int = 0


Guard = Callable[[Facts], Message | None]


def _nothing_invalid(facts: Facts) -> Message | None:
    if facts.invalid:
        return Message("Còn %(n)s ô có giá trị cần sửa.", n=facts.invalid)
    return None


def _complete(facts: Facts) -> Message | None:
    if facts.answered < facts.required:
        return Message("Còn %(n)s ô bắt buộc chưa điền.", n=facts.required - facts.answered)
    return None


def _evidence_or_explanation(facts: Facts) -> Message | None:
    if facts.without_evidence:
        return Message("Còn %(n)s chỉ tiêu chưa có minh chứng và chưa có giải trình.", n=facts.without_evidence)
    return None


def _returns_fixed(facts: Facts) -> Message | None:
    if facts.returned_unfixed:
        return Message("Còn %(n)s chỉ tiêu bị trả lại chưa được sửa.", n=facts.returned_unfixed)
    return None


def _something_returned(facts: Facts) -> Message | None:
    if not facts.returned_open:
        return Message("Chưa chọn chỉ tiêu nào để trả lại.")
    return None


def _nothing_returned(facts: Facts) -> Message | None:
    if facts.returned_open:
        return Message(
            "Đang chọn %(n)s chỉ tiêu để trả lại: hãy trả hồ sơ, hoặc bỏ chọn trước khi quyết định.",
            n=facts.returned_open,
        )
    return None


def _all_appraised(facts: Facts) -> Message | None:
    if facts.appraised < facts.indicators:
        return Message("Còn %(n)s chỉ tiêu chưa thẩm định.", n=facts.indicators - facts.appraised)
    return None


@dataclass(frozen=True)
class Transition:
    """One row: an act from one status to another, who may, what must hold, and how the button reads."""

    act: str
    source: Status
    target: Status
    permission: str
    label: Message
    tone: str
    guards: tuple[Guard, ...] = ()
    reason_required: bool = False


_READY = (_nothing_invalid, _complete, _evidence_or_explanation, _returns_fixed)
_REQUEST = ("assessment.request_signoff", Message("Trình ký"), "primary", _READY)
_HAND_BACK = ("assessment.sign", Message("Chuyển lại để sửa"), "secondary", (), True)
_SEND = ("assessment.sign", Message("Ký duyệt và gửi"), "primary", _READY)

TRANSITIONS: Final[tuple[Transition, ...]] = (
    Transition("request_signature", Status.DRAFT, Status.AWAITING_SIGNATURE, *_REQUEST),
    Transition("request_signature", Status.RETURNED, Status.AWAITING_SIGNATURE_AGAIN, *_REQUEST),
    Transition("send", Status.AWAITING_SIGNATURE, Status.SENT, *_SEND),
    Transition("send", Status.AWAITING_SIGNATURE_AGAIN, Status.SENT, *_SEND),
    Transition("hand_back", Status.AWAITING_SIGNATURE, Status.DRAFT, *_HAND_BACK),
    Transition("hand_back", Status.AWAITING_SIGNATURE_AGAIN, Status.RETURNED, *_HAND_BACK),
    Transition(
        "receive",
        Status.SENT,
        Status.UNDER_APPRAISAL,
        "assessment.appraise",
        Message("Tiếp nhận thẩm định"),
        "primary",
    ),
    Transition(
        "return",
        Status.UNDER_APPRAISAL,
        Status.RETURNED,
        "assessment.appraise",
        Message("Trả lại các chỉ tiêu đã chọn"),
        "warning",
        (_something_returned,),
    ),
    Transition(
        "decide",
        Status.UNDER_APPRAISAL,
        Status.DECIDED,
        "assessment.decide",
        Message("Ghi nhận quyết định"),
        "primary",
        (_nothing_returned, _all_appraised),
    ),
    Transition(
        "publish",
        Status.DECIDED,
        Status.PUBLISHED,
        "assessment.publish",
        Message("Công bố kết quả"),
        "primary",
    ),
    Transition(
        "unpublish",
        Status.PUBLISHED,
        Status.DECIDED,
        "assessment.publish",
        Message("Gỡ công bố"),
        "warning",
        (),
        True,
    ),
)


def find(act: str, status: Status) -> Transition | None:
    """The row of an act from a status; None when the act is not possible there."""
    return next((row for row in TRANSITIONS if row.act == act and row.source is status), None)


@dataclass(frozen=True)
class Offer:
    """A transition that this person may see here; ``obstacles`` say why it cannot be done yet."""

    transition: Transition
    obstacles: tuple[Message, ...]

    @property
    def ready(self) -> bool:
        """Whether the act can be done now."""
        return not self.obstacles


def offers(principal: Principal, subject: Subject, status: Status, facts: Facts) -> tuple[Offer, ...]:
    """The acts open to a person on an assessment, in the order of the table."""
    return tuple(
        Offer(row, obstacles(row, facts))
        for row in TRANSITIONS
        if row.source is status and allows(principal, row.permission, subject)
    )


def obstacles(transition: Transition, facts: Facts) -> tuple[Message, ...]:
    """Every guard that does not hold, as sentences."""
    found = (guard(facts) for guard in transition.guards)
    return tuple(message for message in found if message is not None)
