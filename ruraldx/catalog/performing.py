"""Carry out operations on a criteria set. Pure: gives another set, or says at which line why not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from pydantic import ValidationError

from ruraldx.catalog.canonical import canonical_bytes, from_canonical
from ruraldx.catalog.checks import problems_of
from ruraldx.catalog.edits import Insert, Note, Operation, Remove, Rename, SetDocument, SetField
from ruraldx.catalog.field_paths import ABSENT, CLOSED, value_at, with_value
from ruraldx.catalog.reading import CatalogError, Problem, Text
from ruraldx.catalog.schema import CriteriaSet, Criterion, Indicator, LegalDocument, Verification
from ruraldx.catalog.sentences import first_complaint
from ruraldx.catalog.tree import Owner, codes_on, node_at, places_of, spliced
from ruraldx.messages import Message
from ruraldx.vietnamese import ValueProblem

_Path = tuple[str | int, ...]
_LONGEST_SHOWN: Final = 80


class _Misfit(Exception):
    """An operation that does not fit the set; ``where`` is the key of the operation that is wrong."""

    def __init__(self, where: str, message: Message) -> None:
        super().__init__(str(message))
        self.where = where
        self.message = message


def performed(base: CriteriaSet, operations: Sequence[Operation], text: Text, key: str) -> CriteriaSet:
    """The set after the operations, in their order; ``key`` is where they stand in ``text``.

    Raises CatalogError: every operation that does not fit, or else whatever is wrong with the set they make.
    """
    result, problems = base, list[Problem]()
    for index, operation in enumerate(operations):
        try:
            result = _ACTS[type(operation)](result, operation)
        except _Misfit as misfit:
            problems.append(text.problem((key, index, misfit.where), misfit.message))
    if problems:
        raise CatalogError(problems)
    try:
        result = from_canonical(canonical_bytes(result))
    except ValidationError as error:
        raise CatalogError([text.problem((key,), first_complaint(error, result.model_dump()))]) from error
    found = problems_of(result)
    if found:
        raise CatalogError([text.problem(_blamed(result, operations, key, at), said) for at, said in found])
    return result


def with_document(base: CriteriaSet, document: LegalDocument) -> CriteriaSet:
    """The set with a document added, or in the place of the one with its key."""
    others = tuple(document if one.key == document.key else one for one in base.documents)
    if document not in others:
        others = (*others, document)
    return base.model_copy(update={"documents": others})


def _blamed(result: CriteriaSet, operations: Sequence[Operation], key: str, at: _Path) -> _Path:
    """The last operation that touched the node where something is wrong, innermost nodes first."""
    for code in codes_on(result, at):
        for index in reversed(range(len(operations))):
            if code in _codes_in(operations[index]):
                return key, index
    return (key,)


def _codes_in(operation: Operation) -> set[str]:
    if isinstance(operation, Insert):
        new = operation.indicator or operation.group
        return {new.code if new else "", operation.under}
    if isinstance(operation, SetDocument):
        return set()
    return {operation.node, operation.code if isinstance(operation, Rename) else ""}


def _found(criteria: CriteriaSet, code: str, where: str) -> _Path:
    places = places_of(criteria, code)
    if not places:
        raise _Misfit(where, Message("Bộ tiêu chí không có mục hay chỉ tiêu mang mã %(code)s.", code=code))
    if len(places) > 1:
        raise _Misfit(where, Message("Mã %(code)s vừa là mục vừa là chỉ tiêu nên không biết sửa phần nào.", code=code))
    return places[0]


def _set(criteria: CriteriaSet, operation: SetField) -> CriteriaSet:
    if operation.field.partition(".")[0] in CLOSED:
        raise _Misfit(
            "field", Message("Không sửa “%(field)s” bằng “set”; hãy dùng thao tác khác.", field=operation.field)
        )
    place = _found(criteria, operation.node, "node") if operation.node else ()
    owner: Any = node_at(criteria, place)
    try:
        present = value_at(owner, operation.field)
    except KeyError:
        message = Message("Không có mục “%(field)s” ở %(node)s.", field=operation.field, node=_name(operation.node))
        raise _Misfit("field", message) from None
    if not _is(owner, operation.field, present, operation.old):
        raise _Misfit(
            "old",
            Message(
                "Mục “%(field)s” của %(node)s hiện là %(present)s, không phải %(old)s.",
                field=operation.field,
                node=_name(operation.node),
                present=_shown(present),
                old=_shown(operation.old),
            ),
        )
    try:
        changed = with_value(owner, operation.field, operation.new)
    except ValueProblem as problem:
        raise _Misfit("new", problem.message) from problem
    result: CriteriaSet = spliced(criteria, place, lambda _node: (changed,)) if place else changed
    return result


def _is(owner: Any, field: str, present: Any, old: Any) -> bool:
    """Whether the old value is the one that is there, however it was written: putting it there changes nothing."""
    if present is ABSENT:
        return old is None
    try:
        same: bool = with_value(owner, field, old) == owner
    except ValueProblem:
        return False
    return same


def _insert(criteria: CriteriaSet, operation: Insert) -> CriteriaSet:
    new = operation.indicator or operation.group
    if new is None or (operation.indicator and operation.group):
        raise _Misfit("kind", Message("Thao tác “insert” cần đúng một trong “indicator” và “group”."))
    if not operation.under:
        if isinstance(new, Indicator):
            raise _Misfit("kind", Message("Chỉ tiêu phải nằm trong một mục; hãy ghi “under”."))
        return _among(criteria, "criteria", operation.after, new)
    place = _found(criteria, operation.under, "under")
    owner = node_at(criteria, place)
    if isinstance(owner, Indicator):
        raise _Misfit("under", Message("%(code)s là chỉ tiêu nên không chứa mục khác.", code=operation.under))
    name = "indicators" if isinstance(new, Indicator) else "groups"
    return spliced(criteria, place, lambda node: (_among(node, name, operation.after, new),))


def _among(owner: Owner, name: str, after: str, new: Criterion | Indicator) -> Owner:
    siblings = getattr(owner, name)
    index = 0
    if after:
        codes = [node.code for node in siblings]
        if after not in codes:
            raise _Misfit("after", Message("Không có mục nào mang mã %(code)s ở cùng cấp.", code=after))
        index = codes.index(after) + 1
    return owner.model_copy(update={name: (*siblings[:index], new, *siblings[index:])})


def _remove(criteria: CriteriaSet, operation: Remove) -> CriteriaSet:
    place = _found(criteria, operation.node, "node")
    name = node_at(criteria, place).name
    if name != operation.name:
        raise _Misfit(
            "name",
            Message(
                "%(node)s có tên “%(name)s”, không phải “%(old)s”.", node=operation.node, name=name, old=operation.name
            ),
        )
    return spliced(criteria, place, lambda _node: ())


def _rename(criteria: CriteriaSet, operation: Rename) -> CriteriaSet:
    place = _found(criteria, operation.node, "node")
    try:
        changed = with_value(node_at(criteria, place), "code", operation.code)
    except ValueProblem as problem:
        raise _Misfit("code", problem.message) from problem
    return spliced(criteria, place, lambda _node: (changed,))


def _note(criteria: CriteriaSet, operation: Note) -> CriteriaSet:
    place = _found(criteria, operation.node, "node") if operation.node else ()
    node = node_at(criteria, place)
    data = _doubted(node.model_dump()) | {"note": joined(node.note, operation.note)}
    if isinstance(node, Criterion):
        data["verification"] = data["verification"] or Verification.UNVERIFIED
    if not place:
        return CriteriaSet.model_validate(data)
    return spliced(criteria, place, lambda _node: (type(node).model_validate(data),))


def joined(note: str, more: str) -> str:
    """A note with another line."""
    return f"{note}\n{more}" if note else more


def _doubted(value: Any) -> Any:
    """Data in which nothing is better known than unverified."""
    if isinstance(value, dict):
        return {name: _doubt(part) if name == "verification" else _doubted(part) for name, part in value.items()}
    return [_doubted(part) for part in value] if isinstance(value, list | tuple) else value


def _doubt(verification: Any) -> Any:
    known = (Verification.TEXT_SEEN, Verification.SECONDARY, Verification.RECALL)
    return Verification.UNVERIFIED.value if verification in known else verification


def _set_document(criteria: CriteriaSet, operation: SetDocument) -> CriteriaSet:
    key = operation.document.key
    present = next((document.number for document in criteria.documents if document.key == key), None)
    if present != operation.replaces:
        if present is None:
            message = Message("Bộ tiêu chí không có văn bản mang khóa “%(key)s”.", key=key)
        else:
            message = Message("Khóa “%(key)s” đang là văn bản %(number)s; hãy ghi “replaces”.", key=key, number=present)
        raise _Misfit("document", message)
    return with_document(criteria, operation.document)


def _name(node: str) -> str | Message:
    return node or Message("bộ tiêu chí")


def _shown(value: Any) -> str | Message:
    if value is None or value is ABSENT or value == "":
        return Message("để trống")
    if isinstance(value, dict | list | tuple):
        return Message("một nhóm giá trị khác")
    text = str(value)
    return f"“{text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + '…'}”"


_ACTS: Final[dict[type, Callable[[CriteriaSet, Any], CriteriaSet]]] = {
    SetField: _set,
    Insert: _insert,
    Remove: _remove,
    Rename: _rename,
    Note: _note,
    SetDocument: _set_document,
}
