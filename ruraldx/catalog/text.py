"""Write a criteria set, or anything else of the catalog, as readable YAML: the same object is the same text. Pure.

What has its default is left out, keys stand in the order of the model, codes are in quotes, no line is folded. Read
back, the text gives the same canonical bytes.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

import yaml
from pydantic import BaseModel

from ruraldx.vietnamese import nfc

# What a reader could take for a number, and what is one by its look: "8.1", "17", "A.2".
_CODE: Final = re.compile(r"[0-9A-Z]{1,6}(\.[0-9A-Za-z]{1,4})*")
# Signs that YAML counts as line breaks or does not show.
_HIDDEN: Final = re.compile("[\r\t\x85\u2028\u2029\ufeff]")
_WIDE: Final = 10**9


class _Dumper(yaml.SafeDumper):
    """Block style with items of a list indented; nothing refers to something else."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent items of a list below their key."""
        del indentless
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        """The same value twice is written twice."""
        del data
        return True


def _string(dumper: _Dumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=_style(value))


def _style(value: str) -> str | None:
    """In quotes what looks like a number or has signs nobody sees, as a block what has lines, else as it is."""
    if not value or _CODE.fullmatch(value) or _HIDDEN.search(value):
        return '"'
    lines = value.split("\n")
    if len(lines) == 1:
        return None
    return "|" if lines[0] and all(line == line.strip() for line in lines) else '"'


def _number(dumper: _Dumper, value: Decimal) -> yaml.ScalarNode:
    text = f"{value:f}"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)


_Dumper.add_representer(str, _string)
_Dumper.add_representer(Decimal, _number)


def to_yaml(entry: BaseModel) -> str:
    """The YAML text of a criteria set, an amendment or a crosswalk; ends with a line break."""
    data = _plain(entry.model_dump(exclude_defaults=True, by_alias=True))
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, default_flow_style=False, width=_WIDE)


def _plain(value: Any) -> Any:
    """Lists for tuples, words for members of an enumeration, texts in normal form."""
    if isinstance(value, dict):
        return {_plain(name): _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return nfc(str(value)) if isinstance(value, str) else value
