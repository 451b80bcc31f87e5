"""The service value chain as data, held against the counts of the published lists."""

from collections import Counter

import pytest

from svcsim.scenario.reference import REFERENCE, read_reference

ACTIVITIES = ("plan", "improve", "engage", "design_transition", "obtain_build", "deliver_support")
LISTED = {
    "plan": (0, 2, 2, 2, 1, 0),
    "improve": (3, 0, 3, 3, 2, 2),
    "engage": (2, 4, 0, 3, 3, 3),
    "design_transition": (1, 2, 2, 0, 2, 2),
    "obtain_build": (1, 2, 2, 2, 0, 2),
    "deliver_support": (0, 3, 3, 1, 1, 0),
}
"""Artefacts that either end lists, from each activity to each."""


def test_activities() -> None:
    assert tuple(REFERENCE.activities) == ACTIVITIES
    assert REFERENCE.title("deliver_support") == "deliver & support"
    assert REFERENCE.title("obtain_build") == "obtain/build"
    assert [a for a in ACTIVITIES if REFERENCE.activities[a].kind == "steering"] == [
        "plan", "improve",
    ]  # fmt: skip


def test_counts_of_artefacts_and_flows() -> None:
    listed = [artefact for artefact in REFERENCE.artefacts.values() if not artefact.extension]
    assert len(listed) == 36
    stated = Counter(flow.stated for artefact in listed for flow in artefact.flows)
    assert stated == {
        "both": 55, "external": 14, "receiver_only": 5, "sender_only": 1, "implied": 6,
        "proposed": 5,
    }  # fmt: skip
    assert all(name.startswith("x_") == a.extension for name, a in REFERENCE.artefacts.items())


@pytest.mark.parametrize("sender", ACTIVITIES)
def test_pairwise_view(sender: str) -> None:
    found = tuple(len(REFERENCE.listed(sender, receiver)) for receiver in ACTIVITIES)
    assert found == LISTED[sender]


def test_only_two_pairs_carry_nothing_and_have_a_relay() -> None:
    empty = [
        (a, b) for a in ACTIVITIES for b in ACTIVITIES if a != b and not REFERENCE.listed(a, b)
    ]
    assert empty == [("plan", "deliver_support"), ("deliver_support", "plan")]
    assert REFERENCE.relay("plan", "deliver_support") == ("plan", "engage", "deliver_support")
    assert REFERENCE.relay("deliver_support", "plan") == ("deliver_support", "engage", "plan")
    assert REFERENCE.relay("engage", "plan") == ("engage", "plan")
    assert REFERENCE.relay("plan", "users") == ()


def test_flows_name_known_ends() -> None:
    ends = {*ACTIVITIES, *REFERENCE.parties}
    for artefact in REFERENCE.artefacts.values():
        for flow in artefact.flows:
            assert {flow.sender, flow.receiver} <= ends
            assert flow in REFERENCE.flows(flow.sender, flow.receiver)
    assert REFERENCE.flows("users", "improve") == ()


def test_aliases_lead_to_artefacts() -> None:
    for name, meant in REFERENCE.aliases.items():
        assert name not in REFERENCE.artefacts
        assert REFERENCE.artefact(name) is REFERENCE.artefacts[meant]
    for artefact in REFERENCE.artefacts.values():
        assert not artefact.alias_at_receiver or artefact.alias_at_receiver in REFERENCE.artefacts
    assert REFERENCE.artefact("nothing") is None


def test_practices() -> None:
    assert Counter(REFERENCE.practices.values()) == {"general": 14, "service": 17, "technical": 3}
    assert {"monitoring_event", "problem", "change_enablement"} <= set(REFERENCE.practices)


def test_a_broken_reference_is_refused() -> None:
    with pytest.raises(ValueError, match="not YAML"):
        read_reference("a: [")
