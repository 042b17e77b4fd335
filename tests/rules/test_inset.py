"""The frame of the archipelagos as a picture of its own."""

from __future__ import annotations

from xml.etree.ElementTree import fromstring

from ruraldx.maps.layers import ARCHIPELAGOS
from ruraldx.maps.picture import inset_picture


def test_the_frame_names_both_archipelagos_for_eyes_and_for_readers() -> None:
    labels = [str(label) for _code, label, _lat, _lon in ARCHIPELAGOS]
    drawn = fromstring(inset_picture(labels))
    texts = [node.text for node in drawn.iter() if node.tag.endswith("text")]
    assert texts == labels == ["Hoàng Sa (Đà Nẵng)", "Trường Sa (Khánh Hòa)"]
    assert drawn.attrib["aria-label"] == ", ".join(labels)


def test_a_label_is_text_and_no_markup() -> None:
    drawn = fromstring(inset_picture(["<script>", "b & c"]))
    assert [node.text for node in drawn.iter() if node.tag.endswith("text")] == ["<script>", "b & c"]
