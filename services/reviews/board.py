"""Keeps each snapshot's queue up with the store: what was decided since it was last asked is put beside it."""

import threading
from weakref import WeakKeyDictionary

from queries.review_models import Reason, ReviewState
from queries.reviews import ReviewRules, Stand, clear_reviews, put_reviews
from settings import Settings
from store.reviews import Reviews
from store.standings import START, Head, Mark
from warehouse.snapshot import Snapshot


def review_rules(settings: Settings) -> ReviewRules:
    """The settings that say what needs review."""
    reasons = tuple(Reason(rule) for rule in settings.rules_of_review)
    return ReviewRules(reasons, settings.review_short_percent, settings.review_rating_gap, settings.low_rating)


class ReviewBoard:
    def __init__(self, reviews: Reviews, rules: ReviewRules) -> None:
        self.rules = rules
        self._reviews = reviews
        self._known: WeakKeyDictionary[Snapshot, Mark] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def bring_up(self, snapshot: Snapshot) -> None:
        """Have the snapshot know all that was decided before this call. Raises StoreError."""
        with self._lock:
            while self._read_some(snapshot):
                pass

    def _read_some(self, snapshot: Snapshot) -> bool:
        """Whether there is more that was decided before; what is decided meanwhile is for the next question."""
        changes = self._reviews.changed_since(self._known.get(snapshot, START))
        if changes.another:
            clear_reviews(snapshot)
        if changes.heads:
            put_reviews(snapshot, self.rules, [_stand(head) for head in changes.heads])
        self._known[snapshot] = changes.mark
        return changes.more


def _stand(head: Head) -> Stand:
    stands = head.standing
    return Stand(
        head.session_id, head.creator_id, head.version, ReviewState(stands.state), stands.outcome,
        stands.assignee_account, stands.assignee_name, stands.flagged, stands.facts, head.made.at,
    )  # fmt: skip
