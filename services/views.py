"""Saved views: kept by whoever made them, shown to them and, where staff share one, to all of their role."""

import secrets
import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from urllib.parse import parse_qsl, urlencode

from pydantic import Field

from auth.viewer import ForbiddenError, Viewer
from queries.compare import CompareParams
from queries.filters import FilterError, resolve
from queries.periods import RangePreset
from queries.review_models import Reason
from queries.sessions import NotFoundError, Sort
from services import Services
from store.views import Kept, Owner, View

MOST_VIEWS = 50
MOST_NAME, MOST_QUERY = 80, 4_000
RANGE = ("from", "to", "range")
NOT_KEPT = frozenset({"creator", "session", "day", "tz"})  # whose, which one, and when: those of whoever opens it
TURNS_LINES = frozenset("\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class ViewConflictError(Exception):
    """A name that the owner has already, or a view too many."""


class ViewParams(CompareParams):
    """All of the page's address that a view keeps."""

    tab: Literal["upcoming", "review", "compare"] | None = None
    sort: Sort | None = None
    st_sort: str | None = Field(None, pattern=r"^-?\w{1,40}$")
    view: Literal["month", "week", "list"] | None = None
    reason: list[Reason] = Field([])
    review: Literal["mine", "decided"] | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A view as somebody wants it kept."""

    name: str
    query: str
    shared: bool = False


@dataclass(frozen=True, slots=True)
class ViewEntry:
    """A view as its viewer sees it; `by` is who shared it, None for their own."""

    id: str
    name: str
    query: str
    shared: bool
    own: bool
    by: str | None
    is_default: bool
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class MailEntry:
    """To which address a view's digest goes each week, of whose sessions (None: all, or one's own), once that
    is `confirmed`."""

    address: str
    creator_id: str | None
    confirmed: bool


@dataclass(frozen=True, slots=True)
class ViewList:
    """`mailed` are the viewer's digests by view; `may_share` and `may_mail`: whether that can be done here at all."""

    views: list[ViewEntry]
    mailed: dict[str, MailEntry]
    may_share: bool
    may_mail: bool


def list_views(services: Services, viewer: Viewer) -> ViewList:
    """Raises StoreError."""
    owner = owner_of(viewer)
    views, first = services.store.views.list_views(owner)
    mailed = {
        digest.view_id: MailEntry(digest.address, digest.creator_id, digest.confirmed_at is not None)
        for digest in services.store.digests.list_of(owner)
    }
    entries = [_entry(view, owner, first) for view in views]
    return ViewList(entries, mailed, viewer.is_staff, services.settings.smtp_url is not None)


def add_view(services: Services, viewer: Viewer, draft: Draft) -> ViewEntry:
    """Raises FilterError, ForbiddenError, ViewConflictError or StoreError."""
    owner, now = owner_of(viewer), services.now()
    checked = _checked(services, viewer, draft)
    view = View(secrets.token_hex(8), owner, viewer.name, checked.name, checked.query, checked.shared, now, now)
    _settle(services.store.views.add(view, MOST_VIEWS), view)
    return _entry(view, owner, None)


def change_view(services: Services, viewer: Viewer, view_id: str, draft: Draft) -> ViewEntry:
    """Raises NotFoundError for one that the viewer does not see, and what add_view raises."""
    found = visible_view(services, viewer, view_id)
    owner = owner_of(viewer)
    _must_own(found, owner)
    checked = _checked(services, viewer, draft)
    view = replace(
        found, owner_name=viewer.name, name=checked.name, query=checked.query, shared=checked.shared,
        updated_at=services.now(),
    )  # fmt: skip
    _settle(services.store.views.replace(view), view)
    first = services.store.views.default(owner)
    return _entry(view, owner, first.id if first else None)


def remove_view(services: Services, viewer: Viewer, view_id: str) -> None:
    """Raises NotFoundError, ForbiddenError or StoreError."""
    owner = owner_of(viewer)
    _must_own(visible_view(services, viewer, view_id), owner)
    services.store.views.remove(owner, view_id)


def begin_with(services: Services, viewer: Viewer, view_id: str | None) -> None:
    """The page opens with this view from now on, or with none. Raises NotFoundError or StoreError."""
    owner = owner_of(viewer)
    if view_id is None:
        services.store.views.begin_plain(owner)
    elif not services.store.views.begin_with(owner, view_id):
        raise NotFoundError("id", view_id)


def default_query(services: Services, viewer: Viewer) -> str | None:
    """Of the view that the page opens with, if there is one. Raises StoreError."""
    view = services.store.views.default(owner_of(viewer))
    return view.query if view else None


def visible_view(services: Services, viewer: Viewer, view_id: str) -> View:
    """Raises NotFoundError or StoreError."""
    view = services.store.views.get(owner_of(viewer), view_id)
    if view is None:
        raise NotFoundError("view_id", view_id)
    return view


def owner_of(viewer: Viewer) -> Owner:
    return Owner(viewer.account or viewer.id, viewer.id, viewer.role.value)


def view_params(query: str) -> ViewParams:
    """What a view's query asks for, scope and zone left out. Raises FilterError."""
    return ViewParams.from_query(urlencode(_kept_pairs(query)))


def kept_query(services: Services, query: str) -> str:
    """The query as it is kept: in one order, each value once, its range named, so that equal views are equal texts.

    Raises FilterError of the field `query`, which names the parameter.
    """
    if len(query) > MOST_QUERY:
        raise FilterError("query", f"must have at most {MOST_QUERY} characters")
    try:
        params = view_params(query)
        resolve(params, services.clock(services.warehouse.current()), services.settings.low_rating)
    except FilterError as error:
        raise FilterError("query", str(error)) from None
    pairs = {(name, value.strip()) for name, value in _kept_pairs(query) if value.strip()}
    if not any(name in RANGE for name, _ in pairs):
        pairs.add(("range", RangePreset.LAST_12_WEEKS.value))
    order = [str(field.alias or name) for name, field in ViewParams.model_fields.items()]
    in_order = sorted(pairs, key=lambda pair: (order.index(pair[0]), pair[1]))
    return urlencode(in_order)


def _kept_pairs(query: str) -> list[tuple[str, str]]:
    pairs = parse_qsl(query.removeprefix("?"), keep_blank_values=True)
    return [(name, value) for name, value in pairs if name not in NOT_KEPT]


def _checked(services: Services, viewer: Viewer, draft: Draft) -> Draft:
    if draft.shared and not viewer.is_staff:
        raise ForbiddenError("only staff share views, within their role: a creator's are their own")
    return Draft(_kept_name(draft.name), kept_query(services, draft.query), draft.shared)


def _kept_name(given: str) -> str:
    name = unicodedata.normalize("NFC", given).strip()
    if not any(sign.isprintable() and not sign.isspace() for sign in name):
        raise FilterError("name", "must not be empty")
    if len(name) > MOST_NAME:
        raise FilterError("name", f"must have at most {MOST_NAME} characters")
    if any(unicodedata.category(sign) in ("Cc", "Cs") or sign in TURNS_LINES for sign in name):
        raise FilterError("name", "must hold no control characters")
    return name


def _must_own(view: View, owner: Owner) -> None:
    if view.owner != owner:
        raise ForbiddenError("only whoever made a view may change or delete it")


def _settle(kept: Kept, view: View) -> None:
    if kept is Kept.TOO_MANY:
        raise ViewConflictError(f"there are {MOST_VIEWS} views already: delete one first")
    if kept is Kept.NAME_TAKEN:
        raise ViewConflictError(f"there is a view of the name {view.name!r} already")
    if kept is Kept.NOT_THERE:
        raise NotFoundError("view_id", view.id)


def _entry(view: View, owner: Owner, first: str | None) -> ViewEntry:
    own = view.owner == owner
    return ViewEntry(
        view.id, view.name, view.query, view.shared, own, None if own else view.owner_name, view.id == first,
        view.created_at, view.updated_at,
    )  # fmt: skip
