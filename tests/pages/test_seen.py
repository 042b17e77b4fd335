"""A page that has become old signs nothing: it says so and shows what is new."""

from __future__ import annotations

from ruraldx.assessments.operations import sending
from tests.pages.conftest import Site
from tests.world import PASSWORD, World


def resubmit_changed(world: World) -> None:
    sending.hand_back(actor=world.people["chair"], now=world.later(), key=world.key, reason="Xem lại 8.2")
    world.answer("8.2", {"tu-so": "1"}, versions={"tu-so": 1})
    sending.request_signature(actor=world.people["official"], now=world.later(), key=world.key)


def test_a_check_page_that_is_old_signs_nothing_and_shows_the_change(site: Site) -> None:
    site.do(lambda world: world.to("complete"))
    site.do(lambda w: sending.request_signature(actor=w.people["official"], now=w.later(), key=w.key))
    chair = site.client("chair")
    old = chair.get_page(f"/ho-so/{site.world.key}/kiem-tra")
    site.do(resubmit_changed)
    shown = chair.post_form(old, "/gui", {"password": PASSWORD})
    assert "Hồ sơ đã thay đổi sau khi bạn mở trang này" in shown.visible
    assert shown.h1.startswith("Kiểm tra hồ sơ")
    receipt = chair.post_form(shown, "/gui", {"password": PASSWORD})
    assert receipt.h1.startswith("Biên nhận")


def test_a_decision_page_that_is_old_decides_nothing_and_keeps_what_was_typed(site: Site) -> None:
    site.do(lambda world: world.to("appraised"))
    appraiser = site.client("appraiser")
    old = appraiser.get_page(f"/tham-dinh/{site.world.key}")
    site.do(lambda world: world.appraise({"8.1": "fail"}, who="second_appraiser"))
    typed = {"number": "05/QĐ-KT", "decided_on": "20/11/2026", "signer": "Người ký kiểm thử"}
    shown = appraiser.post_form(old, "/quyet-dinh", typed, status=409)
    assert "Hồ sơ đã thay đổi" in shown.visible
    assert "05/QĐ-KT" in shown.visible
    fresh = appraiser.get_page(f"/tham-dinh/{site.world.key}")
    assert "Không đạt" in fresh.visible
