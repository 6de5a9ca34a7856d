"""From claims to a viewer: whatever shape the provider gives them, nobody gets more than they say."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.oidc.claims import ClaimNames, Missing, claim, missing, viewer_of, words_of
from auth.viewer import ForbiddenError, Role, Viewer

ROLE_NAMES = {Role.CREATOR: "teacher", Role.OPERATIONS: "ops", Role.ANALYST: "bi"}
NAMES = ClaimNames("realm.roles", "ids.creator", "name", ROLE_NAMES, "everything")


def claims(*roles: str, **more: Any) -> dict[str, Any]:
    return {"sub": "s-1", "realm": {"roles": list(roles)}, "ids": {"creator": "c-1"}, "name": "Ünal", **more}


@pytest.mark.parametrize(
    ("roles", "viewer"),
    [
        (["teacher"], Viewer("c-1", "Ünal", Role.CREATOR, "s-1")),
        (["ops"], Viewer("s-1", "Ünal", Role.OPERATIONS, "s-1")),
        (["bi"], Viewer("s-1", "Ünal", Role.ANALYST, "s-1")),
        (["everything", "bi"], Viewer("s-1", "Ünal", Role.ANALYST, "s-1", granted_private=True)),
        (["teacher", "bi"], Viewer("s-1", "Ünal", Role.ANALYST, "s-1")),
        (["teacher", "bi", "ops"], Viewer("s-1", "Ünal", Role.OPERATIONS, "s-1")),
    ],
)
def test_of_several_roles_the_one_that_sees_most_counts(roles: list[str], viewer: Viewer) -> None:
    assert viewer_of([claims(*roles)], NAMES) == viewer


@pytest.mark.parametrize("roles", [[], ["everything"], ["creator"], ["operations"], ["Ops"], ["ops "]])
def test_only_the_settings_names_of_roles_count(roles: list[str]) -> None:
    with pytest.raises(ForbiddenError, match="no role"):
        viewer_of([claims(*roles)], NAMES)


@pytest.mark.parametrize("name", [None, "", "  ", 7, ["x"]])
def test_somebody_without_a_name_is_called_by_their_id(name: Any) -> None:
    assert viewer_of([claims("teacher", name=name)], NAMES).name == "c-1"


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_a_roles_claim_of_any_shape_gives_words_or_nothing(value: Any) -> None:
    for splits in (True, False):
        assert all(isinstance(word, str) for word in words_of(value, splits=splits))


def test_a_whole_name_with_dots_comes_before_a_path() -> None:
    given = {"https://example.com/roles": "x", "https://example": {"com/roles": "y"}, "a": {"b": 1}}
    assert claim(given, "https://example.com/roles") == "x"
    assert (claim(given, "a.b"), claim(given, "a.b.c"), claim(given, "b")) == (1, None, None)


def test_what_the_id_token_does_not_say_userinfo_says_and_never_the_other_way_round() -> None:
    token, userinfo = {"sub": "s-1", "realm": {"x": 1}, "name": None}, claims("ops", sub="other", name="Olga")
    assert viewer_of([token, userinfo], NAMES) == Viewer("s-1", "Olga", Role.OPERATIONS, "s-1")
    assert viewer_of([claims("bi"), userinfo], NAMES).role is Role.ANALYST


@pytest.mark.parametrize(
    ("given", "what"),
    [
        (claims("ops"), None),
        (claims("ops", ids={}), None),
        (claims("teacher"), None),
        (claims("teacher", ids={}), Missing.ROLE),
        (claims(), Missing.ROLE),
        (claims("ops", name=None), Missing.NAME),
    ],
)
def test_userinfo_is_asked_only_for_what_is_missing(given: dict[str, Any], what: Missing | None) -> None:
    assert missing([given], NAMES) is what


def test_a_text_is_one_role_and_only_a_scope_is_several() -> None:
    assert words_of("former ops", splits=False) == {"former ops"}
    scopes = ClaimNames("scope", "ids.creator", "name", ROLE_NAMES, "everything")
    assert viewer_of([claims(scope="openid ops")], scopes).role is Role.OPERATIONS
    with pytest.raises(ForbiddenError):
        viewer_of([claims(realm={"roles": "former ops"})], NAMES)
