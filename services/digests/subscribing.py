"""Having a digest mailed each week: asked for by whoever sees the view, confirmed by whoever reads the mail."""

import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from auth.viewer import ForbiddenError, Viewer
from queries.filters import FilterError
from services import Services
from services.digests import next_due
from services.reviews.pace import TooOftenError
from services.views import owner_of, visible_view
from settings import ADDRESS
from store.digests import MailedDigest

MOST_ASKED_AN_HOUR = 5
MOST_ADDRESS = 254
SEEN_EVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """`creator` as in the page's address: `me`, `all` or an id; the widest if None."""

    address: str
    creator: str | None = None
    tz: str | None = None


def subscribe(services: Services, viewer: Viewer, view_id: str, wanted: Wanted) -> None:
    """Has a question mailed to the address; nothing else goes there before it is answered.

    Raises NotFoundError, ForbiddenError, FilterError, TooOftenError or StoreError.
    """
    if services.settings.smtp_url is None:
        raise ForbiddenError("no mail is sent here: whoever runs this can set SESSIONS_SMTP_URL")
    if not re.fullmatch(ADDRESS, wanted.address) or len(wanted.address) > MOST_ADDRESS:
        raise FilterError("address", "is not an address such as somebody@example.com")
    view = visible_view(services, viewer, view_id)
    scope = services.scope(viewer, wanted.creator or viewer.widest)
    _take(services, viewer)
    now = services.now()
    services.store.digests.put(
        MailedDigest(
            id=secrets.token_hex(16), view_id=view.id, owner=owner_of(viewer), name=viewer.name,
            creator_id=scope.creator_id if viewer.is_staff else None, address=wanted.address,
            zone=wanted.tz or services.settings.time_zone, seen_at=now, due_at=now,
        )
    )  # fmt: skip


def unsubscribe(services: Services, viewer: Viewer, view_id: str) -> None:
    """Raises NotFoundError or StoreError."""
    view = visible_view(services, viewer, view_id)
    services.store.digests.remove(owner_of(viewer), view.id)


def confirm(services: Services, id_: str, address: str) -> bool:
    """Whether there is still such a digest. Raises StoreError."""
    digest = services.store.digests.get(id_)
    if digest is None:
        return False
    now = services.now()
    return services.store.digests.confirm(id_, address, now, next_due(now, ZoneInfo(digest.zone)))


def note_seen(services: Services, viewer: Viewer) -> None:
    """Somebody is here: their digests go on. Raises StoreError."""
    owner = owner_of(viewer)
    if services.settings.smtp_url is not None and services.seen_lately.take(owner, 1):
        services.store.digests.saw(owner, services.now(), SEEN_EVERY)


def _take(services: Services, viewer: Viewer) -> None:
    """Mail goes to addresses that nobody confirmed yet: somebody who asks for much of it is stopped."""
    key = (viewer.role, viewer.account or viewer.id)
    if not services.asked_mails.take(key, MOST_ASKED_AN_HOUR):
        raise TooOftenError(f"at most {MOST_ASKED_AN_HOUR} addresses an hour: wait a little")
