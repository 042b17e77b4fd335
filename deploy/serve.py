"""What ``make serve`` runs: prepare the demo in ``instance/``, then become gunicorn. Standard library only.

Prepared once: the database itself carries a stamp of what was loaded, so that the next start is quick and a
removed database is filled again. A database given by ``RURALDX_DATABASE_URL`` carries none: its steps run
every time and find nothing to do.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import secrets
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("RURALDX_DATA_DIR", ROOT / "instance"))
DATABASE = DATA / "ruraldx.sqlite3"
HOST = os.environ.get("HOST") or "127.0.0.1"
PORT = os.environ.get("PORT") or "8000"
BOUNDARIES = os.environ.get("BOUNDARIES", "")
# Whatever changes what the steps below would load.
INPUTS = (
    "requirements.lock",
    "geodata/sources.toml",
    "migrations/versions/*.py",
    "ruraldx/catalog/criteria/*.yaml",
    "ruraldx/demo/*.py",
    "ruraldx/pilots/data/*.yaml",
    "ruraldx/places/*.py",
    "ruraldx/places/data/*",
)
STAMP_BITS = 31
LAST_PORT = 65535


def main() -> None:
    """Check the port, prepare, say where and with which accounts, and become the server."""
    addresses = bind_addresses()
    if complaint := next(filter(None, map(complaint_about, addresses)), ""):
        sys.exit(complaint)
    environment = settings_for_demo()
    if not prepare(environment):
        sys.exit("Chưa chuẩn bị xong: xem lỗi ở trên, sửa rồi chạy lại make serve.")
    if environment["RURALDX_ENVIRONMENT"] == "demo":
        show_accounts()
    print("\nĐang phục vụ tại / serving at:", *(f"http://{_shown(item)}" for item in addresses), flush=True)
    environment["RURALDX_BIND"] = ",".join(_shown(item) for item in addresses)
    os.chdir(ROOT)
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "wsgi:app"]
    os.execve(sys.executable, command, environment)


def bind_addresses() -> list[tuple[str, int]]:
    """Where to listen: loopback means both loopbacks, when the machine has the second one."""
    if not PORT.isascii() or not PORT.isdigit() or not 0 < int(PORT) <= LAST_PORT:
        sys.exit(f"PORT phải là một số từ 1 đến {LAST_PORT}, không phải {PORT!r}: make serve PORT=8080")
    port = int(PORT)
    if HOST not in ("127.0.0.1", "localhost"):
        return [(HOST.strip("[]"), port)]
    return [("127.0.0.1", port), *([("::1", port)] if _has_ipv6_loopback() else [])]


def complaint_about(address: tuple[str, int]) -> str:
    """Why this address cannot be listened on and what to do; empty when it can."""
    shown, port = _shown(address), address[1]
    try:
        with socket.socket(_family(address[0])) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return (
                f"Cổng {port} đang có chương trình khác dùng ({shown}). Hãy chọn cổng khác: make serve PORT=8080\n"
                f"Port {port} is taken ({shown}). Choose another one: make serve PORT=8080"
            )
        return (
            f"Không lắng nghe được tại {shown}: {error.strerror or error}. Hãy chọn địa chỉ của máy này và cổng từ"
            " 1024: make serve HOST=127.0.0.1 PORT=8080\n"
            f"Cannot listen on {shown}. Choose an address of this machine and a port from 1024 on."
        )
    return ""


def settings_for_demo() -> dict[str, str]:
    """The environment of the server; what is set already wins."""
    DATA.mkdir(parents=True, exist_ok=True)
    environment = dict(os.environ)
    environment.setdefault("RURALDX_ENVIRONMENT", "demo")
    environment.setdefault("RURALDX_DATA_DIR", str(DATA))
    environment.setdefault("RURALDX_PUBLIC_URL", f"http://{_shown((HOST.strip('[]'), int(PORT)))}")
    if environment["RURALDX_ENVIRONMENT"] != "production":
        environment.setdefault("RURALDX_SECRET_KEY", secret_key())
    return environment


def secret_key() -> str:
    """The secret of this folder, made at the first start and readable by its owner only."""
    path = DATA / "secret-key"
    with contextlib.suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as handle:
            handle.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii").strip()


def prepare(environment: dict[str, str]) -> bool:
    """Run the steps that this database has not seen; False when one that matters fails."""
    embedded = not environment.get("RURALDX_DATABASE_URL")
    wanted = inputs_stamp()
    if embedded and DATABASE.is_file() and read_stamp() == wanted:
        return True
    steps = [("Nâng cấp cơ sở dữ liệu", ["db", "upgrade"], True)]
    if environment["RURALDX_ENVIRONMENT"] == "demo":
        steps += [
            ("Nạp đơn vị hành chính", ["places", "load", "--commit"], True),
            ("Nạp dữ liệu minh họa", ["demo", "load", "--commit"], True),
        ]
        if BOUNDARIES:
            pull = ["places", "pull-boundaries", "--from", BOUNDARIES, "--commit"]
            steps.append(("Đóng gói ranh giới", pull, False))
    for number, (title, command, needed) in enumerate(steps, 1):
        print(f"[{number}/{len(steps)}] {title}…", flush=True)
        started = time.monotonic()
        failed = run(command, environment)
        print(f"      {'không xong' if failed else 'xong'} sau {time.monotonic() - started:.1f} s", flush=True)
        if failed and needed:
            return False
    if embedded:
        write_stamp(wanted)
    return True


def run(command: list[str], environment: dict[str, str]) -> int:
    """One of our own commands, its words indented as they come; returns its exit code.

    The table of passwords at the end of ``demo load`` is left out: it is shown later, once.
    """
    environment = {**environment, "PYTHONUNBUFFERED": "1"}
    line = [sys.executable, "-m", "flask", "--app", "wsgi", *command]
    with subprocess.Popen(line, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        shown = True
        for words in process.stdout or ():
            shown = shown and not words.startswith("Tài khoản minh họa (")
            if shown and words.strip():
                print(f"      {words.rstrip()}", flush=True)
    return process.returncode


def inputs_stamp() -> int:
    """A number for the content of everything that the steps load."""
    seen = hashlib.sha256(BOUNDARIES.encode())
    for pattern in INPUTS:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file():
                seen.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    # Zero is what a database without a stamp says.
    return int.from_bytes(seen.digest()[:4]) % (2**STAMP_BITS - 1) + 1


def read_stamp() -> int:
    """The stamp in the database; 0 when it has none, or is none (the steps then say what is wrong with it)."""
    with contextlib.suppress(sqlite3.DatabaseError), contextlib.closing(sqlite3.connect(DATABASE)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])
    return 0


def write_stamp(value: int) -> None:
    """Put the stamp into the database."""
    with contextlib.closing(sqlite3.connect(DATABASE)) as connection:
        connection.execute(f"PRAGMA user_version = {value:d}")


def show_accounts() -> None:
    """The demo accounts as a table; when the file with their passwords is gone, how to get new ones."""
    path = DATA / "demo-accounts.json"
    if not path.is_file():
        print(f"\nKhông có tài khoản minh họa nào để in: thiếu {path}. Muốn nạp lại: dừng và xóa thư mục {DATA}.")
        return
    rows = [tuple(item.values()) for item in json.loads(path.read_text(encoding="utf-8"))]
    rows = [("vai trò / role", "thư điện tử / e-mail", "mật khẩu / password"), *rows]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    print("\nTài khoản minh họa / demo accounts:")
    for row in rows:
        print("  " + "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _has_ipv6_loopback() -> bool:
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET6) as probe:
        probe.bind(("::1", 0))
        return True
    return False


def _shown(address: tuple[str, int]) -> str:
    host, port = address
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("\nĐã dừng. Lần sau chạy tiếp từ bước còn dở.")
