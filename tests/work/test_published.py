"""Publication is its own act: chosen facts only, and taking down leaves a trace."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from ruraldx.assessments.states import Status
from ruraldx.database import read_session
from ruraldx.messages import Conflict, Forbidden, Invalid
from ruraldx.published import operations, queries
from ruraldx.published.models import PublishedResult
from tests.world import IN_2024, SET, TODAY, World, unit_id


def test_nothing_is_public_before_the_act_of_publication(world: World) -> None:
    world.to("decided")
    assert queries.latest() == ()
    world.publish()
    assert [view.unit_name for view in queries.latest()] == ["Xã Quế Phú"]
    assert world.dossier("office").status is Status.PUBLISHED


def test_only_the_coordination_office_publishes_and_only_what_is_decided(world: World) -> None:
    world.to("appraised")
    with pytest.raises(Conflict):
        world.publish()
    world.decide()
    for who in ("appraiser", "leader", "official", "chair"):
        with pytest.raises(Forbidden):
            operations.publish(actor=world.people[who], now=world.later(), key=world.key)


def test_answers_reasons_evidence_and_names_stay_inside(world: World) -> None:
    world.answer("8.2", {"giai-trinh": "BÍ MẬT CỦA XÃ"})
    world.to("published")
    row = read_session().scalars(select(PublishedResult)).one()
    for indicator in row.indicators:
        assert set(indicator) == set(operations.PUBLIC_INDICATOR_FIELDS)
    everything = json.dumps(row.indicators, ensure_ascii=False)
    for secret in ("BÍ MẬT CỦA XÃ", "Người official", "Đã đối chiếu minh chứng.", "minh chứng.pdf"):
        assert secret not in everything


def test_taking_down_needs_a_reason_keeps_the_row_and_allows_a_new_publication(world: World) -> None:
    world.to("published")
    with pytest.raises(Invalid):
        operations.unpublish(actor=world.people["office"], now=world.later(), key=world.key, reason=" ")
    operations.unpublish(actor=world.people["office"], now=world.later(), key=world.key, reason="Nhầm số quyết định")
    assert queries.latest() == ()
    row = read_session().scalars(select(PublishedResult)).one()
    assert row.withdrawal_reason == "Nhầm số quyết định"
    world.publish()
    assert queries.count() == 1


def test_a_result_of_a_merged_commune_is_found_at_todays_unit(world: World) -> None:
    world.to("published")
    (status,) = queries.published_statuses("48", TODAY, SET)
    assert (status.unit_code_today, status.unit_name_then, status.outcome) == ("20650", "Xã Quế Phú", "pass")
    assert not status.own
    (then,) = queries.published_statuses("49", IN_2024, SET)
    assert then.own
    assert queries.published_statuses("48", TODAY, "xa-ntm-2021-2025") == ()
    assert [code for code, _title in queries.published_sets()] == [SET]
    assert [view.unit_code for view in queries.of_units([unit_id("Quế Phú")])] == ["20650"]
    assert queries.published_statuses("01", TODAY, SET) == ()


def test_each_criterion_has_a_result_of_its_own(world: World) -> None:
    world.to("received")
    world.appraise({"15.1": "fail"})
    world.decide()
    world.publish()
    (view,) = queries.latest()
    assert view.outcome == "fail"
    assert [(c["code"], c["verdict"], c["passed"], c["total"]) for c in view.criteria] == [
        ("8", "pass", 5, 5),
        ("15", "fail", 1, 2),
    ]
