"""Who is asking, and whose rows that lets them see."""

from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    CREATOR = "creator"
    OPERATIONS = "operations"
    ANALYST = "analyst"


class NotSignedInError(Exception):
    """Nobody is signed in."""


class ForbiddenError(Exception):
    """Signed in, but not allowed; the message says what would be, and nothing of what exists."""


@dataclass(frozen=True, slots=True)
class CreatorScope:
    """Rows of one creator, or of all; by default of none."""

    all_creators: bool = False
    creator_id: str | None = None
    sees_private: bool = False


@dataclass(frozen=True, slots=True)
class Viewer:
    """The signed-in person. Every scope is made here, from who they are.

    `id` is the creator's for a creator; `account` is the person's own at the identity provider, where several
    may act for one creator.
    """

    id: str
    name: str
    role: Role
    account: str = ""
    granted_private: bool = False

    @property
    def is_staff(self) -> bool:
        return self.role is not Role.CREATOR

    @property
    def sees_private(self) -> bool:
        """Recordings, comments, notes and dispute reasons: an analyst's only where granted."""
        return self.role is not Role.ANALYST or self.granted_private

    @property
    def widest(self) -> str:
        """The creator that this viewer's page and links start from: `me`, or `all` for staff."""
        return "all" if self.is_staff else "me"

    def scope(self, creator: str) -> CreatorScope:
        """The scope of `me`, `all` or a creator's id. Raises ForbiddenError for what is not theirs."""
        if not self.is_staff:
            if creator not in ("me", self.id):
                raise ForbiddenError("a creator may ask for 'me' or their own id only")
            return CreatorScope(creator_id=self.id, sees_private=self.sees_private)
        if creator == "me":
            raise ForbiddenError("staff have no sessions of their own: ask for 'all' or a creator's id")
        if creator == "all":
            return CreatorScope(all_creators=True, sees_private=self.sees_private)
        return CreatorScope(creator_id=creator, sees_private=self.sees_private)


_current: ContextVar[Viewer | None] = ContextVar("viewer", default=None)


def set_viewer(viewer: Viewer | None) -> None:
    _current.set(viewer)


def current_viewer() -> Viewer:
    """The viewer of the request under way. Raises NotSignedInError."""
    viewer = _current.get()
    if viewer is None:
        raise NotSignedInError
    return viewer
