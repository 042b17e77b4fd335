"""Commands on places: load, search, show, check against other lists, bring in boundaries."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from ruraldx.database import utc_now
from ruraldx.places import queries
from ruraldx.places.boundary_commands import command as pull_boundaries
from ruraldx.places.check import compare
from ruraldx.places.operations import load_units
from ruraldx.shell import CommandGroup
from ruraldx.vietnamese import format_date, vietnam_day

group = CommandGroup("places", help="Đơn vị hành chính và ranh giới.")


def _dump(data: Any) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=1, default=str))


@group.command("load")
@click.option("--commit", is_flag=True, help="Ghi thật; không có thì chỉ chạy thử.")
def load(commit: bool) -> None:
    """Nạp đơn vị hành chính của hai thời kỳ và quan hệ cũ - mới."""
    report = load_units(actor_id=None, now=utc_now(), commit=commit)
    verb = "Đã nạp" if commit else "Chạy thử, sẽ nạp"
    click.echo(f"{verb} {report.new_units} đơn vị mới (tổng {report.units}), {report.new_changes} quan hệ mới.")
    for key in report.unmatched:
        click.echo(f"  chưa rõ thành đơn vị nào: {key}")


@group.command("search")
@click.argument("text")
@click.option("--json", "as_json", is_flag=True, help="In JSON.")
def search(text: str, as_json: bool) -> None:
    """Tìm đơn vị theo tên mới hoặc tên cũ."""
    found = queries.search(text)
    if as_json:
        _dump([asdict(item) for item in found])
        return
    for item in found:
        now = ", ".join(unit.full_name for unit in item.now)
        place = f"{item.unit.code}  {item.unit.full_name} ({item.unit.parent_name or '–'})"
        click.echo(f"{place}  → nay là {now}" if now else place)


@group.command("show")
@click.argument("code")
@click.option("--on", "on", type=click.DateTime(["%Y-%m-%d"]), help="Ngày (YYYY-MM-DD); mặc định hôm nay.")
@click.option("--json", "as_json", is_flag=True, help="In JSON.")
def show(code: str, on: Any, as_json: bool) -> None:
    """Một đơn vị vào một ngày, với nguồn gốc của nó."""
    day = on.date() if on else vietnam_day(utc_now())
    unit = queries.get_unit(code, day)
    line = queries.lineage(unit.id)
    if as_json:
        _dump({"unit": asdict(unit), "lineage": asdict(line)})
        return
    start = format_date(unit.valid_from) if unit.start_known else "không rõ"
    end = format_date(unit.valid_to) if unit.valid_to else "nay"
    click.echo(f"{unit.code}  {unit.full_name} ({unit.parent_name or '–'}), hiệu lực {start} – {end}")
    for link in line.predecessors:
        click.echo(f"  từ {link.unit.full_name}{' (một phần)' if link.partial else ''}")
    for link in line.successors:
        click.echo(f"  thành {link.unit.full_name}{' (một phần)' if link.partial else ''}")


@group.command("check")
@click.option("--dir", "folder", type=click.Path(path_type=Path), default=Path("../shared/geodata"), show_default=True)
@click.option("--json", "as_json", is_flag=True, help="In JSON.")
def check(folder: Path, as_json: bool) -> None:
    """Đối chiếu với danh sách khác (units_2025.csv, units_legacy.csv, unit_conversion_2025.csv)."""
    report = compare(folder)
    if as_json:
        _dump(asdict(report))
    else:
        click.echo(
            f"So {report.compared} dòng; khác biệt: {len(report.differences)}; đã giải thích: {len(report.explained)}."
        )
        for line in report.differences:
            click.echo(f"  {line}")
    if report.differences:
        raise SystemExit(1)


group.add_command(pull_boundaries)
