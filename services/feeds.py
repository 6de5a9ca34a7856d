"""Calendar feeds: made by creators for themselves, read with a token alone, and revoked by them or by operations."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from auth.viewer import CreatorScope, ForbiddenError, Role, Viewer
from queries.filters import WireParams, WireText
from queries.models import Pagination
from queries.sessions import MAX_LIMIT, MAX_PAGE, NotFoundError
from services import Services
from store.feeds import Feed

FEEDS_PATH = "/api/calendar/"
MOST_FEEDS = 5
TOKEN_BYTES = 32


class TooManyFeedsError(Exception):
    """A creator has as many feeds as one may have."""


class FeedParams(WireParams):
    """Whose feeds, and which page of them."""

    creator_id: WireText | None = Field(None, description="For operations: whose sessions are in it")
    account: WireText | None = Field(None, description="The account that made it")
    page: int = Field(1, ge=1, le=MAX_PAGE, description="Page, from 1, the newest first")
    limit: int = Field(50, ge=1, le=MAX_LIMIT, description="Feeds a page")


@dataclass(frozen=True, slots=True)
class MadeFeed:
    """A new feed; its address holds the token, and is told this once."""

    id: str
    url: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """`account` made it, of `creator_id` are its sessions; `last_used_at` is noted at most once an hour."""

    id: str
    account: str
    creator_id: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class FeedPage:
    feeds: list[FeedEntry]
    pagination: Pagination


def make_feed(services: Services, viewer: Viewer, origin: str) -> MadeFeed:
    """A feed of the creator's own sessions, at `origin` where the settings name no public address.

    Raises ForbiddenError for staff, TooManyFeedsError or StoreError.
    """
    if viewer.is_staff:
        raise ForbiddenError("only a creator may make a calendar feed: it holds the sessions of one creator")
    now, lifetime = services.now(), services.settings.feed_lifetime
    feed = Feed(secrets.token_hex(8), viewer.account or viewer.id, viewer.id, now)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    if not services.store.feeds.add(feed, token, made_after=now - lifetime, most=MOST_FEEDS):
        raise TooManyFeedsError(f"there are {MOST_FEEDS} calendar feeds already: revoke one first")
    url = f"{services.settings.public_url or origin.rstrip('/')}{FEEDS_PATH}{token}.ics"
    return MadeFeed(feed.id, url, now, now + lifetime)


def list_feeds(services: Services, viewer: Viewer, params: FeedParams) -> FeedPage:
    """The creator's own feeds, or for operations everybody's. Raises ForbiddenError or StoreError."""
    own = _whose(viewer)
    if own is not None and params.creator_id not in (None, own):
        raise ForbiddenError("a creator may ask for their own calendar feeds only")
    offset = (params.page - 1) * params.limit
    found, total = services.store.feeds.list_feeds(
        creator_id=own or params.creator_id, account=params.account, limit=params.limit, offset=offset
    )
    lifetime = services.settings.feed_lifetime
    entries = [
        FeedEntry(one.id, one.account, one.creator_id, one.created_at, one.created_at + lifetime,
                  one.last_used_at, one.revoked_at)
        for one in found
    ]  # fmt: skip
    return FeedPage(entries, Pagination(params.page, params.limit, total, offset + len(entries) < total))


def revoke_feed(services: Services, viewer: Viewer, feed_id: str) -> None:
    """End the creator's own feed, or for operations anybody's; one that has ended stays so.

    Raises NotFoundError for another's and one there is not, ForbiddenError or StoreError.
    """
    if not services.store.feeds.revoke(feed_id, _whose(viewer), services.now()):
        raise NotFoundError("feed_id", feed_id)


def feed_scope(services: Services, token: str) -> CreatorScope | None:
    """Whose sessions a token shows; None where it is not, or no longer, that of a feed. Raises StoreError."""
    now = services.now()
    feed = services.store.feeds.find(token, now=now, made_after=now - services.settings.feed_lifetime)
    return CreatorScope(creator_id=feed.creator_id) if feed else None


def _whose(viewer: Viewer) -> str | None:
    """Whose feeds somebody looks after: a creator their own, operations all (None)."""
    if viewer.role is Role.ANALYST:
        raise ForbiddenError("only creators have calendar feeds, and only operations look after them")
    return None if viewer.role is Role.OPERATIONS else viewer.id
