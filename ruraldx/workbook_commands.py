"""Commands on criteria sets in Excel: an empty workbook, a set as a workbook, a dry run of a workbook."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import click

from ruraldx.catalog.canonical import sha256_of
from ruraldx.catalog.loader import CatalogError
from ruraldx.catalog.schema import CriteriaSet
from ruraldx.catalog.sheets import from_workbook, template, to_workbook
from ruraldx.catalog.text import to_yaml
from ruraldx.office.package import LARGEST_FILE

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("template")
@click.argument("file", type=_FILE)
def new_template(file: Path) -> None:
    """Tệp Excel mẫu để soạn một bộ tiêu chí."""
    _write(file, template())


def export_workbook(criteria: CriteriaSet, file: Path | None) -> None:
    """Write a set as a workbook; a file that is there is not replaced. Raises ClickException."""
    if file is None:
        raise click.ClickException("Hãy nêu tệp sẽ ghi: --output TÊN-TỆP.xlsx.")
    try:
        _write(file, to_workbook(criteria))
    except CatalogError as error:
        raise click.ClickException(str(error)) from error


@click.command("import")
@click.argument("file", type=click.Path(exists=True, path_type=Path, dir_okay=False))
@click.option("--output", type=_FILE, help="Ghi bộ đọc được ra tệp YAML.")
@click.option("--json", "as_json", is_flag=True, help="In JSON.")
def import_set(file: Path, output: Path | None, as_json: bool) -> None:
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
        _write(output, to_yaml(criteria).encode())
    digest, count = sha256_of(criteria), len(criteria.indicators)
    if as_json:
        found = {"valid": True, "code": criteria.code, "number": criteria.number, "sha256": digest, "indicators": count}
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        click.echo(f"{file}: hợp lệ. {criteria.code} v{criteria.number}, {count} chỉ tiêu [{digest[:12]}]")


def _write(file: Path, content: bytes) -> None:
    """Write a file that was not there. Ends the command with a sentence otherwise."""
    try:
        with file.open("xb") as target:
            target.write(content)
    except FileExistsError as error:
        raise click.ClickException(f"Đã có tệp {file}; hãy chọn tên khác.") from error
    except OSError as error:
        raise click.ClickException(f"Không ghi được {file}: {error.strerror}.") from error
    click.echo(f"Đã ghi {file}.", err=True)
