"""Commands on results: explain, recompute, what if, what is missing; and freezing the best values of a round."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any, Final

import click

from ruraldx.accounts.commands import acting
from ruraldx.assessments.commands import rounds
from ruraldx.assessments.operations.cohorts import freeze_cohort
from ruraldx.assessments.operations.recompute import State, recompute
from ruraldx.assessments.queries.scores import Scored, WhatIf, scored, what_if
from ruraldx.catalog.loader import CatalogError, load_set
from ruraldx.catalog.schema import CriteriaSet
from ruraldx.criteria_sets.queries import set_named, version_on
from ruraldx.database import utc_now
from ruraldx.scoring.gaps import Way, gaps
from ruraldx.scoring.outcomes import VERDICTS, IndicatorResult
from ruraldx.scoring.whatif import KINDS, Flip, Standing
from ruraldx.shell import CommandGroup
from ruraldx.vietnamese import decimal_text, parse_date

score = CommandGroup("score", help="Kết quả chấm.")
_STATES: Final = {
    State.SAME: "giống từng byte",
    State.DIFFERENT: "KHÁC dù cùng bộ máy tính và số liệu",
    State.STALE: "đã cũ",
    State.MISSING: "chưa có",
}


def _say(data: Any) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=1))


@score.command("explain")
@click.argument("key")
@click.option("--indicator", "code", help="Chỉ một chỉ tiêu.")
@click.option("--json", "as_json", is_flag=True, help="In JSON.")
def explain(key: str, code: str | None, as_json: bool) -> None:
    """Vì sao một hồ sơ có kết quả này: từng chỉ tiêu, từng bước tính, nguồn."""
    found = scored(key)
    chosen = [one for one in found.result.indicators if code in (None, one.code)]
    if not chosen:
        raise click.ClickException(f"Không có chỉ tiêu {code} trong hồ sơ này.")
    if as_json:
        _say(found.result.as_data() if code is None else chosen[0].as_data())
        return
    click.echo(f"{found.unit_name} – {found.round_title}")
    for one in chosen:
        click.echo(f"{one.code}  {_points(one)}")
        for step in one.steps:
            click.echo(f"    {step.message}" + (f"  ({step.source})" if step.source else ""))
        for warning in (*one.warnings, *filter(None, [one.error])):
            click.echo(f"    ! {warning}")
    total = found.result.total
    if total and code is None:
        earned, possible = decimal_text(total.sum.earned), decimal_text(total.sum.possible)
        click.echo(f"Tổng: {earned}/{possible} điểm  {total.class_name}")


def _points(one: IndicatorResult) -> str:
    words = str(VERDICTS[one.verdict][0])
    return words if one.points is None else f"{words}, {decimal_text(one.points)} điểm"


@score.command("recompute")
@click.option("--round", "round_key", help="Mã kỳ đánh giá.")
@click.option("--all", "every", is_flag=True, help="Mọi kỳ đánh giá.")
@click.option("--verify", is_flag=True, help="Chỉ so từng byte với kết quả đã lưu; mã thoát 1 nếu có khác.")
@click.option("--commit", is_flag=True, help="Ghi thật; không có thì chỉ chạy thử.")
def recompute_command(round_key: str | None, every: bool, verify: bool, commit: bool) -> None:
    """Tính lại kết quả đã lưu; kết quả niêm phong được thêm dòng mới, dòng cũ giữ nguyên."""
    if (round_key is None) != every:
        raise click.ClickException("Hãy chọn một: --round MÃ_KỲ hoặc --all.")
    found = recompute(now=utc_now(), round_key=round_key, verify=verify, commit=commit)
    for one in found:
        if one.state is not State.SAME:
            stage = f"{one.stage} (lần gửi {one.submission})" if one.submission else one.stage
            click.echo(f"{one.key}  {stage}  {_STATES[one.state]}" + "".join(f"; {why}" for why in one.why))
    counts = Counter(one.state for one in found)
    click.echo("; ".join(f"{counts[state]} {words}" for state, words in _STATES.items()) + ".")
    if not verify and counts[State.STALE] + counts[State.MISSING]:
        click.echo("Đã ghi kết quả tính lại." if commit else "Chạy thử; thêm --commit để ghi kết quả tính lại.")
    if counts[State.DIFFERENT]:
        raise SystemExit(1)


@score.command("what-if")
@click.argument("key")
@click.option("--version", "name", help="MÃ@SỐ của một phiên bản, hoặc một tệp YAML.")
@click.option("--on", "on", help="Chính phiên bản của kỳ, theo các văn bản sửa đổi vào một ngày (dd/mm/yyyy).")
@click.option("--json", "as_json", is_flag=True, help="In JSON.")
def what_if_command(key: str, name: str | None, on: str | None, as_json: bool) -> None:
    """Cùng số liệu tính theo một bộ khác: chỉ tiêu nào đổi kết quả và vì sao."""
    mine = scored(key)
    found = what_if(mine.pinned, mine.answers, _other(mine, name, on))
    if as_json:
        _say(
            {
                "criteria": {"code": found.criteria.code, "number": found.criteria.number},
                "before": found.before.as_data(),
                "after": found.after.as_data(),
                "flips": [flip.as_data() for flip in found.flips],
            }
        )
        return
    _show(found)


def _other(mine: Scored, name: str | None, on: str | None) -> CriteriaSet:
    if (name is None) == (on is None):
        raise click.ClickException("Hãy chọn một: --version hoặc --on.")
    try:
        if on is not None:
            own = mine.pinned.criteria
            return version_on(own.code, own.number, parse_date(on)).criteria
        return load_set(Path(name)) if name and Path(name).is_file() else set_named(name or "")
    except CatalogError as error:
        raise click.ClickException("; ".join(map(str, error.problems))) from error
    except ValueError as error:
        raise click.ClickException(str(error)) from error


def _show(found: WhatIf) -> None:
    for words, whole in (("Theo bộ của kỳ", found.before), ("Theo bộ thử", found.after)):
        click.echo(f"{words}: {_whole(whole)}")
    for flip in found.flips:
        click.echo(f"{' → '.join(flip.codes)}  {KINDS[flip.kind]}: {_side(flip, before=True)} → {_side(flip)}")
        for mark, steps in (("-", flip.lost), ("+", flip.gained)):
            for step in steps:
                click.echo(f"    {mark} {step.message}")
    if not found.flips:
        click.echo("Không có chỉ tiêu nào thay đổi kết quả.")


def _side(flip: Flip, *, before: bool = False) -> str:
    one = flip.before if before else flip.after
    return _points(one) if one else "–"


def _whole(whole: Standing) -> str:
    words = f"{VERDICTS[whole.outcome][0]}, {whole.passed}/{whole.criteria} tiêu chí đạt"
    if whole.earned is None or whole.possible is None:
        return words
    return f"{words}, {decimal_text(whole.earned)}/{decimal_text(whole.possible)} điểm {whole.class_name}".rstrip()


@score.command("missing")
@click.argument("key")
@click.option("--json", "as_json", is_flag=True, help="In JSON.")
def missing(key: str, as_json: bool) -> None:
    """Còn thiếu gì để đạt hoặc thêm điểm, tăng nhiều nhất đứng trước."""
    mine = scored(key)
    found = gaps(mine.pinned.criteria, mine.answers, mine.pinned.context)
    if as_json:
        _say([gap.as_data() for gap in found])
        return
    for gap in found:
        click.echo(f"{gap.indicator.code}  {gap.indicator.name}  [{_points(gap.now)}]")
        for way in reversed(gap.ways):
            click.echo(f"    {_way(way)}")
        if not gap.ways and gap.waits:
            click.echo(f"    {gap.waits}")
    if not found:
        click.echo("Không còn thiếu gì.")


def _way(way: Way) -> str:
    gain = f" +{decimal_text(way.gain)} điểm" if way.gain else ""
    return " ".join(map(str, way.says)) + gain + ("" if way.certain else " (chỉ là khả năng)")


@rounds.command("freeze")
@click.argument("key")
@click.option("--as", "email", required=True, help="Người chốt (Văn phòng Điều phối).")
@click.option("--commit", is_flag=True, help="Ghi thật; không có thì chỉ chạy thử.")
def freeze(key: str, email: str, commit: bool) -> None:
    """Chốt giá trị tốt nhất của một kỳ, cho các chỉ tiêu chấm theo xã tốt nhất."""
    now = utc_now()
    person = acting(email)
    for one in freeze_cohort(actor=person, now=now, round_key=key, commit=commit):
        click.echo(f"{one.code}  {one.group}  {decimal_text(one.value)}  (của {one.units} xã)")
    click.echo(
        "Đã chốt. Hãy chạy `ruraldx score recompute --round` để tính lại kết quả đã lưu."
        if commit
        else "Chạy thử; thêm --commit để chốt."
    )
