"""The appraiser's pages: queue, dossier side by side, one verdict per indicator, return, decision."""

from __future__ import annotations

from collections.abc import Mapping, Set
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from ruraldx.accounts.guards import current_principal, requires
from ruraldx.assessments import presenting
from ruraldx.assessments.forms import AppraisalForm, DecisionForm, ReasonForm, ScoringForm
from ruraldx.assessments.operations import appraisal
from ruraldx.assessments.queries import records
from ruraldx.assessments.queries.dossier import dossier
from ruraldx.assessments.queries.lists import QueueFilter, queue_counts, rounds
from ruraldx.assessments.queries.lists import queue as queue_page
from ruraldx.assessments.queries.scores import stale_results
from ruraldx.assessments.queries.views_of import Dossier
from ruraldx.assessments.states import STATUSES, WAITING, Status
from ruraldx.assessments.views import Page, not_saved, refused_at, seen_version, yes_or_no
from ruraldx.catalog.terms import terms_of
from ruraldx.database import utc_now
from ruraldx.forms import Typed, asked, in_words, reads_as
from ruraldx.messages import Invalid, Refused
from ruraldx.vietnamese import vietnam_day

blueprint = Blueprint("appraisal", __name__)
_DOSSIER = "/tham-dinh/<string(length=16):key>"
_INDICATOR = f"{_DOSSIER}/chi-tieu/<string(maxlength=20):code>"
_WAITING = "cho-tinh"


@blueprint.get("/tham-dinh")
@requires("queue.read")
def queue() -> Page:
    """The queue; the filters are a GET form, so the address is the permalink."""
    in_reach = rounds(current_principal())
    wanted = _filter({row.key for row in in_reach})
    return render_template(
        "appraisal/queue.html",
        page=queue_page(current_principal(), wanted),
        counts=queue_counts(current_principal(), wanted),
        wanted=wanted,
        asked_status=request.args.get("trang-thai", _WAITING),
        waiting=_WAITING,
        rounds=in_reach,
        statuses=STATUSES,
        link=_link,
    )


def _link(**changes: Any) -> str:
    """The same list with something else: another page, another status (which begins at its first page)."""
    kept: dict[str, Any] = {name: values for name, values in request.args.lists() if name != "trang"}
    return url_for("appraisal.queue", **(kept | {name.replace("_", "-"): value for name, value in changes.items()}))


def _filter(known_rounds: Set[str]) -> QueueFilter:
    known = {status.value: (status,) for status in Status} | {_WAITING: WAITING}
    number = request.args.get("trang", "1")
    return QueueFilter(
        round_key=asked("ky", known_rounds),
        # Whoever just opens the list wants what waits for them; everything is one choice away.
        statuses=known.get(request.args.get("trang-thai", _WAITING), ()),
        text=asked("xa"),
        mine=request.args.get("cua-toi") == "1",
        page=int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1,
    )


@blueprint.get(_DOSSIER)
@requires("queue.read")
def overview(key: str) -> Page:
    """Self, appraised and final side by side; what to do next."""
    return overview_page(key)


def overview_page(key: str, decision_form: DecisionForm | None = None, reason_form: ReasonForm | None = None) -> str:
    """The page of a dossier, with a form that was refused."""
    whole = dossier(current_principal(), key)
    return render_template(
        "appraisal/overview.html",
        dossier=whole,
        differences=records.differences(whole),
        timeline_entries=records.timeline(whole),
        stale=stale_results(whole),
        reason_form=reason_form or ReasonForm(formdata=None),
        decision_form=decision_form or DecisionForm(formdata=None),
    )


@blueprint.post(f"{_DOSSIER}/tiep-nhan")
@requires("assessment.appraise")
def receive(key: str) -> Page:
    """Take the dossier into appraisal."""
    return _act(key, appraisal.receive, _("Đã tiếp nhận hồ sơ để thẩm định."))


@blueprint.get(_INDICATOR)
@requires("queue.read")
def indicator(key: str, code: str) -> Page:
    """One indicator: what the commune says beside what the appraiser says."""
    return _indicator(key, code, None)


def _indicator(key: str, code: str, form: AppraisalForm | None, problems: Mapping[str, str] | None = None) -> str:
    """The page; ``problems``: figure → what is wrong with what was typed there."""
    whole = dossier(current_principal(), key)
    view = whole.indicator(code)
    typed = presenting.figures_from(whole, code, request.form) if form else None
    if form is None:
        own = view.stages.get("appraised")
        form = _form_of(whole, code)(
            formdata=None, verdict=own.verdict if own else None, reason=own.reason if own else ""
        )
    codes = list(whole.indicators)
    position = codes.index(code)
    return render_template(
        "appraisal/indicator.html",
        dossier=whole,
        view=view,
        terms=terms_of(whole.criteria, view.indicator, whole.pinned.choices, whole.dimensions),
        rows=presenting.figure_rows(whole, view, typed, problems),
        fields=presenting.field_views(whole, view),
        form=form,
        open=any(offer.transition.act == "decide" for offer in whole.offers),
        differences=records.differences(whole).get(code, ()),
        previous=codes[position - 1] if position else None,
        following=codes[position + 1] if position + 1 < len(codes) else None,
    )


def _form_of(whole: Dossier, code: str) -> type[AppraisalForm]:
    return ScoringForm if whole.pinned.is_graded(code) else AppraisalForm


def _typed(form: MultiDict[str, str], *, key: str, code: str) -> list[Typed]:
    """What was typed into the form of an indicator, in words."""
    whole = dossier(current_principal(), key)
    figures = presenting.typed_words(whole.pinned.fields(code), form, presenting.FIGURE_PREFIX, yes_or_no())
    return [*figures, *in_words(_form_of(whole, code)(formdata=form))]


@blueprint.post(_INDICATOR)
@requires("assessment.appraise", typed=_typed)
def appraise(key: str, code: str) -> Page:
    """Record the verdict, then go to the next indicator."""
    whole = dossier(current_principal(), key)
    whole.indicator(code)
    form = _form_of(whole, code)()
    if not form.validate():
        return _indicator(key, code, form), 422
    try:
        appraisal.appraise_indicator(
            actor=current_principal(),
            now=utc_now(),
            key=key,
            indicator=code,
            verdict=form.verdict.data,
            reason=form.reason.data or "",
            figures=presenting.figures_from(whole, code, request.form),
            seen=appraisal.Seen(seen_version("seen-submission"), seen_version("seen-verdict")),
        )
    except Invalid as refused:
        sentence = refused.message.translated(_)
        if refused.field not in form:
            return _indicator(key, code, form, {refused.field or "": sentence}), 422
        form[refused.field].errors = [sentence]
        return _indicator(key, code, form), 422
    except Refused as refused:
        back = url_for("appraisal.indicator", key=key, code=code)
        return not_saved(refused, _typed(request.form, key=key, code=code), back)
    flash(_("Đã ghi nhận định cho chỉ tiêu %(code)s.", code=code), "success")
    codes = list(whole.indicators)
    following = codes[codes.index(code) + 1 :]
    if following:
        return redirect(url_for("appraisal.indicator", key=key, code=following[0]))
    return redirect(url_for("appraisal.overview", key=key))


@blueprint.post(f"{_DOSSIER}/tra-lai")
@requires("assessment.appraise")
def return_indicators(key: str) -> Page:
    """Send the marked indicators back; only they reopen."""
    done = _("Đã trả lại. Xã chỉ sửa được các chỉ tiêu đã chọn.")
    return _act(key, partial(appraisal.return_indicators, seen=seen_version()), done)


@blueprint.post(f"{_DOSSIER}/quyet-dinh")
@requires("assessment.decide", typed=reads_as(DecisionForm))
def decide(key: str) -> Page:
    """Record the decision document."""
    form = DecisionForm()
    if not form.validate():
        return overview_page(key, form), 422
    now = utc_now()
    try:
        appraisal.decide(
            actor=current_principal(),
            now=now,
            key=key,
            today=vietnam_day(now),
            new=appraisal.NewDecision(form.number.data, form.decided_on.day, form.signer.data, form.note.data or ""),
            seen=seen_version(),
        )
    except Invalid as refused:
        form[refused.field or "number"].errors = [refused.message.translated(_)]
        return overview_page(key, form), 422
    except Refused as refused:
        return not_saved(refused, in_words(form), url_for("appraisal.overview", key=key))
    flash(_("Đã ghi nhận quyết định. Văn phòng Điều phối có thể công bố kết quả."), "success")
    return redirect(url_for("appraisal.overview", key=key))


def _act(key: str, operation: Any, done: str) -> Page:
    try:
        operation(actor=current_principal(), now=utc_now(), key=key)
        flash(done, "success")
    except Refused as refused:
        return refused_at(refused, url_for("appraisal.overview", key=key))
    return redirect(url_for("appraisal.overview", key=key))
