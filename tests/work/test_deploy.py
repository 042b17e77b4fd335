"""What ``make serve`` and ``make install`` are made of, and one real start of the server."""

from __future__ import annotations

import gzip
import json
import os
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

import pytest

from deploy import assets, check, compress, postgres_answers, serve
from ruraldx.config import ROOT
from ruraldx.demo.people import PEOPLE

PATIENCE_SECONDS = 90
QUICK_SECONDS = 20


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of this test's own."""
    folder = tmp_path / "instance"
    folder.mkdir()
    monkeypatch.setattr(serve, "DATA", folder)
    monkeypatch.setattr(serve, "DATABASE", folder / "ruraldx.sqlite3")
    return folder


def on(monkeypatch: pytest.MonkeyPatch, host: str, port: object) -> None:
    monkeypatch.setattr(serve, "HOST", host)
    monkeypatch.setattr(serve, "PORT", str(port))


def sentence(act: Callable[[], object]) -> str:
    """What is said when it ends."""
    with pytest.raises(SystemExit) as ended:
        act()
    return str(ended.value)


# Where to listen


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_loopback_is_both_loopbacks(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    on(monkeypatch, host, 8123)
    monkeypatch.setattr(serve, "_has_ipv6_loopback", lambda: True)
    assert serve.bind_addresses() == [("127.0.0.1", 8123), ("::1", 8123)]


def test_a_machine_without_ipv6_listens_on_the_other_and_that_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    on(monkeypatch, "127.0.0.1", 8123)

    def no_family(*_arguments: object) -> socket.socket:
        raise OSError("Address family not supported by protocol")

    monkeypatch.setattr(serve.socket, "socket", no_family)
    assert serve.bind_addresses() == [("127.0.0.1", 8123)]


@pytest.mark.parametrize(("host", "shown"), [("0.0.0.0", "0.0.0.0:8123"), ("::", "[::]:8123"), ("[::1]", "[::1]:8123")])
def test_another_host_is_taken_as_it_is_with_or_without_brackets(
    monkeypatch: pytest.MonkeyPatch, host: str, shown: str
) -> None:
    on(monkeypatch, host, 8123)
    assert [serve._shown(address) for address in serve.bind_addresses()] == [shown]


@pytest.mark.parametrize("port", ["x", "0", "65536", "-1", "80 80", "８０８０"])
def test_a_port_that_is_none_is_refused_with_an_example(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    on(monkeypatch, "127.0.0.1", port)
    said = sentence(serve.main)
    assert said.startswith("PORT phải là một số từ 1 đến 65535")
    assert "make serve PORT=8080" in said


@pytest.mark.parametrize("taken", ["127.0.0.1", "::1"])
def test_a_busy_port_ends_with_a_sentence_before_anything_is_prepared(
    monkeypatch: pytest.MonkeyPatch, data: Path, taken: str
) -> None:
    if taken == "::1" and not serve._has_ipv6_loopback():
        pytest.skip("a machine without the second loopback")
    with socket.socket(serve._family(taken)) as other:
        other.bind((taken, 0))
        other.listen()
        port = other.getsockname()[1]
        on(monkeypatch, "127.0.0.1", port)
        said = sentence(serve.main)
    assert said.startswith(f"Cổng {port} đang có chương trình khác dùng ({serve._shown((taken, port))}).")
    assert "make serve PORT=8080" in said
    assert not list(data.iterdir())


def test_an_address_of_another_machine_ends_with_a_sentence(monkeypatch: pytest.MonkeyPatch, data: Path) -> None:
    on(monkeypatch, "192.0.2.1", 8123)
    assert sentence(serve.main).startswith("Không lắng nghe được tại 192.0.2.1:8123: ")
    assert not list(data.iterdir())


# What is prepared


def test_the_secret_is_made_once_and_read_by_its_owner_only(data: Path) -> None:
    first = serve.secret_key()
    assert serve.secret_key() == first
    assert len(first.encode()) >= 32
    assert stat.S_IMODE((data / "secret-key").stat().st_mode) == 0o600


def test_settings_of_the_environment_win_and_production_is_given_no_secret(
    monkeypatch: pytest.MonkeyPatch, data: Path
) -> None:
    for name in [name for name in os.environ if name.startswith("RURALDX_")]:
        monkeypatch.delenv(name)
    on(monkeypatch, "127.0.0.1", 8123)
    made = serve.settings_for_demo()
    assert made["RURALDX_ENVIRONMENT"] == "demo"
    assert made["RURALDX_PUBLIC_URL"] == "http://127.0.0.1:8123"
    assert made["RURALDX_SECRET_KEY"] == (data / "secret-key").read_text(encoding="ascii")
    monkeypatch.setenv("RURALDX_SECRET_KEY", "rieng")
    assert serve.settings_for_demo()["RURALDX_SECRET_KEY"] == "rieng"
    monkeypatch.delenv("RURALDX_SECRET_KEY")
    monkeypatch.setenv("RURALDX_ENVIRONMENT", "production")
    assert "RURALDX_SECRET_KEY" not in serve.settings_for_demo()


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch, data: Path) -> list[str]:
    """The steps that would run, noted instead; the first makes a database."""
    noted: list[str] = []

    def note(command: list[str], _environment: dict[str, str]) -> int:
        noted.append(" ".join(command[:2]))
        sqlite3.connect(serve.DATABASE).close()
        serve.DATABASE.touch()
        return 0

    monkeypatch.setattr(serve, "run", note)
    monkeypatch.setattr(serve, "BOUNDARIES", "")
    return noted


DEMO = {"RURALDX_ENVIRONMENT": "demo"}
STEPS = ["db upgrade", "places load", "demo load"]


def test_what_is_prepared_once_is_not_prepared_again(steps: list[str]) -> None:
    assert serve.prepare(DEMO)
    assert steps == STEPS
    assert serve.prepare(DEMO)
    assert steps == STEPS
    serve.DATABASE.unlink()
    assert serve.prepare(DEMO)
    assert steps == STEPS * 2, "a removed database is filled again"


def test_other_boundaries_or_another_input_are_brought_in_at_the_next_start(
    steps: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert serve.prepare(DEMO)
    monkeypatch.setattr(serve, "BOUNDARIES", str(tmp_path))
    assert serve.prepare(DEMO)
    assert steps == [*STEPS, *STEPS, "places pull-boundaries"]
    before = serve.inputs_stamp()
    (tmp_path / "ruraldx" / "places").mkdir(parents=True)
    (tmp_path / "ruraldx" / "places" / "moi.py").write_text("X = 1\n", encoding="utf-8")
    monkeypatch.setattr(serve, "ROOT", tmp_path)
    assert serve.inputs_stamp() != before


def test_every_kind_of_input_has_its_part_in_the_stamp(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = serve.inputs_stamp()
    assert 0 < whole < 2**31, "SQLite keeps a signed number of 32 bits, and 0 means none"
    for pattern in serve.INPUTS:
        assert list(ROOT.glob(pattern)), pattern
        monkeypatch.setattr(serve, "INPUTS", [item for item in serve.INPUTS if item != pattern])
        assert serve.inputs_stamp() != whole, pattern
        monkeypatch.undo()


def test_a_step_that_matters_stops_the_start_and_boundaries_do_not(
    monkeypatch: pytest.MonkeyPatch, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(serve, "BOUNDARIES", "folder")
    failing = "pull-boundaries"
    monkeypatch.setattr(serve, "run", lambda command, _environment: int(failing in command))
    assert serve.prepare({**DEMO, "RURALDX_DATABASE_URL": "postgresql+psycopg://x/y"})
    assert "[4/4] Đóng gói ranh giới…\n      không xong sau" in capsys.readouterr().out
    failing = "places"
    assert not serve.prepare(DEMO)
    assert serve.DATABASE.exists() is False, "nothing stamped"


def test_production_is_given_its_migrations_and_no_demo(steps: list[str]) -> None:
    assert serve.prepare({"RURALDX_ENVIRONMENT": "production", "RURALDX_DATABASE_URL": "postgresql+psycopg://x/y"})
    assert steps == ["db upgrade"]


def test_the_stamp_is_kept_in_the_database_and_a_file_that_is_none_has_none(data: Path) -> None:
    serve.write_stamp(12345)
    assert serve.read_stamp() == 12345
    serve.DATABASE.write_bytes(b"no database at all" * 100)
    assert serve.read_stamp() == 0


def test_words_of_a_step_are_passed_on_without_its_passwords_and_its_failure_is_its_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fake = tmp_path / "flask.py"
    fake.write_text(
        "import sys\nprint('Đã nạp.\\n\\nTài khoản minh họa (vai trò):\\n  a  b  MẬT-KHẨU')\nsys.exit(3)\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(serve, "ROOT", tmp_path)
    assert serve.run(["demo", "load"], {"PATH": os.environ["PATH"], "PYTHONIOENCODING": "utf-8"}) == 3
    assert capsys.readouterr().out == "      Đã nạp.\n"


def test_accounts_are_shown_as_a_table_and_their_absence_is_explained(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    serve.show_accounts()
    assert "Không có tài khoản minh họa nào để in" in capsys.readouterr().out
    rows = [
        {"role": "Xã", "email": "a@b.invalid", "password": "x"},
        {"role": "Sở", "email": "c@d.invalid", "password": "yy"},
    ]
    (data / "demo-accounts.json").write_text(json.dumps(rows), encoding="utf-8")
    serve.show_accounts()
    lines = capsys.readouterr().out.strip().splitlines()
    assert lines[0] == "Tài khoản minh họa / demo accounts:"
    assert [line.split() for line in lines[2:]] == [["Xã", "a@b.invalid", "x"], ["Sở", "c@d.invalid", "yy"]]
    assert lines[1].index("thư điện tử") == lines[2].index("a@b.invalid") == lines[3].index("c@d.invalid")


# One real start


class Started:
    """``deploy/serve.py`` as make runs it, in a process group of its own."""

    def __init__(self, folder: Path, port: int) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("RURALDX_", "FLASK_"))}
        environment = {
            **kept,
            "RURALDX_DATA_DIR": str(folder),
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "BOUNDARIES": "",
        }
        self.log = folder.with_name(f"{folder.name}.log").open("w+b")
        self.port = port
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "deploy/serve.py"], cwd=ROOT, env=environment, stdout=self.log, stderr=self.log,
            start_new_session=True,
        )  # fmt: skip

    def until_ready(self) -> float:
        while time.monotonic() < self.began + PATIENCE_SECONDS:
            assert self.process.poll() is None, self.said()
            with suppress(OSError), urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=2) as answer:
                assert answer.status == 200
                return time.monotonic() - self.began
            time.sleep(0.1)
        raise AssertionError(self.said())

    def said(self) -> str:
        self.log.seek(0)
        return self.log.read().decode()

    def stop(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        return self.process.wait(PATIENCE_SECONDS)

    def clear(self) -> None:
        """Whatever happened, nothing of ours stays."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.log.close()


def is_empty(group: int) -> bool:
    """Whether no process of a group lives any more."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], Started]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    began: list[Started] = []

    def begin() -> Started:
        began.append(Started(tmp_path / "instance", port))
        return began[-1]

    yield begin
    for item in began:
        item.clear()


def test_serve_prepares_serves_on_both_loopbacks_is_quick_the_next_time_and_leaves_no_process(
    start: Callable[[], Started],
) -> None:
    first = start()
    first.until_ready()
    said = first.said()
    assert [line for line in said.splitlines() if line.startswith("[")][:3] == [
        "[1/3] Nâng cấp cơ sở dữ liệu…", "[2/3] Nạp đơn vị hành chính…", "[3/3] Nạp dữ liệu minh họa…",
    ]  # fmt: skip
    table = said.partition("Tài khoản minh họa / demo accounts:")[2]
    assert all(person.email in table for person in PEOPLE)
    assert said.count("quantri@minhhoa.invalid") == 1, "passwords are printed once"
    for host in ("127.0.0.1", *(["[::1]"] if serve._has_ipv6_loopback() else [])):
        with urlopen(f"http://{host}:{first.port}/", timeout=10) as page:
            assert "Nông thôn mới" in page.read().decode()
    assert first.stop(signal.SIGTERM) == 0
    assert is_empty(first.process.pid)
    second = start()
    assert second.until_ready() < QUICK_SECONDS
    assert "[1/3]" not in second.said()
    assert "quantri@minhhoa.invalid" in second.said()
    assert second.stop(signal.SIGINT) == 0
    assert is_empty(second.process.pid)
    assert "Traceback" not in first.said() + second.said()


# A busy machine: between the fork and its own signals a worker takes its time.
SLOW_START = """
import sys, time
shipped = post_fork
def post_fork(server, worker):
    shipped(server, worker)
    print("starting slowly", file=sys.stderr, flush=True)
    until = time.monotonic() + 3
    while time.monotonic() < until:
        time.sleep(0.1)
"""


def test_a_server_told_to_stop_while_its_workers_start_does_not_wait_for_them(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "RURALDX_ENVIRONMENT": "demo",
        "RURALDX_SECRET_KEY": "only-for-tests-" + "0123456789abcdef" * 2,
        "RURALDX_DATA_DIR": str(tmp_path),
        "RURALDX_DATABASE_URL": "",
        "RURALDX_BIND": f"unix:{tmp_path / 'web.sock'}",
    }
    slow = tmp_path / "slow.conf.py"
    shipped = (ROOT / "deploy" / "gunicorn.conf.py").read_text(encoding="utf-8")
    slow.write_text(f"{shipped}\n{SLOW_START}", encoding="utf-8")
    command = [sys.executable, "-m", "gunicorn", "-c", str(slow), "wsgi:app"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stderr
        assert any("starting slowly" in line for line in process.stderr)
        began = time.monotonic()
        # Ctrl+C reaches every process of the terminal.
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(PATIENCE_SECONDS) == 0
        assert time.monotonic() - began < QUICK_SECONDS
    assert is_empty(process.pid)


# Front-end files


@pytest.fixture
def vendor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two pinned files, as npm left them, copied and hashed."""
    modules = tmp_path / "fetched" / "node_modules"
    for package, inner in (("leaflet", "dist/leaflet.js"), ("htmx.org", "dist/htmx.min.js")):
        (modules / package / "dist").mkdir(parents=True)
        (modules / package / "package.json").write_text('{"version": "1.2.3"}', encoding="utf-8")
        (modules / package / inner).write_text(f"// {package}\n", encoding="utf-8")
    monkeypatch.setattr(assets, "VENDOR", tmp_path / "vendor")
    monkeypatch.setattr(assets, "HASHES", tmp_path / "assets.sha256")
    monkeypatch.setattr(
        assets, "FILES", {"leaflet.js": ("leaflet", "dist/leaflet.js"), "htmx.js": ("htmx.org", "dist/htmx.min.js")}
    )
    monkeypatch.setattr(assets, "fetch", lambda: modules)
    monkeypatch.setattr(sys, "argv", ["assets.py", "--write"])
    assert assets.main() == 0
    monkeypatch.setattr(sys, "argv", ["assets.py", "--check"])
    return tmp_path / "vendor"


def test_front_end_files_get_names_with_their_version_and_a_manifest(vendor: Path) -> None:
    manifest = json.loads((vendor / "manifest.json").read_text(encoding="utf-8"))
    assert manifest == {"leaflet.js": "leaflet-1.2.3/leaflet.js", "htmx.js": "htmx-org-1.2.3/htmx.min.js"}
    assert assets.main() == 0
    assert not (vendor.parent / "fetched").exists(), "what was fetched is removed"


def test_a_changed_byte_a_lost_file_and_a_file_too_many_are_seen(
    vendor: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = vendor / "leaflet-1.2.3" / "leaflet.js"
    whole = file.read_bytes()
    for change in (
        lambda: file.write_bytes(whole[:-1] + b" "),
        file.unlink,
        lambda: file.with_name("la.js").write_bytes(b""),
    ):
        change()
        assert assets.main() == 1
        assert "thiếu hoặc sai mã băm:\n  leaflet-1.2.3/l" in capsys.readouterr().out
        file.write_bytes(whole)
        file.with_name("la.js").unlink(missing_ok=True)
        assert assets.main() == 0
    file.with_name("leaflet.js.gz").write_bytes(b"a compressed twin is no file of its own")
    assert assets.main() == 0


def test_what_npm_brings_is_refused_when_it_is_not_what_was_pinned(
    vendor: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "argv", ["assets.py"])
    monkeypatch.setattr(assets, "fetch", lambda: pytest.fail("everything is there"))
    assert assets.main() == 0
    modules = tmp_path / "again" / "node_modules"
    for package, inner in assets.FILES.values():
        (modules / package / "dist").mkdir(parents=True)
        (modules / package / "package.json").write_text('{"version": "1.2.3"}', encoding="utf-8")
        (modules / package / inner).write_text("// somebody else\n", encoding="utf-8")
    (vendor / "leaflet-1.2.3" / "leaflet.js").unlink()
    monkeypatch.setattr(assets, "fetch", lambda: modules)
    assert assets.main() == 1


def test_without_a_network_the_set_up_ends_with_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(assets, "npm", lambda: ["false"])
    monkeypatch.setattr(assets.tempfile, "mkdtemp", lambda **_words: str(tmp_path / "made"))
    (tmp_path / "made").mkdir()
    assert "Kiểm tra kết nối mạng" in sentence(assets.fetch)
    assert not (tmp_path / "made").exists()


# Compressed twins


def test_twins_are_made_kept_while_fresh_and_removed_when_stale(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(compress, "STATIC", tmp_path)
    file, twin, lost = tmp_path / "a.css", tmp_path / "a.css.gz", tmp_path / "b.css.gz"
    file.write_text("p { color: red }\n" * 200, encoding="utf-8")
    lost.write_bytes(gzip.compress(b"without a file"))
    assert compress.main() == 0
    assert gzip.decompress(twin.read_bytes()) == file.read_bytes()
    assert (tmp_path / "a.css.br").is_file()
    assert not lost.exists()
    made = twin.stat().st_ino
    assert compress.main() == 0
    assert twin.stat().st_ino == made, "a fresh twin is kept"
    file.write_text("p { color: blue }\n" * 200, encoding="utf-8")
    os.utime(file, (1_700_000_000, 1_700_000_000))
    assert compress.main() == 0
    assert gzip.decompress(twin.read_bytes()) == file.read_bytes()
    file.write_text("x", encoding="utf-8")
    os.utime(file, (1_700_000_100, 1_700_000_100))
    assert compress.main() == 0
    assert not twin.exists(), "too small to be worth a twin, and the old one is gone"


# What CI asks


def test_without_an_address_the_documented_server_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    documented = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
    assert documented in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    monkeypatch.delenv("RURALDX_TEST_DATABASE_URL", raising=False)
    assert postgres_answers.address() == documented
    monkeypatch.setenv("RURALDX_TEST_DATABASE_URL", "")
    assert postgres_answers.address() == documented
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        monkeypatch.setenv("RURALDX_TEST_DATABASE_URL", f"postgresql+psycopg://x@127.0.0.1:{port}/x")
        assert postgres_answers.main() == 1


STEPS_OF_CI = {
    "make install": ["make install"],
    "make check": ["make install", "make check"],
    "make test": ["make install", "make check", "make test"],
    "python deploy/postgres_answers.py": ["make install", "make check", "make test"],
    "python -m pytest": ["make install", "make check", "make test", "python -m pytest"],
    "nothing": ["make install", "make check", "make test", "python -m pytest"],
}


@pytest.mark.parametrize("failing", STEPS_OF_CI)
def test_ci_ends_at_the_first_step_that_fails_and_asks_postgresql_only_after_sqlite(
    tmp_path: Path, failing: str
) -> None:
    log = tmp_path / "log"
    stub = (
        '#!/bin/sh\nname="$(basename "$0")"\n'
        f'echo "$name $*|${{RURALDX_TEST_DATABASE_URL:-none}}|${{RURALDX_REQUIRE_POSTGRESQL:-}}" >> {log}\n'
        f'case "$name $*" in "{failing}"*) exit 7;; esac\n'
    )
    for path in (".venv/bin/python", "bin/make", "bin/chromium", "bin/sleep", "bin/pg_ctlcluster", "bin/sudo"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(stub, encoding="utf-8")
        (tmp_path / path).chmod(0o755)
    (tmp_path / ".ci").mkdir()
    (tmp_path / ".ci" / "run").write_bytes((ROOT / ".ci" / "run").read_bytes())
    environment = {
        "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
        "RURALDX_TEST_DATABASE_URL": "postgresql://given",
    }
    done = subprocess.run(
        ["bash", str(tmp_path / ".ci" / "run")], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == {"nothing": 0, "python deploy/postgres_answers.py": 1}.get(failing, 7), done.stderr
    lines = [line.split("|") for line in log.read_text(encoding="utf-8").splitlines()]
    ran = [
        (" ".join(words.split()[:3]) if words.startswith("python") else words, url, required)
        for words, url, required in lines
        if words.startswith(("make", "python -m"))
    ]
    assert [words for words, _url, _required in ran] == STEPS_OF_CI[failing]
    assert all(url == "none" for words, url, _required in ran if words == "make test")
    assert all((url, required) == ("postgresql://given", "1") for words, url, required in ran if "pytest" in words)


@pytest.mark.parametrize(("server", "code"), [("", 4), ("sqlite://", 4), ("postgresql+psycopg://x/y", 0)])
def test_the_second_half_of_ci_does_not_run_on_sqlite(server: str, code: int) -> None:
    environment = {**os.environ, "RURALDX_REQUIRE_POSTGRESQL": "1", "RURALDX_TEST_DATABASE_URL": server}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--collect-only", "tests/house/test_pins.py"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    assert ("database: postgresql" in done.stdout) == (code == 0)


def test_a_check_that_fails_is_named_with_its_words_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fail = (sys.executable, "-c", "import sys; print('vì sao'); sys.exit(2)")
    silent = (sys.executable, "-c", "raise SystemExit(3)")
    good = (sys.executable, "-c", "import os; assert 'RURALDX_DATA_DIR' in os.environ")
    monkeypatch.setattr(check, "CHECKS", {"a": (good, fail), "b": (good,), "c": (silent,)})
    assert check.main() == 1
    said = capsys.readouterr().out
    assert "LỖI  a" in said
    assert "vì sao" in said
    assert "đạt  b" in said
    assert "exit code 3" in said
    assert said.endswith("make check: lỗi ở a, c\n")
    monkeypatch.setattr(check, "CHECKS", {"b": (good,)})
    assert check.main() == 0
