"""What a file that somebody uploads becomes: YAML for the editor. One entry for each kind of file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import Final

from ruraldx.catalog.text import to_yaml
from ruraldx.criteria_sets.workbooks import from_workbook
from ruraldx.messages import Invalid, Message

Reader = Callable[[str, bytes], str]


def _yaml(_name: str, content: bytes) -> str:
    """The text as it was typed; whether it is a set is seen in the editor, line by line."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(Message("Tệp không phải là văn bản UTF-8."), field="file") from error


def _workbook(name: str, content: bytes) -> str:
    """The set of a workbook; what is wrong in it can only be mended there, so it is refused by cell."""
    return to_yaml(from_workbook(name, content))


READERS: Final[dict[str, Reader]] = {".xlsx": _workbook, ".yaml": _yaml, ".yml": _yaml}


def text_of_upload(name: str, content: bytes) -> str:
    """YAML of an uploaded file, by the end of its name. Raises Invalid, or CatalogError by cell for a workbook."""
    reader = READERS.get(PurePath(name).suffix.lower())
    if reader is None:
        raise Invalid(
            Message("Không nhận loại tệp này. Hãy chọn tệp có đuôi: %(known)s.", known=", ".join(READERS)), field="file"
        )
    return reader(name, content)
