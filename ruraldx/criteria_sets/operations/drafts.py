"""Acts on drafts: start, save, delete."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ruraldx.accounts.models import Person
from ruraldx.accounts.permissions import Principal, Subject, allows
from ruraldx.catalog.loader import CatalogError, parse_yaml
from ruraldx.catalog.rules import CODE
from ruraldx.catalog.schema import SetReference
from ruraldx.catalog.text import to_yaml
from ruraldx.criteria_sets.editing import edited, shape_of
from ruraldx.criteria_sets.models import CriteriaDraft
from ruraldx.criteria_sets.operations.common import PERMISSION, authorise, note, province_code, province_paths
from ruraldx.criteria_sets.operations.versions import find_set, highest_number
from ruraldx.criteria_sets.uploads import text_of_upload
from ruraldx.database import unit_of_work
from ruraldx.messages import Conflict, Forbidden, Invalid, Message, NotFound
from ruraldx.vietnamese import is_blank, line_within, nfc

LONGEST: Final = 1_000_000
# A small set that passes every check: whoever begins sees what belongs where.
_BLANK: Final = Path(__file__).parent.parent / "blank.yaml"


def _blank() -> str:
    """The text without the comment for whoever reads the file."""
    return _BLANK.read_text(encoding="utf-8").partition("\n")[2]


class DraftCollision(Conflict):
    """Somebody else saved the draft meanwhile: ``theirs`` is what they saved, ``version`` its number."""

    def __init__(self, row: CriteriaDraft, by: str) -> None:
        super().__init__(
            Message("Bản thảo đã được người khác lưu trong khi bạn đang sửa. Hãy so hai nội dung rồi lưu lại."),
            code="stale",
        )
        self.theirs, self.version, self.theirs_by, self.theirs_at = row.content, row.version, by, row.updated_at


def start_blank(
    *, actor: Principal, now: datetime, code: str, title: str, province: str | None, commit: bool = True
) -> str:
    """Start a draft from a small example that is in order, and return its key. Raises Forbidden or Invalid."""
    if not re.fullmatch(CODE, code) or len(code) > 80:
        raise Invalid(
            Message("Mã gồm chữ thường không dấu, chữ số và dấu gạch nối, ví dụ chuyen-doi-so-xa."), field="code"
        )
    if is_blank(title):
        raise Invalid(Message("Hãy đặt tên cho bộ tiêu chí."), field="title")
    line = json.dumps(line_within(title, field="title", longest=300), ensure_ascii=False)
    with unit_of_work(commit=commit) as session:
        place = f'province_code: "{province_code(session, province)}"\n' if province else ""
        text = _blank().format(code=code, title=line, place=place, year=now.year)
        return _start(session, actor, now, text, province, "blank")


def start_from_version(
    *, actor: Principal, now: datetime, code: str, number: int, province: str | None, commit: bool = True
) -> str:
    """Start a draft from a published or shipped version, with the next free number.

    Without ``province`` it is for whom the version is; for another province it gets a code of its own and names the
    version it builds on. Raises Forbidden or NotFound.
    """
    with unit_of_work(commit=commit) as session:
        base = find_set(session, code, number)
        place = province_code(session, province) if province else base.province_code
        changes: dict[str, Any] = {}
        if place != base.province_code:
            changes = {
                "code": f"{code}-{place}"[:80],
                "province_code": place,
                "extends": SetReference(code=code, number=number),
            }
        elif place and province is None:
            province = _own_path(session, actor, place)
        changes["number"] = highest_number(session, changes.get("code", code)) + 1
        return _start(session, actor, now, to_yaml(base.model_copy(update=changes)), province, f"{code}@{number}")


def _own_path(session: Session, actor: Principal, code: str) -> str:
    """The province of a code as this person administers it. Raises Forbidden."""
    paths = province_paths(session, code)
    own = next((path for path in paths if allows(actor, PERMISSION, Subject(path))), None)
    if own is None:
        raise Forbidden(Message("Bạn không có quyền với bộ tiêu chí của tỉnh mang mã %(code)s.", code=code))
    return own


def start_from_file(
    *, actor: Principal, now: datetime, name: str, content: bytes, province: str | None, commit: bool = True
) -> str:
    """Start a draft from an uploaded file. Raises Forbidden, Invalid, or CatalogError by cell for a workbook."""
    text = text_of_upload(name, content)
    with unit_of_work(commit=commit) as session:
        return _start(session, actor, now, text, province, "file")


def _start(session: Session, actor: Principal, now: datetime, text: str, province: str | None, source: str) -> str:
    person_id = authorise(actor, province)
    draft = CriteriaDraft(
        key=secrets.token_hex(8),
        code="",
        number=1,
        title="",
        province=province,
        content="",
        version=1,
        created_by=person_id,
        created_at=now,
        updated_by=person_id,
        updated_at=now,
    )
    _write(draft, text)
    session.add(draft)
    session.flush()
    note(session, person_id, "draft_started", draft.key, now, source=source, code=draft.code, number=draft.number)
    return draft.key


def save_draft(*, actor: Principal, now: datetime, key: str, seen: int, content: str, commit: bool = True) -> int:
    """Save the text as it was typed, in order or not, and return the new version of the draft.

    Raises NotFound, Invalid (nothing typed, too long), or DraftCollision with both texts.
    """
    with unit_of_work(commit=commit) as session:
        draft, person_id = lock_draft(session, key, actor)
        check_seen(session, draft, seen)
        _write(draft, content)
        draft.version += 1
        draft.updated_by, draft.updated_at = person_id, now
        note(session, person_id, "draft_saved", key, now, version=draft.version)
        return draft.version


def save_indicator(
    *, actor: Principal, now: datetime, key: str, seen: int, code: str, values: Mapping[str, str], commit: bool = True
) -> int:
    """Change one indicator of a draft by the fields of its form, and return the new version of the draft.

    Raises NotFound, DraftCollision, Conflict (the text cannot be read) or Invalid at a field.
    """
    with unit_of_work(commit=commit) as session:
        draft, person_id = lock_draft(session, key, actor)
        check_seen(session, draft, seen)
        criteria = shape_of(draft.content)
        if criteria is None:
            raise Conflict(Message("Bản thảo còn lỗi nên chưa sửa được bằng biểu mẫu. Hãy sửa các lỗi đã nêu trước."))
        _write(draft, to_yaml(edited(criteria, code, values)))
        draft.version += 1
        draft.updated_by, draft.updated_at = person_id, now
        note(session, person_id, "draft_saved", key, now, version=draft.version, indicator=code)
        return draft.version


def delete_draft(*, actor: Principal, now: datetime, key: str, seen: int, commit: bool = True) -> None:
    """Delete a draft. Raises NotFound, or DraftCollision when it changed after the person saw it."""
    with unit_of_work(commit=commit) as session:
        draft, person_id = lock_draft(session, key, actor)
        check_seen(session, draft, seen)
        note(session, person_id, "draft_deleted", key, now, code=draft.code, number=draft.number)
        session.delete(draft)


def lock_draft(session: Session, key: str, actor: Principal) -> tuple[CriteriaDraft, int]:
    """(the draft, the person's id), for changing. Raises NotFound when it does not exist for this person."""
    draft = session.execute(
        select(CriteriaDraft).where(CriteriaDraft.key == key).with_for_update()
    ).scalar_one_or_none()
    if draft is None or not allows(actor, PERMISSION, Subject(draft.province)):
        raise NotFound(Message("Không tìm thấy bản thảo này."))
    return draft, authorise(actor, draft.province)


def check_seen(session: Session, draft: CriteriaDraft, seen: int) -> None:
    """Raise DraftCollision when the draft is not the one that the person saw."""
    if seen != draft.version:
        by = session.get_one(Person, draft.updated_by).name
        raise DraftCollision(draft, by)


def _write(draft: CriteriaDraft, content: str) -> None:
    text = nfc(content.replace("\r\n", "\n").replace("\r", "\n"))
    if is_blank(text):
        raise Invalid(Message("Bản thảo chưa có nội dung."), field="content")
    if len(text) > LONGEST:
        raise Invalid(Message("Nội dung dài quá %(max)s ký tự.", max=LONGEST), field="content")
    draft.content = text if text.endswith("\n") else f"{text}\n"
    draft.code, draft.number, draft.title = _head(text) or (draft.code, draft.number, draft.title)


def _head(text: str) -> tuple[str, int, str] | None:
    """Code, number and title, where the text can be read that far."""
    try:
        data, _lines = parse_yaml("", text.encode())
    except CatalogError:
        return None
    found = data if isinstance(data, dict) else {}
    code, number, title = found.get("code"), found.get("number"), found.get("title")
    if isinstance(code, str) and type(number) is int and 0 < number < 10_000 and isinstance(title, str):
        return code[:80], number, title[:300]
    return None
