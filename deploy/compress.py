"""Put .gz and .br twins beside the static files, so that no request pays for compression.

A twin carries the time of the file it was made from: one with another time, or without a file, is removed,
since a stale twin would be served.
"""

from __future__ import annotations

from pathlib import Path

from whitenoise.compress import Compressor

STATIC = Path(__file__).resolve().parent.parent / "static"
TWINS = (".gz", ".br")


def main() -> int:
    """Bring every twin up to date."""
    for twin in [path for path in STATIC.rglob("*") if path.suffix in TWINS]:
        if not _fresh(twin, twin.with_suffix("")):
            twin.unlink()
    compressor = Compressor(quiet=True)
    for path in [path for path in STATIC.rglob("*") if path.is_file() and compressor.should_compress(path.name)]:
        if not path.with_name(f"{path.name}.gz").exists():
            compressor.compress(str(path))
    return 0


def _fresh(twin: Path, source: Path) -> bool:
    # The time is copied as a float: microseconds survive, nanoseconds do not.
    return source.is_file() and abs(source.stat().st_mtime_ns - twin.stat().st_mtime_ns) < 10_000


if __name__ == "__main__":
    raise SystemExit(main())
