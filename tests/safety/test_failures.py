"""What breaks in the middle leaves nothing half done, and says in Vietnamese what to do."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import psycopg
import pytest
from flask import Flask, Request
from gunicorn.http.body import Body, ChunkedReader
from gunicorn.http.unreader import IterUnreader
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.test import create_environ, run_wsgi_app

from ruraldx.assessments import storage
from ruraldx.assessments.operations import appraisal, sending
from ruraldx.assessments.storage import StorageFull, store
from ruraldx.audit.verify import verify
from ruraldx.config import ROOT
from ruraldx.database import db, work
from ruraldx.published.operations import publish
from ruraldx.web import errors
from tests.safety.conftest import Place
from tests.world import TODAY, World, pdf_bytes

SHA = "0" * 64
TABLES = (
    "assessment", "answer", "document", "submission", "stage_value", "decision", "returned_indicator",
    "published_result", "audit_event", "audit_head",
)  # fmt: skip


class PulledOut(Exception):
    """The process ends here, as far as the database can tell."""


def contents(app: Flask) -> str:
    """A digest of all that acts write."""
    found = hashlib.sha256()
    with db.engine.connect() as connection:
        for table in TABLES:
            found.update(repr([tuple(row) for row in connection.execute(text(f"SELECT * FROM {table}"))]).encode())
    return found.hexdigest()


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and "evidence" in path.parts]


# A crash at every step ---------------------------------------------------------------------------------------------


@contextmanager
def crash_at(step: int) -> Iterator[list[str]]:
    """The statement of this number, counted from 1, or the commit after the last, does not come to an end."""
    done: list[str] = []

    def count(what: str) -> None:
        done.append(what)
        if len(done) == step:
            raise PulledOut(what)

    def statement(_c: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        count(sql)

    def commit(_connection: Any) -> None:
        count("COMMIT")

    event.listen(db.engine, "before_cursor_execute", statement)
    event.listen(db.engine, "commit", commit)
    try:
        yield done
    finally:
        event.remove(db.engine, "before_cursor_execute", statement)
        event.remove(db.engine, "commit", commit)


ACTS: dict[str, tuple[str, Callable[[World], object], str]] = {
    "send": (
        "signature",
        lambda w: sending.send(actor=w.people["chair"], now=w.now, key=w.key, idempotency_key="một lần bấm nút"),
        "submission",
    ),
    "decide": (
        "appraised",
        lambda w: appraisal.decide(
            actor=w.people["appraiser"], now=w.now, key=w.key, today=TODAY,
            new=appraisal.NewDecision("1/QĐ", TODAY, "Người ký"),
        ),
        "decision",
    ),
    "publish": ("decided", lambda w: publish(actor=w.people["office"], now=w.now, key=w.key), "published_result"),
    "attach": ("", lambda w: w.attach("8.1"), "document"),
    "return": (
        "marked",
        lambda w: appraisal.return_indicators(actor=w.people["appraiser"], now=w.now, key=w.key),
        "returned_indicator",
    ),
}  # fmt: skip


def bring(world: World, stage: str) -> None:
    if stage == "signature":
        world.to("complete")
        sending.request_signature(actor=world.people["official"], now=world.later(), key=world.key)
    elif stage == "marked":
        world.to("received")
        world.appraise({"8.1": "return"})
    elif stage:
        world.to(stage)
    world.later()


def crashes(app: Flask, world: World, act: Callable[[World], object]) -> list[str]:
    """Crash at step 1, 2, 3 … until the act comes through; what was left behind by a crash, by statement."""
    left: list[str] = []
    before = contents(app)
    for step in range(1, 500):
        with crash_at(step) as done:
            try:
                act(world)
            except PulledOut:
                pass
            else:
                assert step > 8, "an act of so few steps was not looked at"
                return left
        db.session.remove()
        if contents(app) != before:
            left.append(done[-1].split("(")[0])
            before = contents(app)
    raise AssertionError("the act never ends")


@pytest.mark.parametrize("name", ACTS)
def test_a_crash_at_any_step_leaves_all_or_nothing_and_the_retry_makes_one(app: Flask, world: World, name: str) -> None:
    stage, act, table = ACTS[name]
    bring(world, stage)
    assert crashes(app, world, act) == []
    with db.engine.connect() as connection:
        assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 1
    assert verify().holds


def test_the_switch_an_act_that_commits_on_the_way_is_found(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, act, _ = ACTS["send"]
    bring(world, stage)
    moved = sending.move

    def early(*arguments: Any, **options: Any) -> object:
        found = moved(*arguments, **options)
        arguments[0].session.commit()
        return found

    monkeypatch.setattr(sending, "move", early)
    with pytest.raises(Exception):  # noqa: B017, PT011 - the second attempt finds a dossier that is half sent
        assert crashes(app, world, act) == []


@pytest.mark.parametrize("broken", ["fsync", "replace", "mkstemp", "_sync_folder"])
def test_a_crash_while_a_file_is_kept_leaves_no_row_and_the_retry_keeps_it(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    before = contents(app)

    def stop(*_arguments: object, **_options: object) -> None:
        raise PulledOut(broken)

    where = {"mkstemp": storage.tempfile, "_sync_folder": storage}.get(broken, storage.os)
    with monkeypatch.context() as patch:
        patch.setattr(where, broken, stop)
        with pytest.raises(PulledOut):
            world.attach("8.1")
    assert contents(app) == before
    world.attach("8.1")
    (kept,) = [path for path in files(world.root) if not path.name.startswith(".upload-")]
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == kept.name


# A full disk -------------------------------------------------------------------------------------------------------


def full(*_arguments: object, **_options: object) -> int:
    raise OSError(errno.ENOSPC, "No space left on device")


class FullFile(io.BytesIO):
    """A file on a full disk: the first write does not fit."""

    def write(self, _data: Any) -> int:
        return full()

    def fileno(self) -> int:
        return 0


FULL = {
    "the folder": ("mkdir", Path), "a new file": ("mkstemp", storage.tempfile), "writing": ("fdopen", storage.os),
    "the sync": ("fsync", storage.os), "the name": ("replace", storage.os),
}  # fmt: skip


def make_full(patch: pytest.MonkeyPatch, where: str) -> None:
    name, module = FULL[where]
    patch.setattr(module, name, (lambda *_a, **_o: FullFile()) if where == "writing" else full)


@pytest.mark.parametrize("where", FULL)
def test_a_full_disk_keeps_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    with monkeypatch.context() as patch:
        make_full(patch, where)
        with pytest.raises(StorageFull) as refused:
            store(tmp_path, SHA, b"abc")
    assert refused.value.status == 507
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_the_switch_without_clearing_up_the_half_file_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage.os, "unlink", lambda _path: None)
    make_full(monkeypatch, "the sync")
    with pytest.raises(StorageFull):
        store(tmp_path, SHA, b"abc")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] != []


def upload(place: Place, size: int = 1) -> tuple[int, str]:
    place.app.config["WTF_CSRF_ENABLED"] = False
    client = place.browser("official")
    data = {"file": (io.BytesIO(pdf_bytes(size)), "a.pdf"), "summary": "Báo cáo"}
    done = client.post(f"/ho-so/{place.world.key}/chi-tieu/8.1/minh-chung", data=data)
    return done.status_code, done.text


def documents(place: Place) -> int:
    with place.app.app_context(), db.engine.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM document")).scalar_one())


@pytest.mark.parametrize("where", ["writing", "the sync"])
def test_an_upload_to_a_full_disk_is_a_page_in_vietnamese(
    place: Place, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    with monkeypatch.context() as patch:
        make_full(patch, where)
        status, page = upload(place)
    assert status == 507
    assert "Máy chủ hết chỗ chứa" in page
    assert documents(place) == 0
    assert files(place.world.root) == []
    assert upload(place)[0] == 302


def test_a_disk_that_is_full_while_the_form_comes_in_is_507_too(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Request, "_get_file_stream", full)
    status, page = upload(place)
    assert status == 507
    assert "Máy chủ hết chỗ chứa" in page


@pytest.mark.parametrize(
    "error", [sqlite3.OperationalError("database or disk is full"), psycopg.errors.DiskFull("could not extend file")]
)
def test_a_database_without_room_is_507(place: Place, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    if isinstance(error, sqlite3.OperationalError):
        error.sqlite_errorname = "SQLITE_FULL"

    def refuse(**_: object) -> None:
        raise OperationalError("INSERT", None, error)

    monkeypatch.setattr("ruraldx.assessments.evidence_views.attach_document", refuse)
    status, page = upload(place)
    assert status == 507
    assert "Máy chủ hết chỗ chứa" in page


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A real file system of one megabyte."""
    folder = Path(tempfile.mkdtemp())
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    try:
        mounted = os.geteuid() == 0 and subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        folder.rmdir()
        pytest.skip("KHÔNG CHẠY: cần quyền root để gắn một đĩa thật nhỏ (needs root to mount a small disk)")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)
        folder.rmdir()


def test_a_real_disk_fills_up_and_what_was_kept_before_stays_whole(small_disk: Path) -> None:
    kept: dict[str, bytes] = {}

    def keep_one_more() -> None:
        data = os.urandom(100_000)
        sha = hashlib.sha256(data).hexdigest()
        store(small_disk, sha, data)
        kept[sha] = data

    def fill() -> None:
        while len(kept) < 20:
            keep_one_more()

    with pytest.raises(StorageFull):
        fill()
    assert len(kept) >= 5
    found = {path.name: path.read_bytes() for path in small_disk.rglob("*") if path.is_file()}
    assert found == kept


# A database that does not answer -----------------------------------------------------------------------------------


@contextmanager
def held_elsewhere(app: Flask, seconds: float) -> Iterator[None]:
    """Another process writes and does not come to an end for so long."""
    address = app.config["SQLALCHEMY_DATABASE_URI"]
    code = f"""
import sys, time
from sqlalchemy import create_engine, text
engine = create_engine({address!r})
with engine.connect() as connection:
    if engine.dialect.name == "sqlite":
        import fcntl
        handle = open(engine.url.database + ".lock", "a")
        fcntl.flock(handle, fcntl.LOCK_EX)
    else:
        connection.execute(text("LOCK TABLE audit_head IN ACCESS EXCLUSIVE MODE"))
    print("held", flush=True)
    time.sleep({seconds})
"""
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) as holder:
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "held\n"
            yield
        finally:
            holder.kill()


def autosave(place: Place, name: str = "official") -> Any:
    place.app.config["WTF_CSRF_ENABLED"] = False
    client = place.browser(name)

    def save() -> Any:
        body = {"field": "ket-qua", "value": "co", "version": 0}
        return client.post(f"/ho-so/{place.world.key}/chi-tieu/8.1/luu", json=body)

    return save


def test_a_write_waits_for_another_process_that_is_writing(place: Place) -> None:
    save = autosave(place)
    begun = time.perf_counter()
    with held_elsewhere(place.app, 1.5):
        done = save()
        waited = time.perf_counter() - begun
    assert done.status_code == 200
    assert waited > 1.2


def refused_as_busy(place: Place, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str | None, float]:
    """What comes of a write while another process holds on for long."""
    monkeypatch.setattr(work, "LONGEST_WAIT", 1)
    with place.app.app_context():
        db.engine.dispose()
    save = autosave(place)
    with held_elsewhere(place.app, 4):
        begun = time.perf_counter()
        done = save()
        took = time.perf_counter() - begun
        pages = place.app.test_client()
        assert pages.get("/mo-hinh").status_code == 200, "reading goes on"
    return done.status_code, done.headers.get("Retry-After"), took


def test_a_write_that_cannot_wait_longer_is_503_and_reading_goes_on(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, again, took = refused_as_busy(place, monkeypatch)
    assert (status, again) == (503, "5")
    assert 0.8 < took < 3


def test_the_switch_a_wait_without_end_is_noticed(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "_on_connect_server", lambda *_: None)
    monkeypatch.setattr(work, "_lock", lambda handle, _deadline: work.fcntl.flock(handle, work.fcntl.LOCK_EX))
    if db_name(place.app) != "sqlite":
        pytest.skip("on PostgreSQL the limit is set when a connection begins")
    assert refused_as_busy(place, monkeypatch)[2] > 3


def db_name(app: Flask) -> str:
    with app.app_context():
        return str(db.engine.dialect.name)


def test_threads_of_one_process_do_not_wait_without_end_either(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL has its own queue")
    monkeypatch.setattr(work, "LONGEST_WAIT", 0.3)
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with app.app_context(), work.unit_of_work():
            entered.set()
            leave.wait(5)

    thread = threading.Thread(target=hold)
    thread.start()
    entered.wait(5)
    with pytest.raises(OperationalError), work.unit_of_work():
        raise AssertionError("two write at once")
    leave.set()
    thread.join()
    with work.unit_of_work() as session:
        assert session.execute(text("SELECT 1")).scalar_one() == 1


def gone(*_arguments: object, **_options: object) -> None:
    raise OperationalError("SELECT 1", None, psycopg.OperationalError("the server closed the connection"))


@pytest.mark.parametrize("path", ["/", "/viec-cua-toi", "/ho-so/{key}", "/mo-hinh", "/api/v1/mo-hinh", "/dang-nhap"])
def test_without_a_database_a_page_is_503_and_comes_back_by_itself(place: Place, path: str) -> None:
    client = place.browser("official")
    path = path.format(key=place.world.key)
    with place.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", gone)
    try:
        done = client.get(path)
        assert client.get("/healthz").status_code == 200, "the process itself answers"
        assert client.get("/readyz").status_code == 503
    finally:
        event.remove(engine, "before_cursor_execute", gone)
    assert done.status_code == 503
    assert done.headers["Retry-After"] == "5"
    assert "Hệ thống đang bận" in (done.get_json()["title"] if path.startswith("/api/") else done.text)
    assert client.get(path).status_code in (200, 302)


def test_a_page_is_read_while_nothing_can_be_written(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    client = place.browser("official")
    monkeypatch.setattr("ruraldx.accounts.sessions._TOUCH_EVERY", timedelta(0))

    def refuse(**_: object) -> None:
        raise OperationalError("UPDATE", None, sqlite3.OperationalError("attempt to write a readonly database"))

    monkeypatch.setattr("ruraldx.accounts.sessions.touch_session", refuse)
    assert client.get(f"/ho-so/{place.world.key}").status_code == 200


PASSING = {
    "read only": (psycopg.errors.ReadOnlySqlTransaction, "25006"),
    "two waited for each other": (psycopg.errors.DeadlockDetected, "40P01"),
    "no connection left": (psycopg.errors.TooManyConnections, "53300"),
    "shut down": (psycopg.errors.AdminShutdown, "57P01"),
    "a code without a class of its own": (psycopg.DatabaseError, "57P05"),
}


def says(place: Place, kind: type[psycopg.Error], state: str) -> tuple[int, str | None, str]:
    """The page for what PostgreSQL says in the middle of a page."""
    cause = type(kind.__name__, (kind,), {"sqlstate": state})("gia-tri-rieng")

    def refuse(*_arguments: object, **_options: object) -> None:
        raise DBAPIError.instance("SELECT 1", None, cause, psycopg.Error)

    with place.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", refuse)
    try:
        done = place.app.test_client().get("/mo-hinh")
    finally:
        event.remove(engine, "before_cursor_execute", refuse)
    return done.status_code, done.headers.get("Retry-After"), done.text


@pytest.mark.parametrize("name", PASSING)
def test_a_database_that_cannot_serve_now_is_busy_and_not_broken(place: Place, name: str) -> None:
    status, again, page = says(place, *PASSING[name])
    assert (status, again) == (503, "5")
    assert "Hệ thống đang bận" in page


def test_the_switch_without_the_codes_a_read_only_database_is_a_fault(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(errors, "_PG_READ_ONLY", "none")
    assert says(place, *PASSING["read only"])[0] == 500


def test_a_value_the_database_cannot_hold_is_explained_and_not_in_the_log(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = Mock()
    monkeypatch.setattr(errors, "logger", lambda: log)
    status, _, page = says(place, psycopg.errors.StringDataRightTruncation, "22001")
    assert status == 422
    assert "Có giá trị quá dài, quá lớn hoặc không đúng dạng" in page
    assert "gia-tri-rieng" not in page
    assert "22001" in str(log.mock_calls)
    assert "gia-tri-rieng" not in str(log.mock_calls)


# A connection that dies after the answer was made ------------------------------------------------------------------


def cut(*_arguments: object) -> None:
    raise OperationalError("ROLLBACK", None, psycopg.OperationalError("the connection is closed"))


def while_rollback_fails(place: Place, path: str) -> int:
    """The answer to a page whose transaction cannot be ended, as it goes out of the server."""
    with place.app.app_context():
        engine = db.engine
    event.listen(engine, "rollback", cut)
    try:
        answer = run_wsgi_app(place.app, create_environ(path))
        return int(answer[1].split()[0])
    finally:
        event.remove(engine, "rollback", cut)


def test_a_finished_answer_goes_out_though_the_connection_died(place: Place) -> None:
    assert while_rollback_fails(place, "/mo-hinh") == 200
    assert place.app.test_client().get("/mo-hinh").status_code == 200, "the next one begins anew"


def test_an_error_page_needs_no_rollback(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        db.session.execute(text("SELECT 1"))
        raise RuntimeError

    broken.permission = "public"  # type: ignore[attr-defined]
    place.app.view_functions["web.about"] = broken
    assert while_rollback_fails(place, "/gioi-thieu") == 500
    assert place.app.test_client().get("/mo-hinh").status_code == 200


def test_the_switch_a_teardown_that_only_removes_takes_the_answer_back(place: Place) -> None:
    place.app.teardown_appcontext_funcs.remove(errors._forget)
    with pytest.raises(OperationalError):
        while_rollback_fails(place, "/mo-hinh")


# A body that comes in wrong pieces ---------------------------------------------------------------------------------

CHUNKS = {
    "no size": b"zz\r\nngon-ngu=en\r\n0\r\n\r\n",
    "a size that does not fit": b"3\r\nngon-ngu=en\r\n0\r\n\r\n",
    "no end": b"b\r\nngon-ngu=en\r\n",
    "cut in a piece": b"ff\r\nngon",
}


def in_pieces(app: Flask, sent: bytes, media_type: str = "application/x-www-form-urlencoded") -> tuple[int, str]:
    """The answer to a body as gunicorn hands it on while it comes in."""
    app.config["WTF_CSRF_ENABLED"] = False
    body = Body(ChunkedReader(Mock(limit_request_field_size=0, max_buffer_headers=0), IterUnreader(iter([sent]))))
    environ = {"wsgi.input": body, "wsgi.input_terminated": True, "CONTENT_TYPE": media_type}
    done = app.test_client().post("/ngon-ngu", environ_overrides=environ)
    return done.status_code, done.text


@pytest.mark.parametrize("media_type", ["application/x-www-form-urlencoded", "application/json"])
@pytest.mark.parametrize("name", CHUNKS)
def test_a_body_in_wrong_pieces_is_a_wrong_request(bare_app: Flask, name: str, media_type: str) -> None:
    assert in_pieces(bare_app, CHUNKS[name], media_type)[0] == 400
    assert "Yêu cầu không hợp lệ" in in_pieces(bare_app, CHUNKS[name])[1]


def test_a_body_in_right_pieces_is_read(bare_app: Flask) -> None:
    assert in_pieces(bare_app, b"b\r\nngon-ngu=en\r\n0\r\n\r\n")[0] == 302


def test_the_switch_without_a_handler_of_its_own_it_is_a_fault(bare_app: Flask) -> None:
    handlers = bare_app.error_handler_spec[None][None]
    for kind in [kind for kind in handlers if kind.__module__.startswith("gunicorn")]:
        del handlers[kind]
    assert in_pieces(bare_app, CHUNKS["no size"])[0] == 500
