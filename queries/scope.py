"""Whose rows a question may touch."""

from typing import Protocol


class Scope(Protocol):
    """Made from the signed-in viewer alone, and a required argument of every query.

    Without `all_creators` and without a `creator_id` there are no rows: a scope that says nothing
    shows nothing. `sees_private` decides over comments, notes, dispute reasons and recordings.
    """

    @property
    def all_creators(self) -> bool: ...

    @property
    def creator_id(self) -> str | None: ...

    @property
    def sees_private(self) -> bool: ...
