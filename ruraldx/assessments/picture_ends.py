"""Where a JPEG or PNG ends by its own structure (ITU-T T.81, annex B; W3C PNG, clause 5)."""

from __future__ import annotations


def after_picture(data: bytes, media_type: str) -> bytes:
    """What follows the picture's own end: phones append harmless data, attackers append archives."""
    if media_type == "image/png":
        return data[_png_end(data) :]
    return data[_jpeg_end(data) :]


def _png_end(data: bytes) -> int:
    """Offset behind the first IEND chunk; a second one may stand behind what somebody hides."""
    position = 8
    while position + 12 <= len(data):
        name = data[position + 4 : position + 8]
        position += 12 + int.from_bytes(data[position : position + 4], "big")
        if name == b"IEND":
            break
    return position


def _jpeg_end(data: bytes) -> int:
    """Offset behind the first EOI that is not inside a segment (thumbnails carry EOIs of their own)."""
    position = 2
    while position + 4 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        if marker == 0xD9:
            return position + 2
        if marker == 0x01 or 0xD0 <= marker <= 0xD7:
            position += 2
            continue
        position += 2 + int.from_bytes(data[position + 2 : position + 4], "big")
        if marker == 0xDA:
            position = _scan_end(data, position)
    return len(data)


def _scan_end(data: bytes, position: int) -> int:
    """Offset of the marker that ends entropy-coded data (FF00 and restart markers belong to it)."""
    while (position := data.find(b"\xff", position)) != -1:
        follower = data[position + 1 : position + 2]
        if follower and follower != b"\x00" and not 0xD0 <= follower[0] <= 0xD7 and follower != b"\xff":
            return position
        position += 1
    return len(data)
