"""A brief profile for counting coverage: few examples, the same every time, so that no branch is reached by luck."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("brief", max_examples=3, derandomize=True, database=None)
