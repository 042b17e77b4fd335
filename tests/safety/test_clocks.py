"""Times are instants: nothing reads the zone of the machine, and every act gives the same bytes in all of them."""

from __future__ import annotations

import ast
import hashlib
import itertools
import re
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import text

from ruraldx.app import create_app
from ruraldx.config import ROOT, Settings
from ruraldx.database import db
from ruraldx.database.types import UtcDateTime
from ruraldx.vietnamese import format_date, format_datetime, parse_date
from tests.clock import NOW
from tests.world import PASSWORD, email, make_world, pdf_bytes

ZONES = ("UTC", "Asia/Ho_Chi_Minh", "America/New_York")
# What takes the clock or the zone of the machine when it is not told one.
LOCAL = re.compile(
    r"\bdatetime\.now\(\)|\butcnow\(|\bdate\.today\(|\bdatetime\.today\(|fromtimestamp\([^,)]*\)|\blocaltime\(|\bmktime\("
    r"|\.astimezone\(\)|\bctime\("
)


def local_times(source: str) -> Iterator[str]:
    """Places of a module that depend on the machine's zone."""
    found = LOCAL.findall(source)
    # A strftime of a naive value would hide it; every datetime made by hand names its zone.
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "datetime":
            names = {keyword.arg for keyword in node.keywords}
            if len(node.args) < 8 and "tzinfo" not in names:
                found.append(ast.unparse(node))
    yield from found


def modules() -> list[Path]:
    return sorted(path for folder in ("ruraldx", "deploy") for path in (ROOT / folder).rglob("*.py"))


def test_no_module_asks_the_zone_of_the_machine() -> None:
    found = {str(path.relative_to(ROOT)): list(local_times(path.read_text("utf-8"))) for path in modules()}
    assert {name: places for name, places in found.items() if places} == {}
    assert len(found) > 80


def test_the_linter_watches_too_and_is_nowhere_silenced() -> None:
    settings = (ROOT / "pyproject.toml").read_text("utf-8")
    assert '"DTZ"' in settings
    assert [path for path in modules() if re.search(r"noqa:.*DTZ", path.read_text("utf-8"))] == []


@pytest.mark.parametrize(
    "line",
    ["datetime.now()", "datetime.utcnow()", "date.today()", "datetime.fromtimestamp(0)", "datetime(2026, 1, 1)",
     "time.localtime()", "now.astimezone()"],
)  # fmt: skip
def test_the_switch_each_way_of_asking_it_is_found(line: str) -> None:
    assert list(local_times(line))


def test_a_naive_time_is_refused_by_the_database() -> None:
    for dialect in ("sqlite", "postgresql"):
        with pytest.raises(ValueError, match="naive"):
            UtcDateTime().process_bind_param(datetime(2026, 1, 1), type("D", (), {"name": dialect})())  # type: ignore[arg-type]  # noqa: DTZ001


TABLES = ("submission", "stage_value", "decision", "published_result", "audit_event", "answer", "assessment")
PAGES = ("/", "/xa/20650", "/ho-so/{key}", "/ho-so/{key}/bien-nhan", "/tham-dinh/{key}", "/api/v1/ket-qua",
         "/ban-do/bang.csv")  # fmt: skip


def digest(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> str:
    """A whole journey and the pages that show it, as one number; keys are counted instead of drawn.

    The clock is set by number: told a time with a zone, it would set the zone of the machine as well.
    """
    app, counter, found = create_app(settings), itertools.count(1), hashlib.sha256()
    app.config["WTF_CSRF_ENABLED"] = False
    with monkeypatch.context() as patch, time_machine.travel(NOW.timestamp(), tick=False) as clock:
        patch.setattr("secrets.token_hex", lambda size=8: f"{next(counter):0{2 * size}x}")
        patch.setattr("tests.world.pdf_bytes", lambda *_a, note="", **_o: _PDF.rstrip() + b"\n" + b" " * len(note))
        with app.app_context():
            world = make_world(settings.data_dir)
            world.to("published")
            for table in TABLES:
                rows = db.session.execute(text(f"SELECT * FROM {table}")).all()
                found.update(repr([tuple(map(str, row)) for row in rows]).encode())
            db.session.remove()
        clock.move_to(world.now.timestamp())
        client = app.test_client()
        client.post("/dang-nhap", data={"email": email("appraiser"), "password": PASSWORD})
        for path in PAGES:
            page = client.get(path.format(key=world.key))
            assert page.status_code == 200, path
            for line in page.text.splitlines():
                if "nonce" not in line and "csrf" not in line and "000000" not in line:
                    found.update(line.encode())
    with app.app_context():
        db.engine.dispose()
    return found.hexdigest()


_PDF = pdf_bytes()
Fresh = Callable[[], Settings]


@pytest.mark.usefixtures("_zone_of_before")
def test_a_whole_journey_gives_the_same_bytes_in_every_zone(fresh: Fresh, monkeypatch: pytest.MonkeyPatch) -> None:
    digests = set()
    for zone in ZONES:
        in_zone(zone, monkeypatch)
        digests.add(digest(fresh(), monkeypatch))
    assert len(digests) == 1


@pytest.mark.usefixtures("_zone_of_before")
def test_the_switch_times_written_in_the_zone_of_the_machine_are_noticed(
    fresh: Fresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    def local(_type: UtcDateTime, value: datetime | None, _dialect: object) -> datetime | None:
        return None if value is None else value.astimezone().replace(tzinfo=None)

    monkeypatch.setattr(UtcDateTime, "process_bind_param", local)
    digests = set()
    for zone in ZONES[:2]:
        in_zone(zone, monkeypatch)
        digests.add(digest(fresh(), monkeypatch))
    assert len(digests) == 2


def in_zone(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()


@pytest.fixture
def _zone_of_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.usefixtures("_zone_of_before")
def test_a_date_is_read_and_written_the_same_everywhere(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    in_zone(zone, monkeypatch)
    assert format_datetime(NOW) == "24/11/2026 09:00"
    assert format_date(parse_date("31/12/2024")) == "31/12/2024"
    # The last second of a day in Viet Nam is still that day.
    late = datetime.fromisoformat("2026-12-31T23:59:59+07:00")
    assert format_datetime(late) == "31/12/2026 23:59"
    assert parse_date("01/01/2027") == date(2027, 1, 1)
