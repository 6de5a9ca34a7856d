"""From a token's claims to a viewer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auth.viewer import ForbiddenError, Role, Viewer

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


def viewer_of(claims: Mapping[str, Any], names: ClaimNames) -> Viewer:
    """The viewer that the claims describe; of several roles the one that sees most. Raises ForbiddenError."""
    given = words_of(claim(claims, names.roles))
    role = next((role for role in PRECEDENCE if names.role_names[role] in given), None)
    if role is None:
        raise ForbiddenError("this account has no role in Session History")
    account = claims["sub"]
    id_ = claim(claims, names.creator) if role is Role.CREATOR else account
    if not isinstance(id_, str) or not id_:
        raise ForbiddenError("this account names no creator")
    name = claim(claims, names.name)
    return Viewer(
        id=id_,
        name=name if isinstance(name, str) and name.strip() else id_,
        role=role,
        account=account,
        granted_private=names.private in given,
    )


def claim(claims: Mapping[str, Any], name: str) -> Any:
    """A claim by its whole name, which may hold dots (`https://example.com/roles`), or else by its path."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def words_of(value: Any) -> frozenset[str]:
    """The words of a list, or of a text that separates them by spaces, as `scope` does."""
    if isinstance(value, str):
        return frozenset(value.split())
    return frozenset(word for word in value if isinstance(word, str)) if isinstance(value, list) else frozenset()
