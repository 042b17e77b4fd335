"""Commands on criteria sets in Excel: an empty workbook, a set as a workbook, a dry run of a workbook."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from ruraldx.catalog.canonical import canonical_bytes, sha256_of
from ruraldx.catalog.loader import CatalogError, load_shipped
from ruraldx.catalog.schema import CriteriaSet
from ruraldx.catalog.sheets import from_workbook, template, to_workbook
from ruraldx.office.package import LARGEST_FILE

_FILE = click.Path(path_type=Path, dir_okay=False)


def readable_json(criteria: CriteriaSet) -> bytes:
    """The canonical form over several lines, for people."""
    data = json.loads(canonical_bytes(criteria))
    return f"{json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True)}\n".encode()


# Name of a format → how a set is written in it.
FORMATS: Final = {"xlsx": to_workbook, "json": readable_json}


@click.command("template")
@click.argument("file", type=_FILE)
@click.option("--force", is_flag=True, help="Ghi đè tệp đã có.")
def new_template(file: Path, force: bool) -> None:
    """Tệp Excel mẫu để soạn một bộ tiêu chí."""
    _write(file, template(), force=force)


@click.command("export")
@click.argument("code")
@click.option("--format", "form", type=click.Choice(sorted(FORMATS)), default="xlsx", show_default=True)
@click.option("--output", "file", type=_FILE, required=True, help="Tệp sẽ ghi.")
@click.option("--force", is_flag=True, help="Ghi đè tệp đã có.")
def export_set(code: str, form: str, file: Path, force: bool) -> None:
    """Một bộ tiêu chí thành tệp Excel (hoặc JSON)."""
    criteria = load_shipped().get(code)
    if criteria is None:
        raise click.ClickException("Không có bộ tiêu chí này. Xem `ruraldx catalog list`.")
    try:
        content = FORMATS[form](criteria)
    except CatalogError as error:
        raise click.ClickException(str(error)) from error
    _write(file, content, force=force)


@click.command("import")
@click.argument("file", type=click.Path(exists=True, path_type=Path, dir_okay=False))
@click.option("--output", type=_FILE, help="Ghi bộ đọc được ra tệp JSON.")
@click.option("--force", is_flag=True, help="Ghi đè tệp đã có.")
@click.option("--json", "as_json", is_flag=True, help="In JSON.")
def import_set(file: Path, output: Path | None, force: bool, as_json: bool) -> None:
    """Đọc thử một tệp Excel; báo mọi lỗi theo trang và ô, không ghi gì vào cơ sở dữ liệu."""
    if file.stat().st_size > LARGEST_FILE:
        raise click.ClickException(f"Tệp lớn hơn {LARGEST_FILE // 1024**2} MB.")
    try:
        criteria = from_workbook(file.name, file.read_bytes())
    except CatalogError as error:
        problems = [replace(problem, file=str(file)) for problem in error.problems]
        if as_json:
            told = [{"cell": problem.cell, "problem": str(problem.message)} for problem in problems]
            click.echo(json.dumps({"valid": False, "problems": told}, ensure_ascii=False, indent=1))
        else:
            click.echo("\n".join(map(str, problems)))
        raise SystemExit(1) from error
    if output is not None:
        _write(output, readable_json(criteria), force=force, quiet=as_json)
    digest, count = sha256_of(criteria), len(criteria.indicators)
    if as_json:
        found = {"valid": True, "code": criteria.code, "number": criteria.number, "sha256": digest, "indicators": count}
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        click.echo(f"{file}: hợp lệ. {criteria.code} v{criteria.number}, {count} chỉ tiêu [{digest[:12]}]")


def _write(file: Path, content: bytes, *, force: bool, quiet: bool = False) -> None:
    """Write a file that was not there, or that may be replaced. Ends the command with a sentence otherwise."""
    try:
        with file.open("wb" if force else "xb") as target:
            target.write(content)
    except FileExistsError as error:
        raise click.ClickException(f"Đã có tệp {file}; thêm --force để ghi đè.") from error
    except OSError as error:
        raise click.ClickException(f"Không ghi được {file}: {error.strerror}.") from error
    if not quiet:
        click.echo(f"Đã ghi {file}.")
