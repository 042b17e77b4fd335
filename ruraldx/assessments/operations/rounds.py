"""Acts on rounds: open a round for units."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ruraldx.accounts.permissions import Principal, Subject
from ruraldx.assessments.criteria import PinnedSet
from ruraldx.assessments.models import Assessment, Round
from ruraldx.assessments.operations.common import authorise
from ruraldx.audit.log import record
from ruraldx.catalog.kinds import ProvinceSet
from ruraldx.catalog.schema import CriteriaSet
from ruraldx.criteria_sets.models import CriteriaVersion
from ruraldx.criteria_sets.operations.versions import version_for_round
from ruraldx.database import unit_of_work
from ruraldx.messages import Conflict, Invalid, Message, NotFound
from ruraldx.places.models import Unit
from ruraldx.scoring.outcomes import ScoringContext
from ruraldx.scoring.results import progress
from ruraldx.vietnamese import is_blank, line_within

# So many communes are named in a refusal.
_NAMED: Final = 5


@dataclass(frozen=True)
class NewRound:
    """What opening a round needs. ``units`` are unit ids; ``dimensions`` per unit id (e.g. region)."""

    title: str
    province_id: int
    criteria: CriteriaSet
    period_from: date
    period_to: date
    due_at: datetime
    units: Sequence[int]
    choices: Mapping[str, str] = field(default_factory=dict)
    dimensions: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    is_demo: bool = False


def open_round(*, actor: Principal, now: datetime, new: NewRound, commit: bool = True) -> str:
    """Open a round: pin the criteria version, freeze the units, make one empty dossier each. Returns its key.

    Without ``commit`` everything is tried and rolled back. Raises Forbidden, NotFound (a unit that is not of the
    province), Invalid (no unit, dates out of order, a choice or a value of a dimension that the set does not know) or
    Conflict (a version that is retired, a used number with another text, or a commune that is in another round of the
    same set and period).
    """
    with unit_of_work(commit=commit) as session:
        # Locked: of two people who open the same at once, the second sees what the first did.
        province = session.get(Unit, new.province_id, with_for_update=True)
        if province is None:
            raise NotFound(Message("Không tìm thấy tỉnh của kỳ đánh giá."))
        person_id = authorise(actor, "round.open", Subject(province.path))
        _check(new, now)
        _check_not_open_already(session, new)
        version = version_for_round(session, new.criteria, now)
        round_ = _round(new, province, version, person_id, now)
        session.add(round_)
        session.flush()
        _make_dossiers(session, round_, province, new, now)
        record(
            session,
            actor_id=person_id,
            action="round.opened",
            subject_type="round",
            subject_key=round_.key,
            unit_path=province.path,
            now=now,
            details={"criteria": version.sha256, "units": len(new.units), "demo": new.is_demo},
        )
        return round_.key


def _round(new: NewRound, province: Unit, version: CriteriaVersion, person_id: int, now: datetime) -> Round:
    return Round(
        key=secrets.token_hex(8),
        title=line_within(new.title, field="title", longest=300),
        province_id=province.id,
        province_path=province.path,
        version_id=version.id,
        period_from=new.period_from,
        period_to=new.period_to,
        choices=dict(new.choices),
        opened_at=now,
        due_at=new.due_at,
        opened_by=person_id,
        is_demo=new.is_demo,
    )


def _check(new: NewRound, now: datetime) -> None:
    if is_blank(new.title):
        raise Invalid(Message("Hãy đặt tên cho kỳ đánh giá."), field="title")
    if not new.units:
        raise Invalid(Message("Hãy chọn ít nhất một xã cho kỳ đánh giá."), field="units")
    if len(set(new.units)) < len(new.units):
        raise Invalid(Message("Mỗi xã chỉ được chọn một lần trong một kỳ đánh giá."), field="units")
    if new.period_to < new.period_from:
        raise Invalid(Message("Ngày cuối của kỳ số liệu phải sau ngày đầu."), field="period_to")
    if new.due_at <= now:
        raise Invalid(Message("Hạn gửi hồ sơ phải ở sau thời điểm hiện tại."), field="due_at")
    _check_choices(new)
    _check_dimensions(new)


def _check_choices(new: NewRound) -> None:
    """A round pins its choices for ever: one that means nothing must not get in."""
    rules = {indicator.code: indicator.rule for indicator in new.criteria.indicators}
    for code, chosen in new.choices.items():
        rule = rules.get(code)
        known = [alternative.code for alternative in rule.alternatives] if isinstance(rule, ProvinceSet) else []
        if chosen not in known:
            raise Invalid(
                Message(
                    "Chỉ tiêu %(code)s không có mẫu “%(chosen)s”. Các mẫu: %(known)s.",
                    code=code,
                    chosen=chosen,
                    known=", ".join(known) or "–",
                ),
                field="choices",
            )


def _check_dimensions(new: NewRound) -> None:
    given_names = {name for given in new.dimensions.values() for name in given}
    if unknown := given_names - new.criteria.dimensions.keys():
        raise Invalid(
            Message("Bộ tiêu chí này không chia theo “%(name)s”.", name=sorted(unknown)[0]), field="dimensions"
        )
    for unit in new.units:
        given = new.dimensions.get(unit, {})
        for name, values in new.criteria.dimensions.items():
            if given.get(name) not in values:
                raise Invalid(
                    Message(
                        "Mỗi xã cần một giá trị của “%(name)s”, một trong: %(known)s.",
                        name=name,
                        known="; ".join(f"{code} ({words})" for code, words in values.items()),
                    ),
                    field="dimensions",
                )


def _check_not_open_already(session: Session, new: NewRound) -> None:
    """One commune, one criteria set, one period: one dossier. Two would be two truths."""
    found = session.execute(
        select(Round.key, Round.title, Unit.full_name)
        .join(Assessment, Assessment.round_id == Round.id)
        .join(Unit, Unit.id == Assessment.unit_id)
        .join(CriteriaVersion, CriteriaVersion.id == Round.version_id)
        .where(
            Assessment.unit_id.in_(new.units),
            CriteriaVersion.code == new.criteria.code,
            Round.period_from == new.period_from,
            Round.period_to == new.period_to,
        )
        .order_by(Round.id, Unit.sort_key)
    ).all()
    if found:
        key, title, _unit = found[0]
        names = [unit for other, _title, unit in found if other == key]
        raise Conflict(
            Message(
                "%(units)s đã có trong kỳ “%(title)s” (mã kỳ %(key)s) với cùng bộ tiêu chí và cùng kỳ số liệu.",
                units=listed(names),
                title=title,
                key=key,
            ),
            field="units",
        )


def listed(names: Sequence[str]) -> str:
    """Names of communes in a sentence; not all of very many."""
    return ", ".join(names[:_NAMED]) + ("…" if len(names) > _NAMED else "")


def _make_dossiers(session: Session, round_: Round, province: Unit, new: NewRound, now: datetime) -> None:
    units = session.scalars(select(Unit).where(Unit.id.in_(new.units)).order_by(Unit.sort_key)).all()
    if len(units) != len(set(new.units)) or not all(u.path.startswith(province.path) for u in units):
        raise NotFound(Message("Có xã không thuộc tỉnh của kỳ đánh giá này."), field="units")
    required = {unit.id: _required(new, unit.id) for unit in units}
    session.add_all(
        Assessment(
            key=secrets.token_hex(8),
            round_id=round_.id,
            unit_id=unit.id,
            unit_path=unit.path,
            dimensions=dict(new.dimensions.get(unit.id, {})),
            required_count=required[unit.id],
            updated_at=now,
            submissions=0,
            version=0,
        )
        for unit in units
    )


def _required(new: NewRound, unit_id: int) -> int:
    """How many fields this unit has to fill; of another kind of unit other indicators are asked."""
    context = ScoringContext(dimensions=new.dimensions.get(unit_id, {}), choices=new.choices)
    criteria = PinnedSet(new.criteria, new.choices, context.dimensions)
    return sum(progress(indicator, {}, context).required for indicator in criteria.indicators.values())
