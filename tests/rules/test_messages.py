"""Sentences for people: places, translation, storing and reading back; refusals carry them."""

from __future__ import annotations

import ast
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruraldx.messages import Conflict, Forbidden, Invalid, Message, NotFound, Refused, message_from_data
from tests.house.tree import modules

HOSTILE = ["100 %", "%(x)s", "50%d", "%", "%%", "{x}", "${x}", "<b>", "%(label)s"]


@pytest.mark.parametrize("label", HOSTILE)
def test_a_value_is_shown_as_it_is_whatever_signs_it_has(label: str) -> None:
    message = Message("%(label)s: đủ mức %(bar)s %%.", label=label, bar="80")
    assert str(message) == f"{label}: đủ mức 80 %."
    assert str(message_from_data(json.loads(json.dumps(message.as_data())))) == str(message)


def test_a_sentence_without_places_is_shown_as_it_is_written() -> None:
    assert str(Message("Trên 100 %. Hãy kiểm tra.")) == "Trên 100 %. Hãy kiểm tra."


@pytest.mark.parametrize("label", HOSTILE)
def test_a_message_inside_a_message_is_translated_too(label: str) -> None:
    inner = Message("có")
    outer = Message("%(label)s: %(said)s.", label=label, said=inner)
    english = {"có": "yes", "%(label)s: %(said)s.": "%(label)s = %(said)s"}
    assert outer.translated(lambda text: english[text]) == f"{label} = yes"
    assert message_from_data(outer.as_data()).translated(lambda text: english[text]) == f"{label} = yes"


def test_what_is_stored_is_plain_and_complete() -> None:
    message = Message("Còn %(n)s ô; %(said)s", n=3, said=Message("sửa %(x)s", x="a"))
    assert message.as_data() == {
        "text": "Còn %(n)s ô; %(said)s",
        "values": {"n": "3", "said": {"text": "sửa %(x)s", "values": {"x": "a"}}},
    }
    assert Message("Đạt").as_data() == {"text": "Đạt"}
    assert message_from_data({"text": "Đạt", "values": None}) == Message("Đạt")
    with pytest.raises(KeyError):
        message_from_data({"values": {}})


@given(st.dictionaries(st.sampled_from("abcd"), st.text(max_size=8), min_size=1))
def test_every_message_reads_back_as_it_was(values: dict[str, str]) -> None:
    message = Message(" ".join(f"%({name})s" for name in sorted(values)), **values)
    again = message_from_data(json.loads(json.dumps(message.as_data())))
    assert (again, hash(again), str(again)) == (message, hash(message), str(message))


def test_equal_messages_have_equal_hashes() -> None:
    for one, other in (
        (Message("%(n)s", n=1), Message("%(n)s", n=1.0)),
        (Message("%(a)s%(b)s", a="x", b="y"), Message("%(a)s%(b)s", b="y", a="x")),
        (Message("%(m)s", m=Message("a")), Message("%(m)s", m=Message("a"))),
    ):
        assert one == other
        assert hash(one) == hash(other)
    assert Message("a") != Message("b")
    assert Message("%(n)s", n=1) != Message("%(n)s", n=2)


def test_a_message_cannot_be_changed() -> None:
    message = Message("%(n)s", n=1)
    with pytest.raises(AttributeError):
        message.template = "x"  # type: ignore[misc]
    with pytest.raises(TypeError):
        message.values["n"] = 2  # type: ignore[index]


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        (Refused, 409, "refused"),
        (NotFound, 404, "not_found"),
        (Forbidden, 403, "forbidden"),
        (Conflict, 409, "conflict"),
        (Invalid, 422, "invalid"),
    ],
)
def test_a_refusal_carries_its_sentence_field_status_and_code(kind: type[Refused], status: int, code: str) -> None:
    plain = kind(Message("Không được vì %(why)s.", why="x"))
    assert (str(plain), plain.field, plain.status, plain.code) == ("Không được vì x.", None, status, code)
    special = kind(Message("Không."), field="email", code="involved", status=418)
    assert (special.field, special.status, special.code) == ("email", 418, "involved")
    assert kind.status == status


def messages_in_code() -> list[tuple[str, str, frozenset[str]]]:
    """(module, template, names given) of every message built with its values in sight."""
    found = []
    for path, source in modules():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Message":
                names = [keyword.arg for keyword in node.keywords]
                template = node.args[0]
                if isinstance(template, ast.Constant) and None not in names:
                    found.append((path, str(template.value), frozenset(str(name) for name in names)))
    return found


def test_every_message_gets_exactly_the_values_it_has_places_for() -> None:
    found = messages_in_code()
    assert len(found) > 200
    for path, template, names in found:
        places = set(re.findall(r"%\((\w+)\)", template))
        # Stored values are texts, so a place never asks for a number; a lone % breaks only where there are places.
        assert set(re.findall(r"%\(\w+\)(.)", template)) <= {"s"}, f"{path}: {template}"
        assert places == names, f"{path}: {template}"
        if names:
            assert "%" not in re.sub(r"%%|%\(\w+\)s", "", template), f"{path}: {template}"
        else:
            assert "%%" not in template, f"{path}: {template}"
