"""Language: Vietnamese is the language of the source, English comes from one catalogue, behind a switch.

Addresses are the same in both. The catalogue is compiled in memory when the application starts: there is no
build step to forget.
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, has_request_context, session
from flask_babel import Babel, Domain

COOKIE_KEY: Final = "ngon_ngu"
LANGUAGES: Final = {"vi": "Tiếng Việt", "en": "English"}
CATALOGUE: Final = Path(__file__).parent / "translations" / "en" / "LC_MESSAGES" / "messages.po"


def init_app(app: Flask) -> None:
    """Connect Babel and give templates the language."""
    app.config["BABEL_DEFAULT_LOCALE"] = "vi"
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Ho_Chi_Minh"
    # Flask-Babel asks the instance it was given for the domain, not the app's extension record.
    Babel(app, locale_selector=language).domain_instance = _Languages()
    app.jinja_env.globals["language"] = language
    app.jinja_env.globals["languages"] = LANGUAGES


def language() -> str:
    """The language of this request: ``vi`` unless the person chose ``en``."""
    chosen = session.get(COOKIE_KEY, "vi") if has_request_context() else "vi"
    return chosen if chosen in LANGUAGES else "vi"


@lru_cache(maxsize=1)
def english() -> Translations:
    """The English catalogue."""
    with CATALOGUE.open("rb") as handle:
        catalogue = read_po(handle, locale="en")
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled, domain="messages")


class _Languages(Domain):  # type: ignore[misc]
    """The source language as it is written, English from the catalogue."""

    def get_translations(self) -> NullTranslations:
        """Flask-Babel's hook."""
        return english() if language() == "en" else _SOURCE


_SOURCE: Final = NullTranslations()
