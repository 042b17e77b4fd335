"""Amendments: legal documents as operations on a version of a set, and the consolidated text on a day. Pure.

A version is never overwritten. An amendment whose effective date is not known is kept and shown, but not applied:
an administrator who has seen the document enters the date.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from pydantic import Field, PrivateAttr

from ruraldx.catalog.edits import Operation
from ruraldx.catalog.performing import joined, performed, with_document
from ruraldx.catalog.reading import CatalogError, Problem, Text, read
from ruraldx.catalog.rules import CODE
from ruraldx.catalog.schema import CriteriaSet, LegalDocument, Strict, Verification
from ruraldx.messages import Message
from ruraldx.vietnamese import format_date

_Path = tuple[str | int, ...]


class Amendment(Strict):
    """A legal document that changes one version of a criteria set.

    ``after``: codes of amendments whose text this one changes again. ``effective_to`` is the last day it applies.
    """

    code: str = Field(pattern=CODE, max_length=80)
    number: int = Field(ge=1, le=9999)
    base_code: str
    base_number: int
    document: LegalDocument
    effective_from: date | None = None
    effective_to: date | None = None
    after: tuple[str, ...] = ()
    verification: Verification
    source: str = Field(min_length=1)
    note: str = ""
    operations: tuple[Operation, ...] = Field(min_length=1)
    _text: Text = PrivateAttr(default_factory=Text)

    @property
    def text(self) -> Text:
        """Where it was read, for naming the line of a problem."""
        return self._text if self._text.name else Text(self.code)

    @property
    def words(self) -> str:
        """What a consolidated text says about it."""
        head = {"document": self.document.words, "code": self.code, "number": self.number}
        if self.effective_from is None:
            return str(Message("%(document)s, %(code)s v%(number)s", **head))
        day = format_date(self.effective_from)
        return str(Message("%(document)s, %(code)s v%(number)s, từ %(day)s", **head, day=day))

    def changes(self, base: CriteriaSet) -> bool:
        """Whether this is an amendment of exactly this version."""
        return _base(self) == (base.code, base.number)


def parse_amendment(name: str, content: bytes) -> Amendment:
    """Read an amendment from the bytes of a YAML text. Raises CatalogError with every problem and its line."""
    return amendment_in(read(name, content))


def amendment_in(text: Text) -> Amendment:
    """The amendment in a text that was read. Raises CatalogError."""
    amendment = text.read_as(Amendment)
    amendment._text = text
    found = [text.problem(where, message) for where, message in _date_problems(amendment)]
    if found:
        raise CatalogError(found)
    return amendment


def _date_problems(amendment: Amendment) -> Iterator[tuple[_Path, Message]]:
    start, end, issued = amendment.effective_from, amendment.effective_to, amendment.document.issued_on
    if start and end and end < start:
        yield ("effective_to",), Message("Văn bản sửa đổi hết hiệu lực trước khi có hiệu lực.")
    if end and not start:
        yield ("effective_to",), Message("Có ngày hết hiệu lực thì phải có ngày có hiệu lực (effective_from).")
    if start and issued and start < issued:
        yield ("effective_from",), Message("Văn bản sửa đổi có hiệu lực trước ngày ban hành.")


def apply(base: CriteriaSet, amendment: Amendment) -> CriteriaSet:
    """The set after one amendment, whatever the day; its documents and note name the amendment.

    Raises CatalogError: the amendment is of another version, an operation does not fit, or the result does not hold.
    """
    text = amendment.text
    if not amendment.changes(base):
        message = Message(
            "Văn bản này sửa %(code)s phiên bản %(number)s, không phải %(given)s.",
            code=amendment.base_code,
            number=amendment.base_number,
            given=f"{base.code} v{base.number}",
        )
        raise text.error(("base_code",), message)
    document = amendment.document
    present = [one.number for one in base.documents if one.key == document.key]
    if present and present != [document.number]:
        message = Message("Khóa “%(key)s” đã dùng cho văn bản %(number)s.", key=document.key, number=present[0])
        raise text.error(("document", "key"), message)
    line = str(Message("Đã hợp nhất %(document)s.", document=amendment.words))
    noted = with_document(base, document).model_copy(update={"note": joined(base.note, line)})
    return performed(noted, amendment.operations, text, "operations")


def consolidated(base: CriteriaSet, amendments: Iterable[Amendment], on: date) -> CriteriaSet:
    """The text in force on a day: the version with the amendments of that day, in the order they took effect.

    Amendments of other versions are passed over. Raises CatalogError as :func:`apply`, and for amendments that
    contradict each other: a code twice, an unknown or circular ``after``, dates out of order.
    """
    result = base
    for amendment in in_force(base, amendments, on):
        result = apply(result, amendment)
    return result


def in_force(base: CriteriaSet, amendments: Iterable[Amendment], on: date) -> tuple[Amendment, ...]:
    """The amendments of this version that apply on a day, in the order they are applied. Raises CatalogError.

    One that changes the text of another applies only while that one does.
    """
    mine = [amendment for amendment in amendments if amendment.changes(base)]
    found = list(chain_problems(mine))
    if found:
        raise CatalogError(found)
    days = {amendment.code: amendment for amendment in mine if _applies(amendment, on)}
    depths = {code: _depth(amendment, days) for code, amendment in days.items()}
    chosen = [amendment for amendment in days.values() if depths[amendment.code] is not None]
    return tuple(sorted(chosen, key=lambda one: (str(one.effective_from), depths[one.code] or 0, one.code)))


def _applies(amendment: Amendment, on: date) -> bool:
    start, end = amendment.effective_from, amendment.effective_to
    return start is not None and start <= on and (end is None or on <= end)


def _depth(amendment: Amendment, days: dict[str, Amendment]) -> int | None:
    """How many amendments must come before it at least; None while one of them does not apply."""
    depths = [_depth(days[code], days) if code in days else None for code in amendment.after]
    known = [depth for depth in depths if depth is not None]
    return max(known, default=-1) + 1 if len(known) == len(depths) else None


def waiting(base: CriteriaSet, amendments: Iterable[Amendment]) -> tuple[Amendment, ...]:
    """The amendments of this version that are not applied on any day, since their effective date is not known."""
    mine = (one for one in amendments if one.changes(base) and one.effective_from is None)
    return tuple(sorted(mine, key=lambda one: one.code))


def chain_problems(amendments: Sequence[Amendment]) -> Iterator[Problem]:
    """What is wrong among amendments: a code twice, an unknown or circular ``after``, dates out of order."""
    by_code: dict[str, Amendment] = {}
    for amendment in amendments:
        if amendment.code in by_code:
            yield amendment.text.problem(
                ("code",), Message("Có hai văn bản sửa đổi cùng mã %(code)s.", code=amendment.code)
            )
        by_code.setdefault(amendment.code, amendment)
    for amendment in amendments:
        for index, code in enumerate(amendment.after):
            for message in _after_problems(amendment, code, by_code):
                yield amendment.text.problem(("after", index), message)


def _after_problems(amendment: Amendment, code: str, by_code: dict[str, Amendment]) -> Iterator[Message]:
    before = by_code.get(code)
    if before is None or _base(before) != _base(amendment):
        yield Message("Không có văn bản sửa đổi %(code)s của cùng phiên bản.", code=code)
    elif _reaches(before, amendment.code, by_code, frozenset()):
        yield Message("Văn bản sửa đổi %(code)s nối thành vòng.", code=code)
    elif before.effective_from and amendment.effective_from and amendment.effective_from < before.effective_from:
        yield Message(
            "Văn bản này có hiệu lực trước %(code)s (%(day)s) mà nó sửa tiếp.",
            code=code,
            day=format_date(before.effective_from),
        )


def _base(amendment: Amendment) -> tuple[str, int]:
    return amendment.base_code, amendment.base_number


def _reaches(start: Amendment, code: str, by_code: dict[str, Amendment], seen: frozenset[str]) -> bool:
    if start.code == code:
        return True
    further = (by_code[name] for name in start.after if name in by_code and name not in seen)
    return any(_reaches(one, code, by_code, seen | {start.code}) for one in further)
