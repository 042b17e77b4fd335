"""From an indicator of a dossier to what a page draws: fields with values, problems, both texts of a collision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from ruraldx.accounts.permissions import Principal, Subject, allows
from ruraldx.assessments.criteria import lacks_evidence
from ruraldx.assessments.operations.answers import Collision, FieldInput, Saved
from ruraldx.assessments.queries.records import TimelineEntry
from ruraldx.assessments.queries.views_of import AnswerView, Dossier, IndicatorView
from ruraldx.catalog.fields import EXPLANATION, NOT_APPLICABLE_REASON, Field, FieldKind
from ruraldx.forms import Typed
from ruraldx.messages import Message, message_from_data
from ruraldx.scoring.outcomes import VERDICTS
from ruraldx.scoring.results import progress

VERSION_PREFIX = "v-"
FIGURE_PREFIX = "td-"


@dataclass(frozen=True)
class FieldView:
    """A field as the page shows it; ``reading`` is what the text was read as, empty when it was not."""

    field: Field
    raw: str
    version: int
    problem: Message | None
    saved_at: datetime | None
    reading: str = ""
    collision: Collision | None = None

    @property
    def optional(self) -> bool:
        """Whether it may always stay empty: what is asked for in some cases says so itself."""
        return not self.field.required and self.field.code not in (EXPLANATION, NOT_APPLICABLE_REASON)


@dataclass(frozen=True)
class TaskRow:
    """An indicator in the task list: its state in words and the tone of the tag."""

    view: IndicatorView
    state: Message
    tone: str


def field_views(
    dossier: Dossier,
    view: IndicatorView,
    results: Sequence[Saved | Collision] = (),
    typed: Sequence[FieldInput] = (),
    problems: Mapping[str, Message] = MappingProxyType({}),
) -> tuple[FieldView, ...]:
    """The fields of an indicator.

    ``results`` of a save that just happened override what is stored; so do ``typed`` and ``problems`` (by field) of
    one that was refused whole.
    """
    collisions = {r.field: r for r in results if isinstance(r, Collision)}
    kept = {item.field: item for item in typed}
    return tuple(
        FieldView(field, kept[field.code].raw, kept[field.code].version, problems.get(field.code), None)
        if field.code in kept
        else _field_view(field, view.answers.get(field.code), collisions.get(field.code))
        for field in dossier.pinned.fields(view.indicator.code)
    )


def _field_view(field: Field, answer: AnswerView | None, collision: Collision | None) -> FieldView:
    if collision is not None:
        return FieldView(field, collision.yours, collision.version, None, None, collision=collision)
    if answer is None:
        return FieldView(field, "", 0, None, None)
    problem = message_from_data(answer.problem) if answer.problem else None
    reading = field.written(answer.value) if answer.value else ""
    return FieldView(field, answer.raw, answer.version, problem, answer.updated_at, reading)


def typed_words(fields: Sequence[Field], form: Mapping[str, str], prefix: str, words: Mapping[str, str]) -> list[Typed]:
    """What a form holds for these fields; ``words`` are those of a choice."""
    found = [(field, form.get(f"{prefix}{field.code}", "")) for field in fields]
    return [
        Typed(
            field.label,
            words.get(raw, raw) if field.kind is FieldKind.BOOLEAN else raw,
            in_law=isinstance(field.label, str),
        )
        for field, raw in found
        if raw.strip()
    ]


@dataclass(frozen=True)
class FigureRow:
    """A field in the appraiser's table: what the commune says beside what the appraiser counts.

    ``name`` is the name of the appraiser's input, empty where there is none; ``typed`` what stands in it and
    ``problem`` what is wrong with that; ``appraised`` what was recorded.
    """

    view: FieldView
    name: str
    typed: str
    appraised: str
    problem: str


def figure_rows(
    dossier: Dossier,
    view: IndicatorView,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> tuple[FigureRow, ...]:
    """The rows of an indicator; ``typed`` and ``problems`` (by field) are those of a form that was refused."""
    stage = view.stages.get("final") or view.stages.get("appraised")
    recorded = stage.figures if stage else {}
    return tuple(
        _figure_row(shown, recorded.get(shown.field.code), typed or {}, problems or {})
        for shown in field_views(dossier, view)
    )


def _figure_row(view: FieldView, value: str | None, typed: Mapping[str, str], problems: Mapping[str, str]) -> FigureRow:
    field = view.field
    return FigureRow(
        view=view,
        name=f"{FIGURE_PREFIX}{field.code}" if field.is_figure else "",
        typed=typed.get(field.code, value or ""),
        appraised=field.written(value) if value else "",
        problem=problems.get(field.code, ""),
    )


def figures_from(dossier: Dossier, code: str, form: Mapping[str, str]) -> dict[str, str]:
    """What the appraiser typed beside the commune's figures: field → text."""
    names = {field.code: f"{FIGURE_PREFIX}{field.code}" for field in dossier.pinned.fields(code) if field.is_figure}
    return {field: form[name] for field, name in names.items() if name in form}


def inputs_from(dossier: Dossier, code: str, form: Mapping[str, str]) -> tuple[FieldInput, ...]:
    """What a plain form post carries for this indicator: each field with the version the page had."""
    return tuple(
        FieldInput(field.code, form[field.code], _version(form.get(f"{VERSION_PREFIX}{field.code}", "0")))
        for field in dossier.pinned.fields(code)
        if field.code in form
    )


def _version(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def task_rows(dossier: Dossier) -> tuple[TaskRow, ...]:
    """The task list of a dossier in the order of the criteria."""
    return tuple(_task_row(dossier, view) for view in dossier.indicators.values())


def _task_row(dossier: Dossier, view: IndicatorView) -> TaskRow:
    answers = {code: answer.value for code, answer in view.answers.items()}
    done = progress(view.indicator, answers, dossier.pinned.context)
    state, tone = _state(view, done.answered, done.required)
    return TaskRow(view, state, tone)


def _state(view: IndicatorView, answered: int, required: int) -> tuple[Message, str]:
    if "final" in view.stages:
        return VERDICT_WORDS[view.stages["final"].verdict]
    if view.returned is not None and view.returned.fixed_at is None:
        return Message("Cần sửa"), "warning"
    if any(answer.problem for answer in view.answers.values()):
        return Message("Có ô cần sửa"), "warning"
    if view.editable and (left := _left(view, answered, required)):
        return left
    if view.returned is not None:
        return Message("Đã sửa"), "info"
    return (Message("Đã điền đủ"), "success") if view.editable else (Message("Đã khóa"), "neutral")


def _left(view: IndicatorView, answered: int, required: int) -> tuple[Message, str] | None:
    """What is still missing from an open indicator."""
    if not view.answers and not view.documents:
        return Message("Chưa bắt đầu"), "neutral"
    if answered < required:
        return Message("Đang làm (%(answered)s/%(required)s)", answered=answered, required=required), "info"
    explanation = view.answers.get(EXPLANATION)
    if lacks_evidence(view.indicator, bool(view.documents), explanation.value if explanation else None):
        return Message("Thiếu minh chứng"), "warning"
    return None


def unfinished(dossier: Dossier) -> tuple[TaskRow, ...]:
    """The indicators that stand in the way of sending, with what is missing."""
    done = (Message("Đã điền đủ"), Message("Đã sửa"), Message("Đã khóa"))
    return tuple(row for row in task_rows(dossier) if row.state not in done)


def hand_back_of(entries: Sequence[TimelineEntry]) -> TimelineEntry | None:
    """The chairperson's last words while the dossier is back with the official; entries are newest first."""
    acts = ("assessment.hand_back", "assessment.request_signature")
    last = next((entry for entry in entries if entry.action in acts), None)
    return last if last is not None and last.action == acts[0] else None


def may_edit(principal: Principal, dossier: Dossier, view: IndicatorView) -> bool:
    """Whether this person gets a form for this indicator, or the text only."""
    return view.editable and allows(principal, "assessment.answer", Subject(dossier.unit_path))


# Codes of verdicts, of the engine and of people, in words with a tone.
VERDICT_WORDS: Final[dict[str, tuple[Message, str]]] = {
    **{verdict.value: words for verdict, words in VERDICTS.items()},
    "unverified_content": (Message("Chưa kiểm chứng nội dung"), "warning"),
    "return": (Message("Trả lại"), "warning"),
}

# Events of the timeline in words.
EVENT_WORDS: Final[dict[str, Message]] = {
    "assessment.request_signature": Message("Trình ký"),
    "assessment.hand_back": Message("Chuyển lại để sửa"),
    "assessment.send": Message("Ký duyệt và gửi"),
    "assessment.receive": Message("Tiếp nhận thẩm định"),
    "assessment.return": Message("Trả lại chỉ tiêu"),
    "assessment.decide": Message("Ghi nhận quyết định"),
    "assessment.publish": Message("Công bố"),
    "assessment.unpublish": Message("Gỡ công bố"),
    "indicator.appraised": Message("Nhận định chỉ tiêu"),
    "document.attached": Message("Đính kèm minh chứng"),
    "document.removed": Message("Gỡ minh chứng"),
}
