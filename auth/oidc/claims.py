"""From a token's claims to a viewer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from auth.viewer import ForbiddenError, Role, Viewer

Claims = Sequence[Mapping[str, Any]]  # the ID or access token's, then userinfo's where it was asked
SPACED = ("scope", "scp")  # claims that are one text of several words, by their standard
PRECEDENCE = (Role.OPERATIONS, Role.ANALYST, Role.CREATOR)


@dataclass(frozen=True, slots=True)
class ClaimNames:
    """Where a token says who somebody is: names of claims (a dot leads into an object), and the provider's own names
    of our roles and of the grant that lets an analyst see what people wrote and recorded."""

    roles: str
    creator: str
    name: str
    role_names: Mapping[Role, str]
    private: str


class Missing(StrEnum):
    """What claims do not say: who somebody is here, or only what they are called."""

    ROLE = "role"
    NAME = "name"


def missing(claims: Claims, names: ClaimNames) -> Missing | None:
    """A role counts as missing without a creator's id, where it is a creator's."""
    role = _role(_given_roles(claims, names), names)
    if role is None or (role is Role.CREATOR and _find(claims, names.creator) is None):
        return Missing.ROLE
    return Missing.NAME if _find(claims, names.name) is None else None


def viewer_of(claims: Claims, names: ClaimNames) -> Viewer:
    """The viewer that the claims describe; of several roles the one that sees most. Raises ForbiddenError."""
    given = _given_roles(claims, names)
    role = _role(given, names)
    if role is None:
        raise ForbiddenError("this account has no role in Session History")
    account = claims[0]["sub"]
    id_ = _find(claims, names.creator) if role is Role.CREATOR else account
    if not isinstance(id_, str) or not id_:
        raise ForbiddenError("this account names no creator")
    name = _find(claims, names.name)
    return Viewer(
        id=id_,
        name=name if isinstance(name, str) and name.strip() else id_,
        role=role,
        account=account,
        granted_private=names.private in given,
    )


def _given_roles(claims: Claims, names: ClaimNames) -> frozenset[str]:
    return words_of(_find(claims, names.roles), splits=names.roles.rpartition(".")[2] in SPACED)


def _role(given: frozenset[str], names: ClaimNames) -> Role | None:
    return next((role for role in PRECEDENCE if names.role_names[role] in given), None)


def _find(claims: Claims, name: str) -> Any:
    """The first source that has it says it."""
    return next((found for source in claims if (found := claim(source, name)) is not None), None)


def claim(claims: Mapping[str, Any], name: str) -> Any:
    """A claim by its whole name, which may hold dots (`https://example.com/roles`), or else by its path."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def words_of(value: Any, *, splits: bool) -> frozenset[str]:
    """The texts of a list, or a text by itself; where it `splits`, as `scope` does, its words."""
    if isinstance(value, str):
        return frozenset(value.split() if splits else [value])
    return frozenset(word for word in value if isinstance(word, str)) if isinstance(value, list) else frozenset()
