"""Hostile and honest files: nothing hostile gets in, nothing honest is turned away."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ruraldx.assessments import evidence, picture_ends, storage
from ruraldx.assessments.evidence import Inspected, inspect, safe_name
from ruraldx.assessments.pdf_ends import hides_something
from ruraldx.assessments.storage import path_of, store
from ruraldx.config import ROOT
from ruraldx.messages import Invalid
from tests.safety import corpus
from tests.safety.corpus import HONEST, HOSTILE, LIMIT, PIXELS
from tests.world import pdf_bytes


def look(data: bytes, name: str = "tep.pdf") -> Inspected:
    return inspect(data, name, max_bytes=LIMIT, max_pixels=PIXELS)


def test_the_corpus_is_as_large_as_the_gate_asks() -> None:
    assert len(HOSTILE) >= 60
    assert len(HONEST) >= 35


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence_at_the_field(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        look(HOSTILE[name]())
    assert refused.value.field == "file"
    assert str(refused.value.message)


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_file_is_taken(name: str) -> None:
    make, media_type = HONEST[name]
    assert look(make()).media_type == media_type


SWITCHES = {
    "_check_passengers": ("jpeg and html", "png and program"),
    "_check_archive": ("jpeg with a zip in its comment", "pdf with a zip in a stream"),
    "_check_pdf_ends": ("pdf and pdf", "pdf and program and page and a second end"),
    "_check_pdf_objects": ("pdf that runs a script", "pdf with a file inside"),
    "_leads_astray": ("pdf with a link to a file", "pdf whose links start from a script"),
    "_reads_a_file": ("pdf with a picture elsewhere by a list", "pdf that opens a program without saying how"),
    "_check_pdf_streams": ("pdf with a script behind more than is read", "pdf of many bombs"),
}


@pytest.mark.parametrize(("name", "control"), [(n, c) for c, names in SWITCHES.items() for n in names])
def test_the_switch_without_one_look_the_file_gets_in(name: str, control: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, control, lambda _looked_at: None)
    assert look(HOSTILE[name]())


def test_the_switch_with_the_last_end_of_a_png_what_lies_before_it_gets_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_ends, "_png_end", lambda data: data.rfind(b"IEND") + 8)
    assert look(HOSTILE["png and html and a second end"]())


WORST = ("pdf that inflates a thousandfold", "pdf of many bombs", "pdf of endless revisions", "pixel flood",
         "png text bomb")  # fmt: skip


@pytest.mark.parametrize("name", WORST)
def test_a_bomb_is_refused_in_little_time(name: str) -> None:
    data = HOSTILE[name]()
    begun = time.process_time()
    with pytest.raises(Invalid):
        look(data)
    assert time.process_time() - begun < 2


ENDLESS = {
    "blanks": b" " * LIMIT,
    "comments": b"%%EOF\n" + b"%\n" * (LIMIT // 2),
    "ends": b"1 0 obj endobj startxref 0 %%EOF" + b"\n%%EOF" * (LIMIT // 6),
    "revisions that lead to blanks": b" " * LIMIT + b"1 0 obj endobj startxref 9 %%EOF\n" * (LIMIT // 32),
    "places": b"startxref " * (LIMIT // 10),
    "texts": b"xref trailer <<" + b"(" * LIMIT + b" startxref 0 %%EOF",
}


@pytest.mark.parametrize("of", ENDLESS)
def test_the_ends_of_a_pdf_are_looked_at_in_little_time(of: str) -> None:
    begun = time.process_time()
    assert hides_something(b"%PDF-1.7\n" + ENDLESS[of]) == (of != "ends")
    assert time.process_time() - begun < 2


_IN_A_PROCESS_OF_ITS_OWN = """
import pikepdf, re, sys
from pathlib import Path
from ruraldx.assessments.evidence import inspect
from ruraldx.messages import Invalid
def most():
    return int(re.search("VmHWM:.*?([0-9]+) kB", Path("/proc/self/status").read_text())[1])
if "switch" in sys.argv:
    pikepdf.settings.set_qpdf_limits(flate_max_memory=0)
data = sys.stdin.buffer.read()
before = most()
try:
    inspect(data, "x.pdf", max_bytes=len(data), max_pixels=1)
except Invalid:
    pass
print((most() - before) // 1024)
"""


def megabytes(data: bytes, *arguments: str) -> int:
    """What looking at a file takes of memory, in a process of its own."""
    command = [sys.executable, "-c", _IN_A_PROCESS_OF_ITS_OWN, *arguments]
    done = subprocess.run(command, cwd=ROOT, input=data, capture_output=True, check=True)
    return int(done.stdout)


def test_a_pdf_that_inflates_takes_little_memory_and_the_switch_shows_how_much_it_would() -> None:
    bomb = corpus.in_objects(b"<< /A 1 >>", padding=200)
    assert megabytes(bomb) < 60
    assert megabytes(bomb, "switch") > 150


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("..\\..\\windows\\system32\\x.pdf", "x.pdf"),
        ("ba\u0301o ca\u0301o.pdf", "báo cáo.pdf"),
        ("a\u202efdp.exe", "afdp.pdf"),
        ("a\0b\r\nc.pdf", "abc.pdf"),
        ("", "minh-chung.pdf"),
        ("...", "minh-chung.pdf"),
        ('"><img src=x>.pdf', "img src=x.pdf"),
        ("x" * 500 + ".pdf", "x" * 120 + ".pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("aux", "_aux.pdf"),
        ("Com1.txt.pdf", "_Com1.txt.pdf"),
        ("console.pdf", "console.pdf"),
        ("a\u2028b\u2029c.pdf", "abc.pdf"),
        ("\u200bẩn\ufeff.pdf", "ẩn.pdf"),
        ("báo cáo 2024.jpg.exe", "báo cáo 2024.jpg.pdf"),
    ],
)
def test_a_display_name_is_harmless(typed: str, kept: str) -> None:
    assert safe_name(typed, ".pdf") == kept


@pytest.mark.parametrize("digest", ["", "../x", "A" * 64, "0" * 63, "0" * 63 + "/", "0" * 64 + "/../x"])
def test_only_a_hash_leads_to_a_file(tmp_path: Path, digest: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        path_of(tmp_path, digest)


def test_a_file_is_stored_once_and_whole(tmp_path: Path) -> None:
    found = look(pdf_bytes())
    path = store(tmp_path, found.sha256, pdf_bytes())
    assert path.read_bytes() == pdf_bytes()
    assert store(tmp_path, found.sha256, pdf_bytes()) == path
    assert [p.name for p in path.parent.iterdir()] == [found.sha256]


def test_a_file_that_the_disk_spoilt_is_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = pdf_bytes()
    path = store(tmp_path, look(data).sha256, data)
    path.write_bytes(b"\0" * len(data))
    store(tmp_path, look(data).sha256, data)
    assert path.read_bytes() == data
    # The switch: a file believed by its size stays spoilt.
    monkeypatch.setattr(storage, "_holds", lambda target, data: target.stat().st_size == len(data))
    path.write_bytes(b"\0" * len(data))
    store(tmp_path, look(data).sha256, data)
    assert path.read_bytes() != data


def lost_in_a_power_cut(root: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names on the way to a stored file that no sync has made last: each must be synced while it is there."""
    lasting: set[Path] = set()
    with monkeypatch.context() as patch:
        patch.setattr(storage, "_sync_folder", lambda folder: lasting.update(folder.iterdir()))
        path = store(root, look(pdf_bytes()).sha256, pdf_bytes())
    return [found.name for found in (path, *path.parents) if found.is_relative_to(root) and found not in lasting][:-1]


def test_every_new_folder_on_the_way_to_a_file_is_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert lost_in_a_power_cut(tmp_path, monkeypatch) == []
    # One who finds the file there does not rely on whoever put it there.
    assert lost_in_a_power_cut(tmp_path, monkeypatch) == []


def test_the_switch_with_only_the_last_folder_synced_the_folders_above_are_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "_folders", lambda _root, target: [target.parent])
    assert "evidence" in lost_in_a_power_cut(tmp_path, monkeypatch)


def left_after_a_day(root: Path) -> list[str]:
    """What is left of two uploads that were killed, one long ago, when the next file comes."""
    incoming = root / "evidence" / ".incoming"
    incoming.mkdir(parents=True)
    for name, age in (("old", 90_000), ("young", 3_000)):
        (incoming / f".upload-{name}").write_bytes(b"half")
        os.utime(incoming / f".upload-{name}", times=(time.time() - age,) * 2)
    store(root, look(pdf_bytes()).sha256, pdf_bytes())
    return sorted(path.name for path in incoming.iterdir())


def test_what_a_killed_upload_left_is_removed_after_a_day(tmp_path: Path) -> None:
    assert left_after_a_day(tmp_path) == [".upload-young"]


def test_the_switch_without_the_sweep_half_files_stay_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "_sweep", lambda _newest: None)
    assert left_after_a_day(tmp_path) == [".upload-old", ".upload-young"]
