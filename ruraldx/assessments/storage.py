"""Evidence files on disk by content hash: written once, synced before anybody is told, never overwritten."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from pathlib import Path
from typing import Final

from ruraldx.messages import Message, Refused

# A process that is killed leaves its half file here; after a day nobody is still writing it.
_INCOMING: Final = ".incoming"
_LEFT_BEHIND: Final = 24 * 60 * 60


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
    """Write a file durably (temporary name, fsync, rename, fsync of the folders). Raises StorageFull.

    The database row comes after this: a row never points to a missing or short file.
    """
    target = path_of(root, sha256)
    temporary = ""
    try:
        if not _holds(target, data):
            for folder in (target.parent, root / "evidence" / _INCOMING):
                folder.mkdir(parents=True, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(dir=root / "evidence" / _INCOMING, prefix=".upload-")
            with os.fdopen(descriptor, "wb") as handle:
                handle.write(data)
                handle.flush()
                os.fsync(handle.fileno())
            _sweep(Path(temporary))
            os.replace(temporary, target)
        # Also for a file found here: whoever put it there may have been cut off before this.
        for folder in _folders(root, target):
            _sync_folder(folder)
    except OSError as error:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull(
                Message("Máy chủ hết chỗ chứa nên chưa nhận được tệp. Hãy báo quản trị hệ thống rồi thử lại.")
            ) from error
        raise
    return target


def _holds(target: Path, data: bytes) -> bool:
    """Whether the file is here already, byte by byte: a disk may have spoilt one of the same size."""
    return target.is_file() and target.stat().st_size == len(data) and target.read_bytes() == data


def _folders(root: Path, target: Path) -> list[Path]:
    """The folders whose entries lead to a file: each may be new, and a new name lasts once its folder is synced."""
    return [folder for folder in target.parents if folder.is_relative_to(root)]


def _sweep(newest: Path) -> None:
    """Remove half files of processes that died, by the clock of the disk they lie on."""
    now = newest.stat().st_mtime
    for left in newest.parent.glob(".upload-*"):
        with contextlib.suppress(OSError):  # another process removed it, or has just given it its name
            if now - left.stat().st_mtime > _LEFT_BEHIND:
                left.unlink()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
