"""The hash that stands for an account that does not exist costs what a real one costs."""

from __future__ import annotations

import importlib.util

from ruraldx.accounts import passwords


def test_the_hash_of_nobody_has_the_parameters_of_a_real_one_and_opens_nothing() -> None:
    # A copy of its own: the tests run with a cheaper hasher.
    spec = importlib.util.spec_from_file_location("passwords_as_shipped", passwords.__file__)
    assert spec
    assert spec.loader
    shipped = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(shipped)
    assert not shipped._hasher.check_needs_rehash(shipped._DUMMY)
    assert shipped.hash_password("x").rpartition("$")[0].count("$") == shipped._DUMMY.rpartition("$")[0].count("$")
    for guess in ("", "nobody", shipped._DUMMY):
        assert not shipped.password_matches(None, guess)
