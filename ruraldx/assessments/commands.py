"""Commands on criteria sets and rounds."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import click

from ruraldx.accounts.queries import principal_of
from ruraldx.assessments.operations.rounds import NewRound, open_round
from ruraldx.assessments.operations.withdrawal import withdraw_round
from ruraldx.assessments.queries.lists import rounds as list_of_rounds
from ruraldx.assessments.workbook_commands import export_set, import_set, new_template
from ruraldx.catalog.canonical import sha256_of
from ruraldx.catalog.loader import CatalogError, load_set, load_shipped
from ruraldx.catalog.schema import VERIFICATIONS
from ruraldx.database import utc_now
from ruraldx.places.queries import UnitView, communes_named, get_unit
from ruraldx.shell import CommandGroup
from ruraldx.vietnamese import VIETNAM, format_datetime, parse_date

catalog = CommandGroup("catalog", help="Bộ tiêu chí.")
rounds = CommandGroup("rounds", help="Kỳ đánh giá.")
for command in (new_template, export_set, import_set):
    catalog.add_command(command)


@catalog.command("list")
@click.option("--json", "as_json", is_flag=True, help="In JSON.")
def list_sets(as_json: bool) -> None:
    """Các bộ tiêu chí đi kèm."""
    sets = load_shipped().values()
    if as_json:
        found = [{"code": s.code, "number": s.number, "title": s.title, "sha256": sha256_of(s)} for s in sets]
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for criteria in sets:
        click.echo(f"{criteria.code} v{criteria.number}  {criteria.title}  [{sha256_of(criteria)[:12]}]")


@catalog.command("show")
@click.argument("code")
@click.option("--json", "as_json", is_flag=True, help="In JSON.")
def show_set(code: str, as_json: bool) -> None:
    """Một bộ tiêu chí với từng chỉ tiêu và mức kiểm chứng."""
    criteria = load_shipped().get(code)
    if criteria is None:
        raise click.ClickException("Không có bộ tiêu chí này. Xem `ruraldx catalog list`.")
    if as_json:
        click.echo(criteria.model_dump_json(indent=1))
        return
    for indicator in criteria.indicators:
        click.echo(f"{indicator.code}  {indicator.name}  [{VERIFICATIONS[indicator.verification]}]")


@catalog.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="In JSON.")
def check_sets(files: tuple[Path, ...], as_json: bool) -> None:
    """Kiểm tra tệp bộ tiêu chí; báo mọi lỗi theo tệp và dòng."""
    found = {str(file): _problems(file) for file in files}
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        for name, problems in found.items():
            click.echo("\n".join(problems) or f"{name}: hợp lệ.")
    if any(found.values()):
        raise SystemExit(1)


def _problems(file: Path) -> list[str]:
    try:
        load_set(file)
    except CatalogError as error:
        return [str(replace(problem, file=str(file))) for problem in error.problems]
    return []


@rounds.command("list")
@click.argument("email")
@click.option("--json", "as_json", is_flag=True, help="In JSON.")
def list_rounds(email: str, as_json: bool) -> None:
    """Các kỳ đánh giá mà một người xem được."""
    person = principal_of(email, utc_now())
    if person is None:
        raise click.ClickException("Không có tài khoản này.")
    found = list_of_rounds(person)
    if as_json:
        click.echo(json.dumps([asdict(row) for row in found], ensure_ascii=False, indent=1, default=str))
        return
    for row in found:
        click.echo(f"{row.key}  {row.title}  {row.assessments} hồ sơ, hạn {format_datetime(row.due_at)}")


@rounds.command("open")
@click.option("--as", "email", required=True, help="Người mở kỳ (Văn phòng Điều phối).")
@click.option("--title", required=True, help="Tên kỳ.")
@click.option("--criteria", "code", required=True, help="Mã bộ tiêu chí.")
@click.option("--province", required=True, help="Mã tỉnh.")
@click.option("--on", "on", required=True, help="Ngày (dd/mm/yyyy) mà các xã có hiệu lực.")
@click.option("--commune", "communes", multiple=True, required=True, help="Tên xã (lặp lại được).")
@click.option("--from", "start", required=True, help="Ngày đầu kỳ số liệu (dd/mm/yyyy).")
@click.option("--to", "end", required=True, help="Ngày cuối kỳ số liệu (dd/mm/yyyy).")
@click.option("--due", required=True, help="Hạn gửi (dd/mm/yyyy, hết ngày giờ Việt Nam).")
@click.option("--choose", multiple=True, help="Mẫu của tỉnh cho một chỉ tiêu, ví dụ 15.1=hoa-binh.")
@click.option(
    "--region",
    "regions",
    multiple=True,
    help="Vùng của các xã, ví dụ khac hoặc dtts-mn; của riêng một xã: “Quế Phú=dtts-mn” (lặp lại được).",
)
@click.option("--commit", is_flag=True, help="Ghi thật; không có thì chỉ chạy thử.")
def open_command(email: str, code: str, province: str, on: str, commit: bool, **texts: Any) -> None:
    """Mở một kỳ đánh giá cho các xã."""
    now = utc_now()
    person, criteria = principal_of(email, now), load_shipped().get(code)
    if person is None or criteria is None:
        raise click.ClickException("Không có tài khoản hoặc bộ tiêu chí này.")
    try:
        day = parse_date(on)
        units = [_commune(name, province, day) for name in texts["communes"]]
        new = NewRound(
            title=texts["title"],
            province_id=get_unit(province, day, "province").id,
            criteria=criteria,
            period_from=parse_date(texts["start"]),
            period_to=parse_date(texts["end"]),
            due_at=datetime.combine(parse_date(texts["due"]), time(23, 59, 59), VIETNAM).astimezone(UTC),
            units=[unit.id for unit in units],
            choices=dict(_pair(part) for part in texts["choose"]),
            dimensions=_regions(texts["regions"], units) if criteria.dimensions or texts["regions"] else {},
        )
        key = open_round(actor=person, now=now, new=new, commit=commit)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{new.title}: {len(units)} xã – {', '.join(unit.full_name for unit in units)}")
    click.echo(f"Đã mở, mã kỳ {key}." if commit else "Chạy thử, mọi thứ hợp lệ; thêm --commit để mở.")


@rounds.command("withdraw")
@click.argument("key")
@click.option("--as", "email", required=True, help="Người rút kỳ (Văn phòng Điều phối).")
@click.option("--commit", is_flag=True, help="Ghi thật; không có thì chỉ chạy thử.")
def withdraw_command(key: str, email: str, commit: bool) -> None:
    """Rút một kỳ mở nhầm; chỉ khi mọi hồ sơ của kỳ còn trống."""
    now = utc_now()
    person = principal_of(email, now)
    if person is None:
        raise click.ClickException("Không có tài khoản này.")
    gone = withdraw_round(actor=person, now=now, key=key, commit=commit)
    click.echo(f"{gone.title}: {len(gone.units)} hồ sơ còn trống – {', '.join(gone.units)}")
    click.echo(f"Đã rút kỳ {key}." if commit else "Chạy thử, rút được; thêm --commit để rút.")


def _commune(name: str, province: str, day: date) -> UnitView:
    """The one commune of a name. Raises ValueError for none, or more than one."""
    found = communes_named(name, province, day)
    if len(found) != 1:
        raise ValueError(f"Tỉnh {province} vào ngày đó có {len(found)} xã tên “{name}”; cần đúng một.")
    return found[0]


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise ValueError(f"“{text}” phải có dạng TÊN=GIÁ TRỊ.")
    return name.strip(), value.strip()


def _regions(texts: tuple[str, ...], units: list[UnitView]) -> dict[int, dict[str, str]]:
    """Unit id → its region: the one for all, or its own. Raises ValueError for a commune that is not in the round."""
    own = dict(_pair(text) for text in texts if "=" in text)
    if unknown := own.keys() - {unit.name for unit in units}:
        raise ValueError(f"Kỳ này không có xã “{sorted(unknown)[0]}”.")
    common = next((text for text in texts if "=" not in text), "")
    return {unit.id: {"vung": own.get(unit.name, common)} for unit in units}
