"""Filters of templates: dates, numbers, messages. Formats are explicit, never guessed from a locale."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from flask import Flask
from flask_babel import gettext
from flask_wtf.csrf import generate_csrf

from ruraldx.accounts.guards import can, current_principal
from ruraldx.assessments.presenting import EVENT_WORDS, VERDICT_WORDS
from ruraldx.catalog.schema import VERIFICATIONS
from ruraldx.config import Settings
from ruraldx.database import utc_now
from ruraldx.messages import Message
from ruraldx.vietnamese import (
    decimal_text,
    format_date,
    format_datetime,
    format_number,
    format_percent,
    format_time,
    vietnam_day,
)


def init_app(app: Flask) -> None:
    """Register filters and globals."""
    settings: Settings = app.extensions["ruraldx_settings"]
    app.jinja_env.filters.update(
        ngay=day,
        ngay_gio=day_time,
        con_lai=time_left,
        gio=time_of_day,
        so=number,
        so_gon=short_number,
        phan_tram=percent,
        loi=message,
        kich_thuoc=size,
        giua_cau=inside_sentence,
    )
    app.jinja_env.globals.update(
        can=can,
        principal=current_principal,
        csrf_value=generate_csrf,
        settings=settings,
        verdict_words=VERDICT_WORDS,
        event_words=EVENT_WORDS,
        verifications=VERIFICATIONS,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def day(value: date | None) -> str:
    """dd/MM/yyyy, or a dash; an instant is shown as the day it falls on in Vietnam."""
    if isinstance(value, datetime):
        value = vietnam_day(value)
    return format_date(value) if value else "–"


def time_left(due: datetime) -> Message:
    """How long until a deadline, in days of Vietnam, or for how long it has passed."""
    now = utc_now()
    days = (vietnam_day(due) - vietnam_day(now)).days
    if due < now:
        return Message("quá hạn %(n)s ngày", n=-days) if days else Message("vừa quá hạn hôm nay")
    return Message("còn %(n)s ngày", n=days) if days else Message("hết hạn hôm nay")


def day_time(value: datetime | None) -> str:
    """dd/MM/yyyy HH:mm in Vietnam, or a dash."""
    return format_datetime(value) if value else "–"


def time_of_day(value: datetime) -> str:
    """HH:mm in Vietnam."""
    return format_time(value)


def number(value: Decimal | int | None) -> str:
    """A number with a decimal comma, or a dash."""
    return "–" if value is None else format_number(value)


def short_number(value: Decimal | int | None) -> str:
    """The same without zeros at the end that say nothing."""
    return "–" if value is None else decimal_text(value)


def percent(value: Decimal | None) -> str:
    """A percentage with a decimal comma, or a dash."""
    return "–" if value is None else format_percent(value)


def message(value: Message | str) -> str:
    """A message in the language of the request; a plain text stays as it is."""
    return value.translated(gettext) if isinstance(value, Message) else value


def inside_sentence(name: str) -> str:
    """The full name of a unit as it stands inside a sentence: "Xã Quế Phú" is "xã Quế Phú" there."""
    return name[:1].lower() + name[1:]


def size(value: int) -> str:
    """A file size in KB or MB."""
    if value < 1024 * 1024:
        return f"{max(1, round(value / 1024))} KB"
    return f"{format_number(Decimal(value) / (1024 * 1024), 1)} MB"
