"""What the task list of a dossier says of each indicator, and the pages around the work."""

from __future__ import annotations

import pytest

from ruraldx.assessments.forms import DecisionForm
from ruraldx.assessments.operations import appraisal
from tests.pages.checks import text_of
from tests.pages.client import Page
from tests.pages.conftest import Site
from tests.world import World, full_answers


def states(site: Site, person: str = "official") -> dict[str, str]:
    """Indicator → the words of its tag."""
    page: Page = site.client(person).get_page(f"/ho-so/{site.world.key}")
    found = {}
    for node in page.all("li"):
        code = text_of(node).split(" ")[0]
        tags = [each for each in node.iter("span") if each.attrib.get("class", "").startswith("tag ")]
        if "." in code and tags:
            found[code] = text_of(tags[0])
    return found


def mixed(world: World) -> None:
    world.answer("8.1", full_answers("8.1"))
    world.attach("8.1")
    world.answer("8.2", {"tu-so": "88,7"})
    world.answer("8.3", full_answers("8.3"))
    world.attach("8.4")
    world.answer("8.5", {**full_answers("8.5"), "giai-trinh": "Đang hoàn thiện."})
    world.answer("15.1", {"may-tinh-tu-so": "5"})


def test_each_indicator_says_how_far_it_is(site: Site) -> None:
    site.do(mixed)
    found = states(site)
    assert (found["8.1"], found["8.5"]) == ("Đã điền đủ", "Đã điền đủ")
    assert found["8.2"] == "Có ô cần sửa"
    assert found["8.3"] == "Thiếu minh chứng"
    assert found["8.4"].startswith("Đang làm (0/1)")
    assert found["15.1"].startswith("Đang làm (1/")
    assert found["15.2"] == "Chưa bắt đầu"


def returned(world: World) -> None:
    world.to("received")
    world.appraise({"8.2": "return", "8.3": "return"})
    appraisal.return_indicators(actor=world.people["appraiser"], now=world.later(), key=world.key)
    world.answer("8.3", {"ket-qua": "khong"}, versions={"ket-qua": 1})


def test_a_returned_dossier_shows_what_is_to_correct_what_is_and_what_is_closed(site: Site) -> None:
    site.do(returned)
    found = states(site)
    assert (found["8.1"], found["8.2"], found["8.3"]) == ("Đã khóa", "Cần sửa", "Đã sửa")


def test_a_decided_dossier_shows_the_verdicts(site: Site) -> None:
    site.do(lambda world: world.to("decided"))
    assert set(states(site).values()) == {"Đạt"}


def test_the_components_stand_on_one_page_outside_production(site: Site) -> None:
    """Not a page like others: it shows an error where there is none."""
    client = site.client().flask
    assert "Thành phần giao diện" in client.get("/thanh-phan").text
    served = site.app.extensions["ruraldx_settings"]
    site.app.extensions["ruraldx_settings"] = served.model_copy(update={"environment": "production"})
    assert client.get("/thanh-phan").status_code == 404


def test_the_process_and_its_parts_answer_for_monitors(site: Site) -> None:
    client = site.client().flask
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json["checks"] == {"database": True, "migrations": True, "storage": True}


def test_a_date_that_was_not_read_is_never_taken_for_one(site: Site) -> None:
    with site.app.test_request_context("/", method="POST", data={"decided_on": "mai"}):
        form = DecisionForm()
        assert not form.validate()
        with pytest.raises(ValueError, match="no date"):
            _ = form.decided_on.day
