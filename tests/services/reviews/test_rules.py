"""The states of a review and the ways between them, against an account of them that was written on its own."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from auth.viewer import Role
from queries.review_models import OUTCOMES, Outcome, Reason, ReviewAction
from services.reviews.rules import ALLOWED, Attempt, Case, came_again, current, step, undone
from store.standings import Entry, Made, Standing, Step
from tests.services.reviews.reference import ROLES, Line, Place, Reference

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
FACTS = ["dispute:1", "low_rating:1:a", "low_rating:2:a", "no_show", "no_recording"]
OPERATORS, CREATORS = ["maria", "omar"], ["anna", "anna's deputy"]
DECISIONS = [action for action in ReviewAction if action not in (ReviewAction.NOTE, ReviewAction.UNDO)]
HISTORIES: dict[str, list[str]] = {
    "new": [], "flagged": ["flag"], "assigned": ["assign"], "under review": ["under_review"],
    "resolved": ["resolve"], "dismissed": ["dismiss"], "reopened": ["resolve", "under_review"],
    "flagged again": ["dismiss", "flag"], "undone": ["resolve", "undo"], "noted": ["note"],
}  # fmt: skip
MAY = {  # what operations may do to each, from the list of transitions
    "new": {"flag", "assign", "under_review", "resolve", "dismiss"},
    "flagged": {"assign", "under_review", "resolve", "dismiss", "undo"},
    "assigned": {"flag", "assign", "under_review", "resolve", "dismiss", "undo"},
    "under review": {"assign", "resolve", "dismiss", "undo"},
    "resolved": {"flag", "under_review", "undo"},
    "dismissed": {"flag", "under_review", "undo"},
    "reopened": {"assign", "resolve", "dismiss", "undo"},
    "flagged again": {"assign", "under_review", "resolve", "dismiss", "undo"},
    "undone": {"flag", "assign", "under_review", "resolve", "dismiss"},
    "noted": {"flag", "assign", "under_review", "resolve", "dismiss"},
}


def case(facts: Sequence[str]) -> Case:
    return Case([Reason(fact.split(":")[0]) for fact in facts], tuple(facts))


def attempt(action: str, account: str = "maria", assignee: str | None = "omar", outcome: str | None = None) -> Attempt:
    role = Role.CREATOR if account in CREATORS else Role.OPERATIONS
    given = (assignee, assignee.title()) if assignee and action == "assign" else None
    return Attempt(ReviewAction(action), account, account.title(), role, Outcome(outcome) if outcome else None, given)


def last(history: Sequence[Entry]) -> Standing | None:
    return history[-1].standing if history else None


def entry(tried: Attempt, made: Step, history: Sequence[Entry]) -> Entry:
    by = Made(NOON, tried.account, tried.name, tried.role)
    return Entry("s1", len(history) + 1, tried.action, None, made.undoes, None, made.standing, by)


def done(tried: Attempt, on: Case, history: list[Entry]) -> Entry:
    """The attempt as the history's next entry; it must not be refused."""
    made = step(tried, last(history), on, history)
    assert isinstance(made, Step), made
    history.append(entry(tried, made, history))
    return history[-1]


def history_of(actions: Sequence[str], on: Case) -> list[Entry]:
    history: list[Entry] = []
    for action in actions:
        done(attempt(action), on, history)
    return history


@pytest.mark.parametrize("action", ReviewAction)
@pytest.mark.parametrize("name", HISTORIES)
def test_each_action_leads_from_exactly_the_states_of_the_list(name: str, action: ReviewAction) -> None:
    on = case(["low_rating:1:a"])
    history = history_of(HISTORIES[name], on)
    made = step(attempt(action, assignee="somebody else"), last(history), on, history)
    assert isinstance(made, Step) == (action in MAY[name] | {"note"}), made


@pytest.mark.parametrize("name", ["resolved", "dismissed"])
@pytest.mark.parametrize("action", ReviewAction)
def test_a_closed_one_with_a_fact_that_it_was_not_closed_on_is_as_new(name: str, action: ReviewAction) -> None:
    history = history_of(HISTORIES[name], case(["low_rating:1:a"]))
    changed = case(["low_rating:2:a"])
    assert came_again(last(history), changed)
    made = step(attempt(action), last(history), changed, history)
    assert isinstance(made, Step) == (action in MAY["new"] | {"note", "undo"}), made


@pytest.mark.parametrize("facts", [[], ["no_show"], ["low_rating:1:a"]])
def test_a_closed_one_stays_closed_where_facts_are_only_gone(facts: list[str]) -> None:
    history = history_of(["resolve"], case(["low_rating:1:a", "no_show"]))
    assert not came_again(last(history), case(facts))
    assert current(last(history), case(facts)) == last(history)


@pytest.mark.parametrize("action", ["assign", "under_review", "resolve", "dismiss"])
def test_what_nothing_is_raised_about_is_flagged_first(action: str) -> None:
    assert step(attempt(action), None, case([]), []) == "nothing is raised about it: flag it first"
    history = history_of(["flag"], case([]))
    assert isinstance(step(attempt(action), last(history), case([]), history), Step)


def test_a_flag_takes_an_open_one_from_nobody_and_a_closed_one_from_whoever_had_it() -> None:
    on = case(["no_show"])
    assert history_of(["assign", "flag"], on)[-1].standing.assignee_account == "omar"
    assert history_of(["assign", "resolve", "flag"], on)[-1].standing.assignee_account is None


def test_a_creator_takes_back_the_flag_of_nobody_else() -> None:
    history: list[Entry] = []
    done(attempt("flag", "anna"), case([]), history)
    for account in ("anna's deputy", "anna"):
        made = step(attempt("undo", account), last(history), case([]), history)
        assert isinstance(made, Step) == (account == "anna")
    done(attempt("assign"), case([]), history)
    assert isinstance(step(attempt("undo", "anna"), last(history), case([]), history), str)


def test_each_role_may_what_the_list_says() -> None:
    assert {role.value: set(actions) for role, actions in ALLOWED.items()} == ROLES


class Deciding(RuleBasedStateMachine):
    """One session, people who do all kinds of things to it, and new data in between."""

    def __init__(self) -> None:
        super().__init__()
        self.history: list[Entry] = []
        self.reference = Reference()
        self.facts: tuple[str, ...] = ("low_rating:1:a",)

    @rule(facts=st.lists(st.sampled_from(FACTS), unique=True, max_size=3))
    def new_data(self, facts: list[str]) -> None:
        self.facts = tuple(facts)

    @rule(
        action=st.sampled_from([*ReviewAction, ReviewAction.UNDO, ReviewAction.UNDO]),
        account=st.sampled_from(OPERATORS),
        assignee=st.sampled_from([*OPERATORS, None]),
        choice=st.integers(0, 5),
    )
    def operations(self, action: str, account: str, assignee: str | None, choice: int) -> None:
        outcomes = OUTCOMES.get(ReviewAction(action), ())
        self._try(attempt(action, account, assignee, outcomes[choice % len(outcomes)] if outcomes else None))

    @rule(action=st.sampled_from(ALLOWED[Role.CREATOR]), account=st.sampled_from(CREATORS))
    def creator(self, action: str, account: str) -> None:
        self._try(attempt(action, account))

    @precondition(lambda self: self.history and self.history[-1].action in DECISIONS)
    @rule()
    def undo_and_do_again(self) -> None:
        """Both leave what they should, and the history longer by two lines."""
        before = self.history[-1]
        if set(before.standing.facts) != set(self.facts):
            return
        standing = before.standing
        again = attempt(before.action, before.made.account, standing.assignee_account, standing.outcome)
        again = again if standing.assignee_account or before.action != "assign" else replace(again, assignee=None)
        self._try(attempt("undo"))
        self._try(again)
        assert _place(self.history[-1].standing) == _place(standing)
        assert self.history[-1].version == before.version + 2

    def _try(self, tried: Attempt) -> None:
        on = case(self.facts)
        made = step(tried, last(self.history), on, self.history)
        line = Line(
            tried.action.value, tried.account, frozenset(self.facts), tried.outcome and tried.outcome.value,
            tried.assignee[0] if tried.assignee else None,
        )  # fmt: skip
        assert isinstance(made, Step) == self.reference.allows(line, tried.role.value), made
        if isinstance(made, Step):
            self.history.append(entry(tried, made, self.history))
            self.reference.do(line)

    @invariant()
    def stands_where_its_history_leads(self) -> None:
        on = case(self.facts)
        expected = self.reference.now(frozenset(self.facts))
        assert _place(current(last(self.history), on)) == expected
        assert _place(last(self.history) or Standing("new")) == self.reference.recorded()
        assert came_again(last(self.history), on) == (expected != self.reference.recorded())

    @invariant()
    def its_version_is_the_number_of_its_lines(self) -> None:
        assert [one.version for one in self.history] == list(range(1, len(self.history) + 1))

    @invariant()
    def the_lines_taken_back_are_those_of_a_stack(self) -> None:
        gone = undone(self.history)
        assert {line + 1 for line, one in enumerate(self.reference.lines) if one.is_undone} == gone
        taken_back = [one.undoes for one in self.history if one.action == "undo"]
        assert len(taken_back) == len(set(taken_back)) == len(gone)

    @invariant()
    def no_creator_closes_anything(self) -> None:
        """A flag of theirs that they take back leaves what operations had closed, as it was."""
        for at, one in enumerate(self.history):
            if one.made.role == "creator" and one.standing.state in ("resolved", "dismissed"):
                assert one.action in ("undo", "note")
                earlier = [other.standing for other in self.history[:at] if other.made.role == "operations"]
                assert one.standing in earlier


def _place(standing: Standing) -> Place:
    assert (standing.assignee_account is None) == (standing.assignee_name is None)
    return Place(
        str(standing.state), standing.outcome and str(standing.outcome), standing.assignee_account, standing.flagged,
        frozenset(standing.facts),
    )  # fmt: skip


TestDeciding = Deciding.TestCase
TestDeciding.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
