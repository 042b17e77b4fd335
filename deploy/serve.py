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
PORT = int(os.environ.get("PORT") or "8000")
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


def main() -> None:
    """Check the port, prepare, say where and with which accounts, and become the server."""
    addresses = bind_addresses()
    for address in addresses:
        if not _free(address):
            sys.exit(
                f"Cổng {PORT} đang có chương trình khác dùng ({_shown(address)}). Hãy chọn cổng khác:"
                " make serve PORT=8080\n"
                f"Port {PORT} is taken ({_shown(address)}). Choose another one: make serve PORT=8080"
            )
    environment = settings_for_demo()
    if not prepare(environment):
        sys.exit("Chưa chuẩn bị xong: xem lỗi ở trên, sửa rồi chạy lại make serve.")
    show_accounts()
    print("\nĐang phục vụ tại / serving at:", *(f"http://{_shown(item)}" for item in addresses), flush=True)
    environment["RURALDX_BIND"] = ",".join(_shown(item) for item in addresses)
    os.chdir(ROOT)
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "wsgi:app"]
    os.execve(sys.executable, command, environment)


def bind_addresses() -> list[tuple[str, int]]:
    """Where to listen: loopback means both loopbacks, when the machine has the second one."""
    if HOST not in ("127.0.0.1", "localhost"):
        return [(HOST.strip("[]"), PORT)]
    return [("127.0.0.1", PORT), *([("::1", PORT)] if _has_ipv6_loopback() else [])]


def settings_for_demo() -> dict[str, str]:
    """The environment of the server; what is set already wins."""
    DATA.mkdir(parents=True, exist_ok=True)
    environment = dict(os.environ)
    environment.setdefault("RURALDX_ENVIRONMENT", "demo")
    environment.setdefault("RURALDX_DATA_DIR", str(DATA))
    environment.setdefault("RURALDX_PUBLIC_URL", f"http://{_shown((HOST.strip('[]'), PORT))}")
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
    """One of our own commands, its words indented; returns its exit code. Passwords are shown later, once."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *command],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    words = done.stdout.partition("\nTài khoản minh họa")[0] if not done.returncode else done.stdout
    for line in filter(None, words.splitlines()):
        print(f"      {line}")
    return done.returncode


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
    """The stamp in the database; 0 when it has none."""
    with contextlib.closing(sqlite3.connect(DATABASE)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def write_stamp(value: int) -> None:
    """Put the stamp into the database."""
    with contextlib.closing(sqlite3.connect(DATABASE)) as connection:
        connection.execute(f"PRAGMA user_version = {value:d}")


def show_accounts() -> None:
    """The demo accounts as a table, when there are any."""
    path = DATA / "demo-accounts.json"
    if not path.is_file():
        return
    rows = [tuple(item.values()) for item in json.loads(path.read_text(encoding="utf-8"))]
    rows = [("vai trò / role", "thư điện tử / e-mail", "mật khẩu / password"), *rows]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    print("\nTài khoản minh họa / demo accounts:")
    for row in rows:
        print("  " + "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _free(address: tuple[str, int]) -> bool:
    with socket.socket(_family(address[0])) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise
    return True


def _has_ipv6_loopback() -> bool:
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET6) as probe:
        probe.bind(("::1", 0))
        return True
    return False


def _shown(address: tuple[str, int]) -> str:
    host, port = address
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


if __name__ == "__main__":
    main()
