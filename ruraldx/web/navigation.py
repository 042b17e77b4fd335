"""The main menu: a table of entries, each with the permission that shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import Flask, request, url_for

from ruraldx.accounts.guards import can, current_principal, safe_next
from ruraldx.messages import Message


@dataclass(frozen=True)
class Entry:
    """A line of the menu."""

    endpoint: str
    label: Message
    permission: str
    signed_in_only: bool = False


ENTRIES: Final = (
    Entry("assessments.my_work", Message("Việc của tôi"), "account.own", signed_in_only=True),
    Entry("appraisal.queue", Message("Thẩm định"), "queue.read", signed_in_only=True),
    Entry("maps.page", Message("Bản đồ"), "public"),
    Entry("pilots.registry", Message("Mô hình"), "public"),
    Entry("public.search", Message("Tìm xã"), "public"),
    Entry("criteria_sets.sets", Message("Bộ tiêu chí"), "public"),
    Entry("web.help_page", Message("Trợ giúp"), "public"),
)


@dataclass(frozen=True)
class MenuItem:
    """A line as the page draws it."""

    label: Message
    url: str
    current: bool


def init_app(app: Flask) -> None:
    """Give templates the menu and the way back to the page."""
    app.jinja_env.globals.update(menu=menu, here=here)


def here() -> str:
    """The address to come back to after changing the language; the start page after a form or an odd address."""
    return (safe_next(request.full_path.rstrip("?")) if request.method == "GET" else None) or url_for("public.start")


def menu() -> tuple[MenuItem, ...]:
    """The entries this person may use."""
    signed_in = current_principal().person_id is not None
    return tuple(
        MenuItem(entry.label, url_for(entry.endpoint), request.endpoint == entry.endpoint)
        for entry in ENTRIES
        if can(entry.permission) and (signed_in or not entry.signed_in_only)
    )
