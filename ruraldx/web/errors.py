"""Errors as pages that say what to do, or as problem+json for scripts; both with the request id."""

from __future__ import annotations

import contextlib
import errno
from typing import Final

from flask import Flask, Response, jsonify, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from gunicorn.http.errors import NoMoreData, ParseException  # type: ignore[import-untyped]
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError, RequestEntityTooLarge, SecurityError
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response as BaseResponse

from ruraldx.accounts.asking import a_script_asks
from ruraldx.accounts.guards import current_principal
from ruraldx.accounts.sessions import see_nobody
from ruraldx.database import db
from ruraldx.messages import Message, Refused
from ruraldx.web import stale
from ruraldx.web.logs import logger, request_id

_TEXTS: Final[dict[int, tuple[Message, Message]]] = {
    400: (Message("Yêu cầu không hợp lệ"), Message("Hãy quay lại trang trước, tải lại rồi thử lần nữa.")),
    401: (Message("Cần đăng nhập"), Message("Hãy đăng nhập rồi làm tiếp.")),
    403: (Message("Bạn không có quyền"), Message("Hãy đăng nhập bằng tài khoản khác hoặc hỏi quản trị hệ thống.")),
    404: (Message("Không tìm thấy trang"), Message("Hãy kiểm tra địa chỉ, hoặc bắt đầu lại từ trang chủ.")),
    405: (Message("Không dùng được cách này"), Message("Hãy mở trang từ liên kết hoặc nút trong hệ thống.")),
    409: (Message("Chưa thực hiện được"), Message("Dữ liệu đã thay đổi. Hãy tải lại trang và xem lại.")),
    410: (Message("Không còn hiệu lực"), Message("Liên kết này đã được dùng hoặc hết hạn.")),
    413: (
        Message("Nội dung gửi lên quá lớn"),
        Message("Hãy bấm nút quay lại của trình duyệt (nội dung đã nhập còn ở đó), thu nhỏ rồi gửi lại."),
    ),
    415: (Message("Loại tệp không nhận được"), Message("Hãy dùng tệp PDF, JPEG hoặc PNG.")),
    422: (Message("Dữ liệu chưa hợp lệ"), Message("Hãy sửa các ô được chỉ ra rồi gửi lại.")),
    429: (Message("Quá nhiều lần thử"), Message("Hãy đợi ít phút rồi thử lại.")),
    500: (Message("Hệ thống gặp lỗi"), Message("Hãy thử lại sau ít phút; nếu vẫn lỗi, báo mã yêu cầu cho quản trị.")),
    503: (Message("Hệ thống đang bận"), Message("Hãy thử lại sau ít giây. Nội dung bạn đã lưu vẫn còn.")),
    507: (Message("Máy chủ hết chỗ chứa"), Message("Hãy báo quản trị hệ thống rồi thử lại.")),
}

_PG_DISK_FULL: Final = "53100"
# What PostgreSQL says while it cannot serve now: read only; and by class, a lost race, no resources, an operator.
_PG_READ_ONLY: Final = "25006"
_PG_PASSING: Final = ("40", "53", "57")


def init_app(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(CSRFError, _on_csrf)
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(Refused, _on_refused)
    for fault in (DBAPIError, PoolTimeout):
        app.register_error_handler(fault, _on_database)
    for cut in (NoMoreData, ParseException):
        app.register_error_handler(cut, _on_broken_body)
    app.register_error_handler(OSError, _on_system)
    app.register_error_handler(Exception, _on_fault)
    app.teardown_appcontext(_forget)


def _forget(_error: BaseException | None) -> None:
    # The answer is finished: a connection that died in the meantime must not take it back.
    try:
        db.session.remove()
    except SQLAlchemyError as error:
        logger().error("database unavailable", error=_cause(error))
        _let_go()


def _let_go() -> None:
    """Put down a session that cannot even be rolled back, and the connection with it."""
    with contextlib.suppress(SQLAlchemyError):
        db.session().invalidate()
    db.session.registry.clear()


def wants_json() -> bool:
    """Whether a script asks."""
    return request.path.startswith("/api/") or a_script_asks()


def respond(status: int, message: Message | None, code: str, field: str | None = None) -> BaseResponse:
    """An error as the asker can read it."""
    title, advice = _TEXTS.get(status, _TEXTS[400 if 400 <= status < 500 else 500])
    if wants_json():
        body = {
            "type": "about:blank",
            "title": title.translated(_),
            "status": status,
            "detail": (message or advice).translated(_),
            "code": code,
            "field": field,
            "request_id": request_id(),
        }
        response = jsonify(body)
        response.content_type = "application/problem+json"
    else:
        page = render_template(
            "errors/error.html",
            status=status,
            heading=title,
            message=message,
            advice=advice,
            request_id=request_id(),
        )
        response = Response(page)
    response.status_code = status
    return response


def _on_csrf(_error: CSRFError) -> BaseResponse:
    # A script keeps its own draft when it is told that nobody is signed in any more.
    if wants_json() and current_principal().person_id is None:
        return respond(401, None, "signed_out")
    return stale.answer() or respond(400, stale.MESSAGE, "csrf")


def _on_http(error: HTTPException) -> BaseResponse:
    status = error.code or 500
    if isinstance(error, SecurityError):
        # A forged Host: no address can be made, so no page either.
        return Response("400\n", status, mimetype="text/plain")
    if isinstance(error, RequestRedirect):
        return error.get_response()
    message = _too_large() if isinstance(error, RequestEntityTooLarge) else None
    response = respond(status, message, error.name.casefold().replace(" ", "_"))
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _too_large() -> Message:
    """Which limit it was: a request is weighed as a whole, and the text and the parts of a form on their own."""
    whole, text = request.max_content_length or 0, request.max_form_memory_size or 0
    if (request.content_length or 0) > whole:
        return Message("Một lần gửi nhận nhiều nhất %(limit)s MB; lần này nặng hơn.", limit=_megabytes(whole))
    return Message(
        "Biểu mẫu có quá nhiều nội dung: nhận nhiều nhất %(limit)s MB chữ và %(parts)s ô trong một lần gửi.",
        limit=_megabytes(text),
        parts=request.max_form_parts,
    )


def _megabytes(size: int) -> int:
    return size // (1024 * 1024)


def _on_refused(refused: Refused) -> BaseResponse:
    return respond(refused.status, refused.message, refused.code, refused.field)


def _on_database(error: SQLAlchemyError) -> BaseResponse:
    state = _state(error)
    if isinstance(error, DataError) and not _is_passing(state):
        return _on_data(error)
    if not (isinstance(error, OperationalError | InterfaceError | PoolTimeout) or _is_passing(state)):
        return _on_fault(error)
    logger().error("database unavailable", error=_cause(error))
    _start_over()
    if getattr(getattr(error, "orig", None), "sqlite_errorname", "") == "SQLITE_FULL" or state == _PG_DISK_FULL:
        return respond(507, None, "storage_full")
    response = respond(503, None, "busy")
    response.headers["Retry-After"] = "5"
    return response


def _on_data(error: DataError) -> BaseResponse:
    # Its words hold the value: only its kind is for the log.
    logger().error("value refused by the database", error=type(error.orig).__name__, state=_state(error))
    _start_over()
    return respond(422, Message("Có giá trị quá dài, quá lớn hoặc không đúng dạng nên không dùng được."), "data")


def _state(error: SQLAlchemyError) -> str:
    """The code PostgreSQL gives an error; empty where there is none."""
    return str(getattr(getattr(error, "orig", None), "sqlstate", None) or "")


def _is_passing(state: str) -> bool:
    return state == _PG_READ_ONLY or state.startswith(_PG_PASSING)


def _cause(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", None) or error)


def _on_broken_body(_error: Exception) -> BaseResponse:
    # What comes in is read while a view runs: a body cut into wrong pieces is the sender's fault, not ours.
    return respond(400, None, "bad_request")


def _on_system(error: OSError) -> BaseResponse:
    # A large form is kept in a file while it comes in: that can fill the disk before anything of ours is called.
    if error.errno not in (errno.ENOSPC, errno.EDQUOT):
        return _on_fault(error)
    logger().error("disk full", error=str(error))
    _start_over()
    return respond(507, None, "storage_full")


def _on_fault(error: Exception) -> BaseResponse:
    logger().exception("fault", error=str(error))
    _start_over()
    return respond(InternalServerError.code, None, "fault")


def _start_over() -> None:
    """Leave the failed transaction; a page for an error must not need the database that just failed."""
    try:
        db.session.rollback()
    except SQLAlchemyError as error:
        logger().error("database unavailable", error=_cause(error))
        _let_go()
    see_nobody()
