"""A small criteria set with points and an amendment of it, for the tests of the life of criteria sets."""

from __future__ import annotations

from ruraldx.criteria_sets.operations import publishing
from tests.world import World

CODE, NUMBER = "bo-kiem-thu", 1
TEXT = """\
# Dòng chú thích của người soạn.
code: bo-kiem-thu
number: 1
title: Bộ kiểm thử
scope: commune
level: none
kind: score
period_from: 2026-01-01
period_to: 2026-12-31
total_points: 10
documents:
  - {key: van-ban, number: "", agency: Cơ quan ban hành, title: Tên văn bản}
criteria:
  - code: "1"
    name: Trụ cột
    kind: pillar
    max_points: 10
    groups:
      - code: "1.1"
        name: Nhóm
        kind: group
        max_points: 10
        indicators:
          - code: "1.1.1"
            name: Tên chỉ tiêu
            document: van-ban
            target: Yêu cầu cũ
            responsible_agency: Cơ quan thẩm định
            verification: demo
            source: Dữ liệu kiểm thử
            max_points: 10
            rule:
              kind: choice
              question: Mức nào
              options:
                - {code: day-du, label: Đầy đủ, fraction: 1}
                - {code: mot-phan, label: Một phần, fraction: 0.5}
                - {code: chua, label: Chưa có, fraction: 0}
"""
AMENDMENT = """\
code: sua-bo-kiem-thu
number: 1
base_code: bo-kiem-thu
base_number: 1
document: {key: sua-doi, number: "", agency: Cơ quan ban hành, title: Văn bản sửa đổi}
effective_from: 2026-07-01
verification: demo
source: Dữ liệu kiểm thử
operations:
  - kind: set
    node: "1.1.1"
    field: target
    old: Yêu cầu cũ
    new: Yêu cầu mới
  - kind: set
    node: "1.1.1"
    field: rule.options.mot-phan.fraction
    old: 0.5
    new: 0.4
"""


def publish_text(world: World, content: str = TEXT, who: str = "admin", commit: bool = True) -> publishing.Published:
    """Publish a text as somebody of the cast."""
    return publishing.publish_text(
        actor=world.people[who], now=world.later(), name="bo.yaml", content=content.encode(), commit=commit
    )


def publish_amendment(world: World, content: str = AMENDMENT, who: str = "admin") -> publishing.Tried:
    """Publish an amendment as somebody of the cast."""
    return publishing.publish_amendment(
        actor=world.people[who], now=world.later(), name="sua.yaml", content=content.encode()
    )
