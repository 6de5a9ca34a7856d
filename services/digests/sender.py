"""Mails what is due: the question whether a digest is wanted, and each Monday the digest."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from auth.viewer import ForbiddenError, Role, Viewer
from queries.filters import FilterError
from queries.sessions import NotFoundError
from services import Services
from services.digests import Digest, DigestParams, next_due, read_digest
from services.digests.links import DigestLinks
from services.digests.mailer import Mailer, MailError
from services.events.repeated import Repeated
from store.digests import MailedDigest
from store.engine import StoreError
from store.views import View
from warehouse.refresh import NoSnapshotError

log = logging.getLogger(__name__)
AT_ONCE = 10
EVERY_SECONDS = 20.0
STOP_SECONDS = 3.0
LEASE = timedelta(minutes=10)  # longer than AT_ONCE mails to a slow server take
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=6)
MOST_ATTEMPTS = 20  # some four days: then comes the next week's, and a question is dropped
LAPSES = timedelta(days=35)  # since its owner was here: whether they still may see it cannot be asked


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be said: a subject, and the same as text and as HTML."""

    subject: str
    text: str
    html: str


WriteDigest = Callable[[Digest, MailedDigest], Letter]
WriteQuestion = Callable[[View, MailedDigest], Letter]


class DigestSender:
    """Several processes may do so on one store: what one has claimed the others leave."""

    def __init__(
        self, services: Services, mailer: Mailer, links: DigestLinks, write: WriteDigest, ask: WriteQuestion
    ) -> None:
        self._services = services
        self._store = services.store.digests
        self._mailer = mailer
        self._links = links
        self._write = write
        self._ask = ask
        self._host = urlsplit(links.public_url).hostname or "localhost"
        self._sender = Repeated("digests", self.step)

    def start(self) -> None:
        self._sender.start()

    def stop(self) -> None:
        """What is under way is mailed again, under the same Message-ID, once its lease has ended."""
        self._sender.stop(STOP_SECONDS)

    def step(self) -> float:
        """Mails some of what is due; gives the seconds to wait until the next."""
        try:
            claimed = self._store.claim(AT_ONCE, self._services.now(), LEASE)
            for digest in claimed:
                self._settle(digest)
        except StoreError:
            return EVERY_SECONDS
        return 0.0 if len(claimed) == AT_ONCE else EVERY_SECONDS

    def _settle(self, digest: MailedDigest) -> None:
        """Raises StoreError."""
        now = self._services.now()
        try:
            if not self._send(digest, now):
                self._store.end(digest.id)
                return
        except MailError as error:
            log.warning("the digest %s was not mailed (%s)", digest.id, error)
            if error.refused:
                self._store.end(digest.id)
            else:
                self._again(digest, now)
            return
        except NoSnapshotError:
            self._again(digest, now)
            return
        except (NotFoundError, ForbiddenError, FilterError) as error:
            log.warning("the digest %s cannot be made (%s)", digest.id, type(error).__name__)
        except StoreError:
            raise
        except Exception:  # of one: the others must not wait for it
            log.exception("the digest %s", digest.id)
            self._again(digest, now)
            return
        due = next_due(now, ZoneInfo(digest.zone)) if digest.confirmed_at else None
        self._store.settle(digest, due, done=True)

    def _send(self, digest: MailedDigest, now: datetime) -> bool:
        """False where there is none to send any more: its view is gone from its owner, or its owner from here."""
        view = self._services.store.views.get(digest.owner, digest.view_id)
        if view is None or now - digest.seen_at > LAPSES:
            log.info("the digest %s has ended", digest.id)
            return False
        if digest.confirmed_at is None:
            letter, name = self._ask(view, digest), "question"
        else:
            found = read_digest(self._services, viewer_of(digest), digest.view_id, _params(digest))
            letter, name = self._write(found, digest), f"{found.first:%Y%m%d}"
        self._mailer.send(self._message(letter, digest, name, now), digest.address)
        return True

    def _again(self, digest: MailedDigest, now: datetime) -> None:
        if digest.attempts < MOST_ATTEMPTS:
            pause = min(FIRST_PAUSE * 2 ** min(digest.attempts - 1, 10), LONGEST_PAUSE)
            self._store.settle(digest, now + pause, done=False)
        elif digest.confirmed_at:
            self._store.settle(digest, next_due(now, ZoneInfo(digest.zone)), done=True)
        else:
            self._store.end(digest.id)

    def _message(self, letter: Letter, digest: MailedDigest, name: str, now: datetime) -> EmailMessage:
        """Mailed twice, it is the same message: programs show it once."""
        message = EmailMessage(SMTP)
        message["Subject"] = " ".join(letter.subject.split())  # a line's end would end the header
        message["From"] = self._mailer.sender
        message["To"] = digest.address
        message["Date"] = now
        message["Message-ID"] = f"<{digest.id}.{name}@{self._host}>"
        message["Auto-Submitted"] = "auto-generated"
        message["List-Unsubscribe"] = f"<{self._links.stop(digest.id)}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(letter.text)
        message.add_alternative(letter.html, subtype="html")
        return message


def viewer_of(digest: MailedDigest) -> Viewer:
    """Whoever asked for it, as they were then. Nothing private is in a digest, so no grant of it is kept."""
    owner = digest.owner
    return Viewer(owner.viewer_id, digest.name, Role(owner.role), owner.account)


def _params(digest: MailedDigest) -> DigestParams:
    return DigestParams(creator=digest.creator_id, week=None, tz=digest.zone)
