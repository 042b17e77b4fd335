"""The province's side: receive, appraise each indicator, return chosen ones, record the decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ruraldx.accounts.permissions import Principal
from ruraldx.assessments.facts import current_answers, latest_stage
from ruraldx.assessments.models import ReturnedIndicator
from ruraldx.assessments.operations.common import Locked, authorise, check_seen, lock, move, note, touch
from ruraldx.assessments.operations.scores import score_appraised, seal_appraised
from ruraldx.assessments.sealed_models import Decision, StageValue
from ruraldx.assessments.states import STATUSES, Status
from ruraldx.catalog.fields import Field
from ruraldx.database import unit_of_work
from ruraldx.messages import Conflict, Invalid, Message, NotFound
from ruraldx.scoring.results import IndicatorResult, Verdict, score_indicator
from ruraldx.vietnamese import is_blank, line_within, nfc

APPRAISER_VERDICTS = ("pass", "fail", "return")
# Of an indicator that gives points by degree: its points are taken as computed, or it brings none.
SCORING_VERDICTS = ("scored", "fail", "return")


_TAKEN_AS_COMPUTED = (Verdict.PASS, Verdict.SCORED)


@dataclass(frozen=True)
class NewDecision:
    """The decision document as it was signed; the outcome follows from the appraised indicators."""

    number: str
    decided_on: date
    signer: str
    note: str = ""


@dataclass(frozen=True)
class Seen:
    """What the page showed on which a verdict was given: which sending, and which verdict stood (0 for none)."""

    submission: int
    verdict_id: int


def receive(*, actor: Principal, now: datetime, key: str) -> None:
    """Take a sent dossier into appraisal; the person becomes its appraiser."""
    with unit_of_work() as session:
        locked = lock(session, key, actor)
        move(locked, actor, "receive", now)
        locked.row.appraiser_id = actor.person_id


def appraise_indicator(
    *,
    actor: Principal,
    now: datetime,
    key: str,
    indicator: str,
    verdict: str,
    reason: str,
    figures: Mapping[str, str] | None = None,
    seen: Seen | None = None,
) -> None:
    """Record the appraiser's verdict on one indicator: pass or scored, fail, or to be returned.

    ``figures``: field → text, where the appraiser counts otherwise than the commune; the engine computes with them. A
    reason is obligatory for "fail" and "return", for "pass" where the engine does not find "pass", and for any figure
    that differs. ``seen``: what the person looked at. Raises Invalid at the field, Forbidden, or Conflict when the
    dossier is not under appraisal, was sent anew, or when somebody else has judged the indicator since.
    """
    with unit_of_work() as session:
        locked = lock(session, key, actor)
        asked = locked.criteria.indicator(indicator)
        person_id = authorise(actor, "assessment.appraise", locked.subject)
        _check_under_appraisal(locked)
        if seen is not None:
            _check_still(locked, indicator, seen, person_id)
        reason = nfc(reason).strip()
        answers = current_answers(session, locked.row.id)
        own = answers.get(indicator, {})
        differing = _differing(locked.criteria.fields(indicator), figures or {}, own)
        roundings = locked.criteria.criteria.rounding, locked.criteria.criteria.points_rounding
        result = score_indicator(asked, {**own, **differing}, locked.context, *roundings)
        _check_known(verdict, locked.criteria.is_graded(indicator), result)
        _check_verdict(verdict, reason, result.verdict, differs=bool(differing))
        _add_stage(locked, "appraised", indicator, Judged(verdict, reason, differing, result.as_data()), person_id, now)
        session.flush()
        score_appraised(locked, answers, now)
        touch(locked, now)
        details = {"indicator": indicator, "verdict": verdict, "reason": reason, "figures": differing or None}
        note(locked, person_id, "indicator.appraised", now, **details)


def _check_still(locked: Locked, indicator: str, seen: Seen, person_id: int) -> None:
    if seen.submission != locked.row.submissions:
        raise Conflict(
            Message("Xã đã gửi lại hồ sơ sau khi bạn mở trang này. Hãy xem số liệu mới rồi ghi nhận định."),
            code="stale",
        )
    stands = latest_stage(locked.session, locked.row, "appraised", locked.subject.involved).get(indicator)
    if stands is not None and stands.id != seen.verdict_id and stands.recorded_by != person_id:
        raise Conflict(
            Message(
                "Người khác đã nhận định chỉ tiêu này sau khi bạn mở trang. Hãy xem nhận định đó rồi ghi lại nếu cần."
            ),
            code="stale",
        )


@dataclass(frozen=True)
class Judged:
    """What a stage says of an indicator."""

    verdict: str
    reason: str
    figures: Mapping[str, str]
    result: Mapping[str, Any]


def _add_stage(locked: Locked, stage: str, indicator: str, judged: Judged, person_id: int, now: datetime) -> None:
    locked.session.add(
        StageValue(
            assessment_id=locked.row.id,
            submission_number=locked.row.submissions,
            indicator_code=indicator,
            stage=stage,
            verdict=judged.verdict,
            reason=judged.reason,
            figures=dict(judged.figures),
            result=judged.result,
            recorded_by=person_id,
            recorded_at=now,
        )
    )


def _differing(fields: Sequence[Field], typed: Mapping[str, str], own: Mapping[str, str | None]) -> dict[str, str]:
    """Field → value of what was typed and is not what the commune says. Raises Invalid at the field, NotFound."""
    known = {field.code: field for field in fields if field.is_figure}
    found: dict[str, str] = {}
    for code, raw in typed.items():
        if code not in known:
            raise NotFound(Message("Không có ô “%(field)s” trong chỉ tiêu này.", field=code[:80]))
        parsed = known[code].parse(nfc(raw))
        if parsed.error is not None:
            raise Invalid(parsed.error, field=code)
        before = own.get(code)
        if parsed.value and (before is None or known[code].written(parsed.value) != known[code].written(before)):
            found[code] = parsed.value
    return found


def _check_under_appraisal(locked: Locked) -> None:
    if locked.status is not Status.UNDER_APPRAISAL:
        raise Conflict(
            Message(
                "Hồ sơ đang ở trạng thái “%(status)s”, chưa hoặc không còn thẩm định được.",
                status=STATUSES[locked.status].label,
            )
        )


def _check_known(verdict: str, graded: bool, result: IndicatorResult) -> None:
    """Whether this verdict can be given on this kind of indicator, and there are points to take."""
    if verdict not in (SCORING_VERDICTS if graded else APPRAISER_VERDICTS):
        raise Invalid(
            Message("Hãy chọn Công nhận điểm, Không công nhận hoặc Trả lại.")
            if graded
            else Message("Hãy chọn Đạt, Không đạt hoặc Trả lại."),
            field="verdict",
        )
    if verdict == "scored" and result.points is None:
        raise Invalid(
            Message("Chưa tính được điểm từ số liệu này. Hãy nhập số thẩm định, hoặc trả lại để xã bổ sung."),
            field="verdict",
        )


def _check_verdict(verdict: str, reason: str, computed: Verdict, *, differs: bool) -> None:
    if not is_blank(reason):
        return
    if differs:
        raise Invalid(Message("Hãy ghi lý do vì sao số thẩm định khác số của xã."), field="reason")
    if verdict != computed.value or computed not in _TAKEN_AS_COMPUTED:
        raise Invalid(
            Message("Hãy ghi lý do: nhận định này khác với kết quả tự tính, hoặc xã cần biết phải sửa gì."),
            field="reason",
        )


def return_indicators(*, actor: Principal, now: datetime, key: str, seen: int | None = None) -> tuple[str, ...]:
    """Send the dossier back: only indicators marked "return" reopen, each with its reason. Returns their codes.

    ``seen``: the version of the dossier that the person looked at; Conflict when it has changed since.
    """
    with unit_of_work() as session:
        locked = lock(session, key, actor)
        check_seen(locked, seen)
        marked = {
            code: value
            for code, value in latest_stage(session, locked.row, "appraised", locked.subject.involved).items()
            if value.verdict == "return"
        }
        move(locked, actor, "return", now, details={"indicators": sorted(marked)})
        for code, value in marked.items():
            session.add(
                ReturnedIndicator(
                    assessment_id=locked.row.id,
                    indicator_code=code,
                    submission_number=locked.row.submissions,
                    reason=value.reason,
                    returned_by=value.recorded_by,
                    returned_at=now,
                )
            )
        seal_appraised(locked, "appraised", now)
        return tuple(marked)


def decide(*, actor: Principal, now: datetime, key: str, today: date, new: NewDecision, seen: int | None = None) -> str:
    """Record the decision and the final stage; returns the outcome, ``pass`` only if every indicator passed.

    ``today`` is the date in Vietnam: a decision cannot be dated after the day it is recorded. ``seen``: the version
    of the dossier that the person looked at. Raises Invalid at the field, Conflict while an indicator is not appraised
    or when the dossier has changed since it was seen, Forbidden.
    """
    number = line_within(new.number, field="number", longest=100)
    signer = line_within(new.signer, field="signer", longest=120)
    if is_blank(number):
        raise Invalid(Message("Hãy nhập số quyết định."), field="number")
    if is_blank(signer):
        raise Invalid(Message("Hãy nhập người ký."), field="signer")
    if new.decided_on > today:
        raise Invalid(Message("Ngày quyết định không thể ở sau hôm nay."), field="decided_on")
    with unit_of_work() as session:
        locked = lock(session, key, actor)
        check_seen(locked, seen)
        if new.decided_on < locked.round.period_from:
            raise Invalid(Message("Ngày quyết định ở trước kỳ số liệu của hồ sơ."), field="decided_on")
        appraised = latest_stage(session, locked.row, "appraised", locked.subject.involved)
        outcome = "pass" if all(v.verdict in ("pass", "scored") for v in appraised.values()) else "fail"
        move(locked, actor, "decide", now, details={"number": number, "outcome": outcome})
        locked.row.decided_at = now
        session.add(
            Decision(
                assessment_id=locked.row.id,
                number=number,
                decided_on=new.decided_on,
                signer=signer,
                outcome=outcome,
                note=nfc(new.note).strip(),
                recorded_by=actor.person_id or 0,
                recorded_at=now,
            )
        )
        _record_final_stage(locked, appraised, now, actor)
        seal_appraised(locked, "final", now)
        return outcome


def _record_final_stage(locked: Locked, appraised: dict[str, StageValue], now: datetime, actor: Principal) -> None:
    for code, value in appraised.items():
        judged = Judged(value.verdict, value.reason, value.figures, value.result)
        _add_stage(locked, "final", code, judged, actor.person_id or 0, now)
