"""Every address declares who may open it and is written the same way."""

from __future__ import annotations

import re

from flask import Flask

from ruraldx.accounts.permissions import PERMISSIONS

SAFE = {"GET", "HEAD", "OPTIONS"}


def test_every_route_declares_a_permission(bare_app: Flask) -> None:
    for rule in bare_app.url_map.iter_rules():
        if rule.endpoint != "static":
            assert getattr(bare_app.view_functions[rule.endpoint], "permission", None) in PERMISSIONS, rule.endpoint


def test_addresses_are_words_without_accents_joined_by_hyphens(bare_app: Flask) -> None:
    for rule in bare_app.url_map.iter_rules():
        fixed = re.sub(r"<[^>]+>", "x", rule.rule)
        assert re.fullmatch(r"/|(?:/[a-z0-9]+(?:[.-][a-z0-9]+)*)+", fixed.removesuffix("/")) or fixed == "/", rule.rule


def test_an_address_reads_or_writes(bare_app: Flask) -> None:
    """A form page may take its own POST; nothing else is open to other methods."""
    for rule in bare_app.url_map.iter_rules():
        assert (rule.methods or set()) - SAFE <= {"POST"}, rule.rule
