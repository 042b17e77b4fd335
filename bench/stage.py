"""What is measured: the demo in a folder of its own, with one round of one commune and one of two hundred."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from pydantic import SecretStr

from ruraldx.accounts.queries import principal_of
from ruraldx.app import create_app
from ruraldx.assessments.operations.rounds import NewRound, open_round
from ruraldx.catalog.loader import load_shipped
from ruraldx.config import ROOT, Settings
from ruraldx.database import db
from ruraldx.demo.load import ACCOUNTS_FILE, load_demo
from ruraldx.places.operations import load_units
from ruraldx.places.queries import get_unit, units_of_province

OFFICIAL = "congchuc.quephu@minhhoa.invalid"
APPRAISER = "thamdinh@minhhoa.invalid"
OFFICE = "dieuphoi@minhhoa.invalid"
IN_2024 = date(2024, 12, 31)
SECRET = "only-for-measuring-0123456789-abcdefghij"
MANY = 200


class Stage:
    """The demo, made when first asked for. ``small``: what gates judge shows at a size that takes seconds."""

    def __init__(self, folder: Path, small: bool = False) -> None:
        self.folder = folder
        self.small = small
        self.rounds: dict[int, str] = {}

    @property
    def environment(self) -> dict[str, str]:
        """The environment of another process that works on the same data."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("RURALDX_")}
        return kept | {
            "PYTHONPATH": str(ROOT),
            "RURALDX_ENVIRONMENT": "demo",
            "RURALDX_SECRET_KEY": SECRET,
            "RURALDX_DATA_DIR": str(self.folder),
            "RURALDX_LOG_LEVEL": "CRITICAL",
        }

    @cached_property
    def app(self) -> Flask:
        """The application with its data."""
        settings = Settings(
            environment="demo", secret_key=SecretStr(SECRET), data_dir=self.folder, log_level="CRITICAL"
        )
        app = create_app(settings)
        # The token is checked by the suite; here it would only be noise in each request.
        app.config["WTF_CSRF_ENABLED"] = False
        now = datetime.now(UTC)
        with app.app_context():
            upgrade()
            load_units(actor_id=None, now=now, provinces=("48", "49"), commit=True)
            load_demo(now=now, data_dir=self.folder, say=lambda _text: None)
            for size in (1, MANY):
                self.rounds[size] = _open(size, now)
            db.session.remove()
        return app

    def client(self, email: str) -> FlaskClient:
        """A signed-in browser."""
        client = self.app.test_client()
        accounts = json.loads((self.folder / ACCOUNTS_FILE).read_text(encoding="utf-8"))
        password = next(item["password"] for item in accounts if item["email"] == email)
        answer = client.post("/dang-nhap", data={"email": email, "password": password})
        if answer.status_code != 302:
            raise RuntimeError(f"{email} could not sign in: {answer.status}")
        return client


def _open(size: int, now: datetime) -> str:
    office = principal_of(OFFICE, now)
    if office is None:
        raise RuntimeError("the demo has no coordination office")
    units = [unit.id for unit in units_of_province("49", IN_2024)][:size]
    new = NewRound(
        title=f"Đo với {size} xã",
        province_id=get_unit("49", IN_2024, "province").id,
        criteria=load_shipped()["xa-ntm-2021-2025"],
        # A period of its own: a commune is in one round only of a set and a period.
        period_from=date(2024, 1, 1) + timedelta(days=size),
        period_to=IN_2024,
        due_at=now + timedelta(days=30),
        units=units,
    )
    return open_round(actor=office, now=now, new=new)
