"""The queue, answered twice: by the queries and by a plain fold over the same rows and standings."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auth.viewer import CreatorScope
from queries import reviews
from queries.review_models import Outcome, QueuedSession, Reason, ReviewPage, ReviewState
from queries.reviews import QueueFilters, ReviewRules, Stand, clear_reviews, list_raised, list_reviews, put_reviews
from queries.statement import setup_sql
from tests.queries import fold, fold_reviews, fold_time
from tests.queries.asking import ROWS, asked_questions, question
from tests.queries.fold import Asked
from tests.queries.fold_reviews import RULES, STATES, URGENCY, Queued, Rules, Standing, Wanted
from tests.queries.world import CREATORS, NOW, Held
from warehouse.snapshot import Snapshot

PEOPLE = (None, None, ("olga", "Olga Ocean"), ("otto", "Otto"))
KNOWN = (frozenset(RULES), frozenset(RULES[:3]), frozenset(RULES[2:]), frozenset[str]())
ANY_RULES = st.builds(
    Rules,
    on=st.frozensets(st.sampled_from(RULES)) | st.just(frozenset(RULES)),
    short_percent=st.sampled_from((1, 50, 80, 100)),
    rating_gap=st.integers(1, 4),
)
ANY_WANTED = st.builds(
    Wanted,
    states=st.frozensets(st.sampled_from(STATES), min_size=1) | st.just(frozenset(STATES[:2])),
    reasons=st.just(frozenset[str]()) | st.frozensets(st.sampled_from(tuple(URGENCY)), max_size=3),
    assignee=st.sampled_from((None, None, "none", "olga", "nobody")),
)
QUESTIONS = asked_questions() | st.builds(Asked, st.sampled_from((None, *CREATORS)), st.just(NOW))
EVERYTHING = question(Asked(None, NOW))


def any_standings(seed: int) -> dict[str, Standing]:
    """Of every other session or so, as anything could have become of it."""
    random = Random(seed)
    share = random.choice((0, 0.5, 0.9))
    return {
        row.id: Standing(
            version=random.randint(1, 9),
            state=random.choice(STATES),
            outcome=random.choice((None, *Outcome)),
            assignee=random.choice(PEOPLE),
            flagged=random.random() < 0.3,
            known=random.choice(KNOWN),
            at=NOW - timedelta(minutes=random.randint(0, 5_000)),
        )
        for row in ROWS
        if random.random() < share
    }


SOME = st.integers(0, 10**6).map(any_standings)


@pytest.fixture(scope="module")
def board(snapshot: Snapshot) -> Iterator[Snapshot]:
    """The same snapshot opened anew: what is put beside it stays here."""
    opened = Snapshot(snapshot.path, setup_sql())
    yield opened
    opened.close()


def rules_of(rules: Rules) -> ReviewRules:
    reasons = tuple(Reason(name) for name in URGENCY if name in rules.on)
    return ReviewRules(reasons, rules.short_percent, rules.rating_gap, rules.low_rating)


def facts_of(board: Snapshot, rules: Rules, ids: list[str]) -> dict[str, dict[str, str]]:
    """Of each session what every reason of it rests on, as the application has it."""
    found = list_raised(board, EVERYTHING.scope, EVERYTHING.filters, rules_of(rules), ids)
    return {id_: dict(zip(one.reasons, one.facts, strict=True)) for id_, one in found.items()}


def stand_of(row: Held, one: Standing, facts: dict[str, str]) -> Stand:
    account, name = one.assignee or (None, None)
    known = [fact for why, fact in facts.items() if why in one.known]
    return Stand(
        row.id, row.creator_id, one.version, ReviewState(one.state), one.outcome, account, name, one.flagged, known,
        one.at,
    )  # fmt: skip


def put(board: Snapshot, rules: Rules, standings: dict[str, Standing]) -> None:
    clear_reviews(board)
    facts = facts_of(board, rules, list(standings))
    stands = [stand_of(row, standings[row.id], facts[row.id]) for row in ROWS if row.id in standings]
    if stands:
        put_reviews(board, rules_of(rules), stands)


def listed(
    board: Snapshot, asked: Asked, rules: Rules, wanted: Wanted, page: int = 1, limit: int = 1_000
) -> ReviewPage:
    asking = question(asked)
    of_whom = {"assignee": None if wanted.assignee == "none" else wanted.assignee, "nobodys": wanted.assignee == "none"}
    states = tuple(ReviewState(state) for state in wanted.states)
    queue = QueueFilters(states, tuple(Reason(reason) for reason in wanted.reasons), **of_whom)  # type: ignore[arg-type]
    return list_reviews(board, asking.scope, asking.filters, rules_of(rules), queue, page=page, limit=limit)


def told(session: QueuedSession) -> tuple[object, ...]:
    of_whom = session.assignee and (session.assignee.account, session.assignee.name)
    return (
        session.id, tuple(session.reasons), session.urgency, session.state, session.again, session.outcome, of_whom,
        session.version, session.updated_at, session.rating, session.st_rating, session.creator_id,
    )  # fmt: skip


def told_of(one: Queued) -> tuple[object, ...]:
    row = one.row
    return (
        row.id, one.reasons, one.urgency, one.state, one.again, one.outcome, one.assignee,
        one.version, one.at, row.rating, row.st_rating, row.creator_id,
    )  # fmt: skip


def rows_of(asked: Asked) -> list[Held]:
    holds = fold_time.range_of(asked).holds
    return [row for row in fold.chosen(ROWS, asked) if holds(row.start)]


@settings(max_examples=150, deadline=None)
@given(asked=QUESTIONS, rules=ANY_RULES, wanted=ANY_WANTED, standings=SOME, limit=st.sampled_from((40, 90)))
def test_the_pages_of_the_queue_are_the_fold_in_order_with_its_counts_without_loss_or_double(
    board: Snapshot, asked: Asked, rules: Rules, wanted: Wanted, standings: dict[str, Standing], limit: int
) -> None:
    put(board, rules, standings)
    queue = fold_reviews.queue(rows_of(asked), rules, standings, wanted.assignee)
    expected = fold_reviews.shown(queue, wanted)
    found: list[QueuedSession] = []
    for page in range(1, len(expected) // limit + 3):
        answer = listed(board, asked, rules, wanted, page, limit)
        found += answer.reviews
        assert answer.reasons == fold_reviews.by_reason(queue, wanted)
        assert answer.states == fold_reviews.by_state(queue, wanted)
        assert answer.pagination.total == len(expected)
        assert answer.pagination.has_more == (len(found) < len(expected))
    assert [told(session) for session in found] == [told_of(one) for one in expected]


@settings(max_examples=40, deadline=None)
@given(rules=ANY_RULES, standings=SOME)
def test_nothing_is_raised_twice_and_what_is_raised_is_told_with_all_its_facts(
    board: Snapshot, rules: Rules, standings: dict[str, Standing]
) -> None:
    put(board, rules, standings)
    everything = listed(board, Asked(None, NOW), rules, Wanted(frozenset(STATES), frozenset(), None))
    ids = [session.id for session in everything.reviews]
    assert len(ids) == len(set(ids))
    facts = list_raised(board, EVERYTHING.scope, EVERYTHING.filters, rules_of(rules), ids)
    assert set(facts) == set(ids)
    for session in everything.reviews:
        raised = facts[session.id]
        assert raised.reasons == [reason for reason in session.reasons if reason is not Reason.FLAGGED]
        assert len(raised.facts) == len(set(raised.facts)) == len(raised.reasons)
        assert (raised.evidence, raised.creator_id) == (session.evidence, session.creator_id)


@pytest.mark.parametrize("off", RULES)
def test_a_rule_that_is_switched_off_raises_nothing_and_leaves_the_others(board: Snapshot, off: str) -> None:
    clear_reviews(board)
    wanted = Wanted(frozenset(STATES), frozenset(), None)
    every = listed(board, Asked(None, NOW), Rules(), wanted).reasons
    less = listed(board, Asked(None, NOW), Rules(on=frozenset(RULES) - {off}), wanted).reasons
    alone = listed(board, Asked(None, NOW), Rules(on=frozenset({off})), wanted)
    assert every[Reason(off)] > 0
    assert less == every | {Reason(off): 0}
    assert alone.reasons == dict.fromkeys(Reason, 0) | {Reason(off): every[Reason(off)]}
    assert alone.pagination.total == every[Reason(off)]


def test_with_no_rule_at_all_only_what_somebody_did_is_in_the_queue(board: Snapshot) -> None:
    flagged = Standing(1, "new", None, None, True, frozenset(), NOW)
    noted = Standing(1, "new", None, None, False, frozenset(), NOW)
    put(board, Rules(on=frozenset()), {ROWS[0].id: flagged, ROWS[1].id: noted})
    wanted = Wanted(frozenset(STATES), frozenset(), None)
    found = listed(board, Asked(None, NOW), Rules(on=frozenset()), wanted)
    assert [(session.id, session.reasons) for session in found.reviews] == [(ROWS[0].id, [Reason.FLAGGED])]


def test_a_page_far_beyond_the_end_is_empty_and_its_counts_are_true(board: Snapshot) -> None:
    clear_reviews(board)
    wanted = Wanted(frozenset({"new"}), frozenset(), None)
    first, far = (listed(board, Asked(None, NOW), Rules(), wanted, page) for page in (1, 1_000_000_000))
    assert first.reviews
    assert far.reviews == []
    assert (far.reasons, far.states, far.pagination.total) == (first.reasons, first.states, first.pagination.total)


@pytest.mark.parametrize("creator", CREATORS)
def test_a_creators_queue_is_their_own_whatever_the_store_says_of_others(board: Snapshot, creator: str) -> None:
    put(board, Rules(), {row.id: Standing(1, "new", None, None, True, frozenset(), NOW) for row in ROWS[:200]})
    own = {row.id for row in ROWS if row.creator_id == creator}
    found = listed(board, Asked(creator, NOW), Rules(), Wanted(frozenset(STATES), frozenset(), None))
    assert {session.id for session in found.reviews} <= own
    assert {row.id for row in ROWS[:200]} & own <= {session.id for session in found.reviews}


@pytest.mark.parametrize("scope", [CreatorScope(), CreatorScope(creator_id="nobody"), CreatorScope(sees_private=True)])
def test_a_scope_of_nobody_has_no_queue_no_facts_and_no_past(board: Snapshot, scope: CreatorScope) -> None:
    put(board, Rules(), {row.id: Standing(1, "resolved", "other", None, True, frozenset(), NOW) for row in ROWS})
    page = list_reviews(
        board, scope, EVERYTHING.filters, rules_of(Rules()), QueueFilters(tuple(ReviewState)), page=1, limit=1_000
    )
    assert (page.reviews, page.pagination.total) == ([], 0)
    assert set(page.reasons.values()) == set(page.states.values()) == {0}
    ids = [row.id for row in ROWS]
    assert list_raised(board, scope, EVERYTHING.filters, rules_of(Rules()), ids) == {}
    for teacher in {row.st_id for row in ROWS}:
        past = reviews.list_past_decisions(board, scope, EVERYTHING.filters, teacher, "")
        assert (past.resolved, past.dismissed, past.latest) == (0, 0, [])


@pytest.mark.parametrize("creator", [None, "c1", "c2", "c3"])
def test_past_decisions_are_those_about_the_sts_other_sessions_of_the_scope(
    board: Snapshot, creator: str | None
) -> None:
    minutes = range(len(ROWS))
    standings = {
        row.id: Standing(1, STATES[number % 4], "other", None, False, frozenset(RULES), NOW - timedelta(minutes=number))
        for number, row in zip(minutes, ROWS, strict=True)
    }
    put(board, Rules(), standings)
    scope = question(Asked(creator, NOW)).scope
    for row in ROWS[::60]:
        others = [one for one in fold.chosen(ROWS, Asked(creator, NOW)) if one.st_id == row.st_id and one.id != row.id]
        decided = [one for one in others if standings[one.id].state in STATES[2:]]
        found = reviews.list_past_decisions(board, scope, EVERYTHING.filters, row.st_id, row.id)
        for state, count in (("resolved", found.resolved), ("dismissed", found.dismissed)):
            assert count == sum(standings[one.id].state == state for one in decided)
        latest = sorted(decided, key=lambda one: standings[one.id].at, reverse=True)[: reviews.PAST_SHOWN]
        assert [(one.session_id, one.scheduled_start, one.updated_at) for one in found.latest] == [
            (one.id, one.start, standings[one.id].at) for one in latest
        ]


def test_a_session_whose_course_has_another_creator_since_is_found_and_one_that_is_gone_is_left_out(
    board: Snapshot,
) -> None:
    clear_reviews(board)
    moved = Stand(ROWS[0].id, "c5", 3, ReviewState.UNDER_REVIEW, None, "olga", "Olga", False, (), NOW)
    gone = Stand("gone", "c1", 3, ReviewState.UNDER_REVIEW, None, "olga", "Olga", False, (), NOW)
    put_reviews(board, rules_of(Rules()), [moved, gone])
    found = listed(board, Asked(None, NOW), Rules(), Wanted(frozenset({"under_review"}), frozenset(), None))
    assert [(session.id, session.version) for session in found.reviews] == [(ROWS[0].id, 3)]
    put_reviews(board, rules_of(Rules()), [moved, gone])
    again = listed(board, Asked(None, NOW), Rules(), Wanted(frozenset({"under_review"}), frozenset(), None))
    assert again == found
