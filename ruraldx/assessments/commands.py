"""Commands on rounds."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from typing import Any

import click

from ruraldx.accounts.commands import acting
from ruraldx.assessments.operations.rounds import NewRound, open_round
from ruraldx.assessments.operations.withdrawal import withdraw_round
from ruraldx.assessments.queries.lists import rounds as list_of_rounds
from ruraldx.criteria_sets.queries import set_named
from ruraldx.database import utc_now
from ruraldx.places.queries import UnitView, communes_named, get_unit
from ruraldx.shell import CommandGroup
from ruraldx.vietnamese import VIETNAM, format_datetime, parse_date

rounds = CommandGroup("rounds", help="Kỳ đánh giá.")


@rounds.command("list")
@click.argument("email")
@click.option("--json", "as_json", is_flag=True, help="In JSON.")
def list_rounds(email: str, as_json: bool) -> None:
    """Các kỳ đánh giá mà một người xem được."""
    person = acting(email)
    found = list_of_rounds(person)
    if as_json:
        click.echo(json.dumps([asdict(row) for row in found], ensure_ascii=False, indent=1, default=str))
        return
    for row in found:
        click.echo(f"{row.key}  {row.title}  {row.assessments} hồ sơ, hạn {format_datetime(row.due_at)}")


@rounds.command("open")
@click.option("--as", "email", required=True, help="Người mở kỳ (Văn phòng Điều phối).")
@click.option("--title", required=True, help="Tên kỳ.")
@click.option("--criteria", "code", required=True, help="Mã bộ tiêu chí, hoặc MÃ@SỐ.")
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
    person = acting(email)
    criteria = set_named(code)
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
    person = acting(email)
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
