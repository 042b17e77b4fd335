"""Commands on criteria sets, amendments and crosswalks. What they know of comes from one place: :func:`known`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from ruraldx.catalog.amendments import Amendment, consolidated, in_force, waiting
from ruraldx.catalog.canonical import sha256_of
from ruraldx.catalog.differences import KINDS, Difference, differences
from ruraldx.catalog.json_schema import MODELS, schema_of, schemas
from ruraldx.catalog.library import Checked, check_texts
from ruraldx.catalog.loader import CatalogError, content_of, parse_set
from ruraldx.catalog.schema import VERIFICATIONS, CriteriaSet
from ruraldx.catalog.text import to_yaml
from ruraldx.criteria_sets.queries import known_sets
from ruraldx.shell import CommandGroup
from ruraldx.vietnamese import ValueProblem, format_date, parse_date
from ruraldx.workbook_commands import export_workbook, import_set, new_template

catalog = CommandGroup("catalog", help="Bộ tiêu chí.")
catalog.add_command(new_template)
catalog.add_command(import_set)
_ON = click.option("--on", "on", type=click.DateTime(["%Y-%m-%d"]), help="Văn bản hợp nhất vào ngày này (YYYY-MM-DD).")
_JSON = click.option("--json", "as_json", is_flag=True, help="In JSON.")


@dataclass(frozen=True)
class Known:
    """The sets by code and the amendments that the commands know of."""

    sets: Mapping[str, CriteriaSet]
    amendments: Sequence[Amendment]


def known() -> Known:
    """Everything there is to ask for: what comes with the platform, and what was published in the database."""
    return Known(*known_sets())


@dataclass(frozen=True)
class Text:
    """A set as it reads, with the amendments in it, those not yet or no longer in force, and those without a date."""

    criteria: CriteriaSet
    applied: tuple[Amendment, ...] = ()
    other: tuple[Amendment, ...] = ()
    undated: tuple[Amendment, ...] = ()


def text_of(wanted: str, on: date | None = None) -> Text:
    """The text that ``CODE``, ``CODE@dd/mm/yyyy`` or the path of a file means.

    Without a day it is the version as it was issued, without amendments. Raises ClickException.
    """
    try:
        if wanted.endswith((".yaml", ".yml")):
            return Text(parse_set(wanted, content_of(Path(wanted))))
        code, sign, day = wanted.partition("@")
        return _known_text(code, _day(day) if sign else on)
    except (CatalogError, ValueProblem) as error:
        raise click.ClickException(str(error)) from error


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return parse_date(text)


def _known_text(code: str, on: date | None) -> Text:
    everything = known()
    base = everything.sets.get(code)
    if base is None:
        raise click.ClickException("Không có bộ tiêu chí này. Xem `ruraldx catalog list`.")
    undated = waiting(base, everything.amendments)
    applied = in_force(base, everything.amendments, on) if on else ()
    mine = [one for one in everything.amendments if one.changes(base)]
    other = tuple(one for one in mine if one not in applied and one not in undated)
    criteria = consolidated(base, everything.amendments, on) if on else base
    return Text(criteria, applied, other, undated)


@catalog.command("list")
@_JSON
def list_sets(as_json: bool) -> None:
    """Các bộ tiêu chí và văn bản sửa đổi đi kèm."""
    everything = known()
    sets, amendments = everything.sets.values(), everything.amendments
    if as_json:
        found: list[dict[str, Any]] = [
            {"code": s.code, "number": s.number, "title": s.title, "sha256": sha256_of(s)}
            | {"amendments": [one.code for one in amendments if one.changes(s)]}
            for s in sets
        ]
        _dump(found)
        return
    for criteria in sets:
        click.echo(f"{criteria.code} v{criteria.number}  {criteria.title}  [{sha256_of(criteria)[:12]}]")
        for amendment in amendments:
            if amendment.changes(criteria):
                click.echo(f"  sửa đổi: {amendment.words}; {_when(amendment)}")


@catalog.command("show")
@click.argument("code")
@_ON
@_JSON
def show_set(code: str, on: datetime | None, as_json: bool) -> None:
    """Một bộ tiêu chí (vào một ngày) với từng chỉ tiêu và mức kiểm chứng."""
    text = text_of(code, on.date() if on else None)
    if as_json:
        said = {"amendments": _codes(text.applied), "not_applied": _codes(text.other), "undated": _codes(text.undated)}
        _dump(text.criteria.model_dump(mode="json") | said)
        return
    for indicator in text.criteria.indicators:
        click.echo(f"{indicator.code}  {indicator.name}  [{VERIFICATIONS[indicator.verification]}]")
    for words, amendments in (("Đã gồm", text.applied), ("Không gồm", text.other), ("Chưa áp dụng", text.undated)):
        for amendment in amendments:
            click.echo(f"{words}: {amendment.words}; {_when(amendment)}")


def _codes(amendments: Sequence[Amendment]) -> list[str]:
    return [amendment.code for amendment in amendments]


def _when(amendment: Amendment) -> str:
    if amendment.effective_from is None:
        return "chưa rõ ngày có hiệu lực"
    until = f" đến hết {format_date(amendment.effective_to)}" if amendment.effective_to else ""
    return f"có hiệu lực từ {format_date(amendment.effective_from)}{until}"


@catalog.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@_JSON
def check_files(files: tuple[Path, ...], as_json: bool) -> None:
    """Kiểm tra tệp bộ tiêu chí, văn bản sửa đổi, bảng chuyển đổi; báo mọi lỗi theo tệp và dòng."""
    found = _checked(files)
    if as_json:
        _dump({name: [str(problem) for problem in checked.problems] for name, checked in found.items()})
    else:
        for name, checked in found.items():
            click.echo("\n".join(map(str, checked.problems)) or f"{name}: hợp lệ.")
    if any(checked.problems for checked in found.values()):
        raise SystemExit(1)


def _checked(files: Sequence[Path]) -> dict[str, Checked]:
    contents: dict[str, bytes] = {}
    unread: dict[str, Checked] = {}
    for file in files:
        try:
            contents[str(file)] = content_of(file)
        except CatalogError as error:
            unread[str(file)] = Checked("", tuple(replace(one, file=str(file)) for one in error.problems))
    checked = check_texts(contents) | unread
    return {str(file): checked[str(file)] for file in files}


@catalog.command("diff")
@click.argument("old")
@click.argument("new")
@_JSON
def diff(old: str, new: str, as_json: bool) -> None:
    """Hai bộ khác nhau ở đâu: MÃ, MÃ@NGÀY (bản hợp nhất vào ngày đó) hoặc tệp YAML."""
    found = differences(text_of(old).criteria, text_of(new).criteria)
    if as_json:
        _dump({"old": old, "new": new, "differences": [difference.as_data() for difference in found]})
        return
    for difference in found:
        click.echo(_line(difference))
    click.echo(f"{len(found)} điểm khác nhau." if found else "Hai bộ giống hệt nhau.")


def _line(difference: Difference) -> str:
    where = f"{difference.node}  " if difference.field and difference.node else ""
    texts = " → ".join(f"“{text}”" for text in (difference.old, difference.new) if str(text))
    return f"{KINDS[difference.kind]}: {where}{difference.label}: {texts}"


@catalog.command("export")
@click.argument("code")
@_ON
@click.option("--format", "form", type=click.Choice(["yaml", "json", "xlsx"]), default="yaml", help="Mặc định yaml.")
@click.option("--output", type=click.Path(path_type=Path), help="Tệp Excel sẽ ghi (với --format xlsx).")
@click.option("--json", "as_json", is_flag=True, help="Như --format json.")
def export(code: str, on: datetime | None, form: str, output: Path | None, as_json: bool) -> None:
    """Xuất một bộ tiêu chí (vào một ngày) thành YAML, JSON (chỉ ghi những gì khác mặc định) hoặc tệp Excel."""
    criteria = text_of(code, on.date() if on else None).criteria
    if form == "xlsx":
        export_workbook(criteria, output)
    elif as_json or form == "json":
        _dump(criteria.model_dump(mode="json", exclude_defaults=True))
    else:
        click.echo(to_yaml(criteria), nl=False)


@catalog.command("schema")
@click.argument("kind", required=False, type=click.Choice(sorted(MODELS)))
@click.option("--json", "_as_json", is_flag=True, help="In JSON (luôn là JSON).")
def schema(kind: str | None, _as_json: bool) -> None:
    """In JSON Schema của bộ tiêu chí, bộ của tỉnh, văn bản sửa đổi, bảng chuyển đổi."""
    _dump(schema_of(kind) if kind else schemas())


def _dump(data: object) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=1))
