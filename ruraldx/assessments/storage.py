"""Evidence files on disk by content hash: written once, synced before anybody is told, never overwritten."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from pathlib import Path

from ruraldx.messages import Message, Refused


class StorageFull(Refused):
    """There is no room for the file."""

    status = 507
    code = "storage_full"


def path_of(root: Path, sha256: str) -> Path:
    """Where a file lies. Raises ValueError for anything that is not a SHA-256 in hex."""
    if len(sha256) != 64 or set(sha256) - set("0123456789abcdef"):
        raise ValueError("not a SHA-256")
    return root / "evidence" / sha256[:2] / sha256[2:4] / sha256


def store(root: Path, sha256: str, data: bytes) -> Path:
    """Write a file durably (temporary name, fsync, rename, fsync of the folder). Raises StorageFull.

    The database row comes after this: a row never points to a missing or short file.
    """
    target = path_of(root, sha256)
    if target.is_file() and target.stat().st_size == len(data):
        return target
    temporary = ""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=".upload-")
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(temporary, target)
        _sync_folder(target.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull(
                Message("Máy chủ hết chỗ chứa nên chưa nhận được tệp. Hãy báo quản trị hệ thống rồi thử lại.")
            ) from error
        raise
    return target


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
