"""A published text never changes: its number and its SHA-256 stand here, and a changed text needs a new number.

Whoever changes a set raises its ``number``, adds a line here and leaves the old line as it is.
"""

from __future__ import annotations

from ruraldx.catalog.canonical import sha256_of
from ruraldx.catalog.loader import load_shipped
from ruraldx.catalog.schema import CriteriaSet

PUBLISHED = {
    ("dti-cap-tinh-2022", 1): "67e7f86513977080d6bb709195e997843aa7cfa4f5a8ef1defd66874fcb0d39d",
    ("huyen-ntm-2021-2025", 1): "28c0adb6316f1cfe99580a32767a2ab56916007e4ad949ef6c14624a0a7bbdf6",
    ("huyen-ntm-nang-cao-2021-2025", 1): "5bc330aef7ebc63160506c68b7a521c9576396394b02840d09058908a13f60fb",
    ("phuc-vu-nguoi-dan-doanh-nghiep-766", 1): "96e27fe2ccb9f43f3997f7d84e3631da73f2dbd89319d84759982995900b88af",
    ("thon-thong-minh-minh-hoa", 1): "c2ad8172c2622e3664ca03689b54acb73eb948a50b0b6ee1232a6589637a7183",
    ("xa-chuyen-doi-so-minh-hoa", 1): "8bc3053360b43eb39d185da069d74b9816e4c0ab37dff1be6ed71a406eec4e52",
    ("xa-chuyen-doi-so-quang-nam-2021", 1): "557e8741ccc676b4f9e5804752f20ece2150e92e418824fe440b72301ec98811",
    ("xa-ntm-2021-2025", 2): "0541cc77052f3b0003912095d4513234942cb1bc7082b3f821254e5f01e605c2",
    ("xa-ntm-2026-2030", 1): "cbb5f61a97520baa058c0d9980600293862aa5ff79c7073fbbe600c3ca780371",
    ("xa-ntm-kieu-mau-2021-2025", 1): "cd7b77e7172ca6237e83730a66faa271cc9bd1863f8f215181379bdffc8a7b0f",
    ("xa-ntm-nang-cao-2021-2025", 2): "0408cd7877e6207ebfca3ccb6bbee98c9db9de0bc111e0fd3b0f7f828c9052b8",
    ("xa-ntm-thong-minh-minh-hoa", 1): "475867f06b4ac846eb275ea8f38fac27d84f11ad5d55ec68401d64c393b14756",
    ("xa-thuong-mai-dien-tu-minh-hoa", 1): "8d3c0cb077cd1c2ee66025caeaa126a6cad03b7b1b8c83e7d0c264ca04f68fb3",
}


def changed(sets: dict[str, CriteriaSet]) -> list[str]:
    """The sets whose text is not the one published under their number."""
    return [code for code, s in sets.items() if PUBLISHED.get((code, s.number)) != sha256_of(s)]


def test_every_shipped_version_has_the_bytes_it_was_published_with() -> None:
    assert changed(load_shipped()) == []


def test_the_newest_number_that_was_published_is_the_one_shipped() -> None:
    newest: dict[str, int] = {}
    for code, number in PUBLISHED:
        newest[code] = max(number, newest.get(code, 0))
    assert newest == {code: criteria.number for code, criteria in load_shipped().items()}


def test_the_switch_one_letter_under_the_same_number_turns_it_red() -> None:
    sets = load_shipped()
    text = sets["xa-ntm-2021-2025"]
    sets["xa-ntm-2021-2025"] = text.model_copy(update={"title": f"{text.title}."})
    assert changed(sets) == ["xa-ntm-2021-2025"]
