"""Commands on accounts."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from ruraldx.accounts.operations import create_person, deactivate, end_role, fold_email, grant_role, reset_password
from ruraldx.accounts.passwords import generate_password
from ruraldx.accounts.permissions import ROLE_LABELS, Principal, Role
from ruraldx.accounts.queries import HeldRole, accounts, held_roles, principal_of, roles_held
from ruraldx.database import utc_now
from ruraldx.messages import Refused
from ruraldx.places.queries import get_unit
from ruraldx.shell import CommandGroup
from ruraldx.vietnamese import format_datetime, one_line, parse_date, vietnam_day

group = CommandGroup("accounts", help="Tài khoản và vai trò.")


@group.command("list")
@click.option("--json", "as_json", is_flag=True, help="In JSON.")
def list_accounts(as_json: bool) -> None:
    """Danh sách tài khoản với các vai trò đang có."""
    found, roles = accounts(), held_roles(utc_now())
    if as_json:
        listed = [{**asdict(item), "roles": [asdict(r) for r in roles.get(item.person_id, ())]} for item in found]
        click.echo(json.dumps(listed, ensure_ascii=False, indent=1, default=str))
        return
    for item in found:
        state = "" if item.is_active else "  (đã khóa)"
        click.echo(f"{item.email}  {one_line(item.name)}{'  [minh họa]' if item.is_demo else ''}{state}")
        for held in roles.get(item.person_id, ()):
            click.echo(f"  {_words(held)}")
        if item.person_id not in roles:
            click.echo("  không có vai trò nào đang hiệu lực")


def _words(held: HeldRole) -> str:
    end = f"đến {format_datetime(held.valid_to)}" if held.valid_to else "không thời hạn"
    place = f"{held.unit_code} {held.unit_name}"
    return f"{ROLE_LABELS[held.role]} ({held.role.value}): {place}, từ {format_datetime(held.valid_from)}, {end}"


@group.command("add")
@click.argument("email")
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help="Vai trò.")
@click.option("--unit", "code", required=True, help="Mã đơn vị hành chính.")
@click.option("--level", type=click.Choice(["commune", "province"]), default="commune", help="Cấp của đơn vị.")
@click.option("--on", "on", default=None, help="Ngày (dd/mm/yyyy) mà mã đơn vị có hiệu lực; mặc định hôm nay.")
@click.option("--commit", is_flag=True, help="Ghi thật; không có thì chỉ chạy thử.")
def add(email: str, name: str, role: str, code: str, level: str, on: str | None, commit: bool) -> None:
    """Tạo tài khoản với một vai trò tại một đơn vị; in mật khẩu một lần."""
    try:
        day = parse_date(on) if on else vietnam_day(utc_now())
        unit = get_unit(code, day, level)
        password = _with_role(email, name, Role(role), unit.id, commit)
    except (Refused, ValueError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{fold_email(email)}: {ROLE_LABELS[Role(role)]} tại {unit.full_name}")
    if not commit:
        click.echo("Chạy thử; thêm --commit để ghi.")
    else:
        click.echo(f"Mật khẩu: {password}" if password else "Tài khoản đã có; đã thêm vai trò.")


def _with_role(email: str, name: str, role: Role, unit_id: int, commit: bool) -> str | None:
    """Give the role to an account, made where there is none; the password of a new one."""
    now = utc_now()
    known = principal_of(email, now)
    if known is not None and known.person_id is not None:
        grant_role(
            actor_id=None, now=now, person_id=known.person_id, role=role, unit_id=unit_id, valid_from=now, commit=commit
        )
        return None
    password = generate_password()
    create_person(
        actor_id=None, now=now, email=email, name=name, password=password, first=(role, unit_id), commit=commit
    )
    return password


@group.command("close")
@click.argument("email")
@click.option("--commit", is_flag=True, help="Ghi thật; không có thì chỉ chạy thử.")
def close(email: str, commit: bool) -> None:
    """Khóa tài khoản và kết thúc mọi phiên đăng nhập."""
    person_id, email = _account(email)
    if commit:
        deactivate(actor_id=None, now=utc_now(), person_id=person_id)
    click.echo(f"{'Đã khóa' if commit else 'Sẽ khóa'} {email}.")


def acting(email: str) -> Principal:
    """The person who acts, or is meant, at the terminal. Raises ClickException for an account that is none."""
    person = principal_of(email, utc_now())
    if person is None:
        raise click.ClickException("Không có tài khoản này.")
    return person


def _account(email: str) -> tuple[int, str]:
    """The id and the address of an account. Raises ClickException for one that is none."""
    person = acting(email)
    return person.person_id or 0, person.email


@group.command("reset-password")
@click.argument("email")
@click.option("--commit", is_flag=True, help="Ghi thật; không có thì chỉ chạy thử.")
def reset(email: str, commit: bool) -> None:
    """Đặt mật khẩu mới cho người quên mật khẩu (mở lại tài khoản đã khóa); in mật khẩu một lần."""
    person_id, email = _account(email)
    if not commit:
        click.echo(f"Sẽ đặt mật khẩu mới cho {email} và kết thúc mọi phiên đăng nhập.")
        return
    password = generate_password()
    reset_password(actor_id=None, now=utc_now(), person_id=person_id, password=password)
    click.echo(f"Mật khẩu mới của {email}: {password}")


@group.command("end-role")
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help="Vai trò.")
@click.option("--unit", "code", required=True, help="Mã đơn vị hành chính.")
@click.option("--commit", is_flag=True, help="Ghi thật; không có thì chỉ chạy thử.")
def end(email: str, role: str, code: str, commit: bool) -> None:
    """Kết thúc một vai trò của một người; tài khoản và các vai trò khác giữ nguyên."""
    now = utc_now()
    person = principal_of(email, now)
    held = roles_held(person.person_id, Role(role), code, now) if person and person.person_id else ()
    if person is None or not held:
        raise click.ClickException("Không có vai trò này.")
    for grant_id in held if commit else ():
        end_role(actor_id=None, now=now, grant_id=grant_id)
    click.echo(f"{'Đã kết thúc' if commit else 'Sẽ kết thúc'}: {ROLE_LABELS[Role(role)]}, {code}, {person.email}.")
