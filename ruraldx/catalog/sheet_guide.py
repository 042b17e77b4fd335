"""The first sheet of the workbook: what to do, in which order, and which cells each way of scoring needs. Pure."""

from __future__ import annotations

from typing import Final

from ruraldx.catalog.sheet_columns import CLASSES, CONTENT, DIMENSIONS, DOCUMENTS, EVIDENCE, META, RULES
from ruraldx.catalog.sheet_paint import BODY, HEADER, INK, NOTE, RED, TITLE, heights_of
from ruraldx.catalog.sheet_pieces import HEADS, PIECES, Piece
from ruraldx.office.cells import Cell, Look, Sheet

NAME: Final = "Hướng dẫn"
EXAMPLE_SHEET: Final = "Ví dụ"
_STEPS: Final = (
    (DOCUMENTS, "Ghi các văn bản làm căn cứ. Số, ngày chưa biết thì để trống, không đoán."),
    (META, "Ghi tên bộ, phiên bản, cấp đánh giá, thời gian áp dụng, tổng điểm."),
    (DIMENSIONS, "Chỉ khi ngưỡng hay phạm vi áp dụng khác nhau theo vùng, nhóm xã."),
    (CONTENT, "Mỗi tiêu chí, mỗi chỉ tiêu một dòng, theo đúng thứ tự của văn bản."),
    (RULES, "Cách chấm từng chỉ tiêu: chọn “Loại dòng”, ô xám là ô không dùng, ô vàng là ô còn thiếu."),
    (EVIDENCE, "Chỉ khi cần nói rõ loại tài liệu; bình thường ghi ở cột “Tài liệu kiểm chứng”."),
    (CLASSES, "Các mức xếp loại theo phần trăm điểm, từ cao xuống thấp, nếu có."),
)
_NOTES: Final = (
    "Mã như 8.10 phải là chữ: các ô mã đã có định dạng Text, hãy giữ nguyên khi dán từ nơi khác.",
    "Số viết như 88,7 hoặc 88.7; đừng gõ dấu % trong ô số, vì Excel sẽ đổi 80% thành 0,8.",
    "Mức kiểm chứng bỏ trống nghĩa là chưa kiểm chứng: hệ thống sẽ không kết luận đạt hay không đạt từ ngưỡng đó.",
    "Các trang được khóa tiêu đề và mã, không có mật khẩu. Muốn chèn dòng ở giữa: Review › Unprotect Sheet.",
    "Kiểm tra trước khi gửi: ruraldx catalog import TÊN-TỆP.xlsx. Mọi lỗi được báo cùng lúc theo trang và ô.",
)
_WHEN: Final = {
    "pass_fail": "Chỉ cần trả lời có hoặc không. Không cần dòng nào ở _rules: câu hỏi là tên chỉ tiêu.",
    "ratio": "Tỷ lệ phần trăm phải đạt một ngưỡng.",
    "count": "Đếm được bao nhiêu, phải đạt một số tối thiểu (hoặc tối đa).",
    "value": "Một số đo có phần lẻ phải đạt một ngưỡng.",
    "bands": "Điểm theo khoảng: mỗi khoảng một dòng “› Khoảng điểm”, nối nhau, không hở.",
    "choice": "Chọn một trong các mức, mỗi mức một phần của điểm tối đa.",
    "proportional": "Điểm tăng đều theo tỷ lệ.",
    "composite": "Nhiều điều kiện cùng lúc, mỗi điều kiện một dòng “› Điều kiện …”.",
    "capped_count": "Mỗi đơn vị được một số điểm, không quá điểm tối đa của chỉ tiêu.",
    "highest_case": "Nhiều trường hợp có thể cùng đúng, lấy trường hợp cao điểm nhất.",
    "sum_of_parts": "Cộng điểm nhiều thành phần, mỗi thành phần một cách chấm riêng.",
    "adjustment": "Cộng thêm hoặc trừ đi ngoài điểm tối đa.",
    "relative": "So với xã tốt nhất trong kỳ.",
    "imported": "Kết quả khảo sát, số liệu của bộ, ngành công bố.",
    "council": "Hội đồng cho điểm.",
    "province_set": "Văn bản trung ương để tỉnh quy định; mỗi tỉnh một dòng “› Phương án …”.",
}
_WIDTHS: Final = (29.0, 60.0, 60.0)
_PLAIN: Final = Look(locked=True)


def guide(title: str, *, examples: bool) -> Sheet:
    """The sheet, for a set of that title or for an empty workbook."""
    rows: list[tuple[Cell, ...]] = [
        (Cell(title or "Soạn bộ tiêu chí bằng Excel", TITLE),),
        (Cell("Tệp này là một bộ tiêu chí. Điền các trang dưới đây theo thứ tự rồi nhập vào hệ thống.", NOTE),),
        (),
        _headers("Trang", "Việc cần làm"),
        *(_row(f"{number}. {sheet}", words) for number, (sheet, words) in enumerate(_STEPS, 1)),
        (),
        _headers("Cách chấm", "Khi nào dùng", "Ô cần điền ở trang _rules (dấu * là bắt buộc)"),
        *(_row(piece.word, _WHEN[key], _asked(piece)) for key, piece in HEADS.items()),
        *(_row(piece.word, "", _asked(piece)) for key, piece in PIECES.items() if key not in HEADS),
        (),
        _headers("Cần nhớ"),
        *((Cell(f"• {note}", _PLAIN_WIDE),) for note in _NOTES),
    ]
    if examples:
        more = f"• Trang “{EXAMPLE_SHEET}” có dòng mẫu cho các cách chấm hay dùng; chép sang trang {RULES} rồi sửa."
        rows.append((Cell(more, _PLAIN_WIDE),))
    columns = tuple((width, _PLAIN) for width in _WIDTHS)
    return Sheet(
        NAME,
        columns,
        tuple(rows),
        heights={**heights_of(rows, _WIDTHS), 0: 34},
        landscape=False,
        tab=RED,
        printed=(len(rows), len(_WIDTHS)),
    )


_PLAIN_WIDE: Final = Look(locked=True, wrap=False, colour=INK)


def _headers(*texts: str) -> tuple[Cell, ...]:
    return tuple(Cell(text, HEADER) for text in texts)


def _row(name: str, *texts: str) -> tuple[Cell, ...]:
    bold = Look(bold=True, locked=True, border=BODY.border, colour=INK)
    plain = Look(locked=True, border=BODY.border, colour=INK)
    return (Cell(name, bold), *(Cell(text, plain) for text in texts))


def _asked(piece: Piece) -> str:
    return ", ".join(f"{column.header}{'*' if piece.needs(column) else ''}" for column in piece.columns)
