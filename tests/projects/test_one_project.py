"""One project's file: what of its relations and policies each viewer may know."""

import pytest

LIABILITY, INJURY = "construction_liability", "work_injury_performance"


@pytest.mark.parametrize(
    ("name", "services", "policies"),
    [
        ("sun", {LIABILITY, INJURY}, {LIABILITY, INJURY}),
        ("zhou", {LIABILITY, INJURY}, {LIABILITY, INJURY}),
        ("liu", {LIABILITY}, {LIABILITY}),
        ("she", {INJURY}, {INJURY}),
        ("rui", {LIABILITY, INJURY}, set()),  # in the pool, but the policies are another's
    ],
)
def test_policies_are_for_their_scheme_and_their_insurer(sign_in, town, name, services, policies):
    project = sign_in(name).get(f"/api/projects/{town.project['binjiang']}").json

    assert {service["scheme"] for service in project["services"]} == services
    assert {policy["scheme"] for policy in project["policies"]} == policies
    assert [unit["name"] for unit in project["units"]][:2] == ["1#塔机", "2#塔机"]
