"""Everything that the layouts draw, drawn once: each part of the page in the states that have words of their own."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

from auth.viewer import CreatorScope
from layouts import (
    by_st,
    chips,
    comparison,
    detail,
    export,
    filters,
    header,
    metrics,
    over_time,
    review,
    upcoming,
    words,
)
from layouts import page as whole
from layouts.detail import Reader
from queries.compare_models import Comparison
from queries.export_columns import open_to
from queries.filters import Flag, SessionFilters, Status
from queries.models import (
    Bucket,
    Changes,
    ComingDay,
    ConflictGroup,
    CourseOption,
    Dispute,
    Feedback,
    IdleSt,
    Person,
    PersonOption,
    Place,
    SessionsOverTime,
    Totals,
    UpcomingOverview,
    WayOut,
)
from queries.periods import Clock, Period, RangePreset, preset_period
from queries.review_models import (
    Outcome,
    PastDecision,
    PastDecisions,
    Reason,
    ReviewAction,
    ReviewedDispute,
    Reviewer,
    ReviewState,
)
from queries.sessions import Sort
from tests.layouts.samples import (
    NOON,
    a_comparison,
    a_period,
    a_review,
    a_session,
    a_teacher,
    an_entry,
    some_stats,
    some_weeks,
)
from tests.layouts.test_page import LINKS

BERLIN = ZoneInfo("Europe/Berlin")
CLOCK = Clock(NOON, NOON - timedelta(days=3), NOON - timedelta(days=9), BERLIN)
WIRE_FIELDS = tuple(words.FIELD_LABELS)
PERSON = Person("‹u›", "‹Ada›", None)
RATED: dict[str, Any] = {"rated_sessions": 8, "ratings": 38, "rating_squares": 182}
ALIKE: dict[str, Any] = {"rated_sessions": 8, "ratings": 40, "rating_squares": 200}
TEACHERS = [
    replace(a_teacher("‹Priya›", **RATED), shrunk_rating=4.2), a_teacher("‹Tom›", "st2"),
    a_teacher("‹Una›", "st3", few=True, rated_sessions=1, ratings=5, rating_squares=25),
    a_teacher("‹Ina›", "st4", **ALIKE),
]  # fmt: skip


def the_page() -> Iterator[Any]:
    creators = [PersonOption("‹c›", "‹Cleo›", None, 1200)]
    yield whole.page("‹Elena›", "creator", LINKS, [], 12)
    for role, private in product(("operations", "analyst"), (True, False)):
        yield whole.page("‹Staff›", role, LINKS, creators, 12, sees_private=private)
    yield whole.page("Operations", "operations", LINKS, creators, 12)
    yield filters.course_options([CourseOption("c", "‹Course›", 12)])
    yield filters.st_options(creators)
    yield filters.flag_options(dict.fromkeys(Flag, 3))
    yield [
        whole.load_failed(),
        whole.store_down(),
        whole.no_sessions(),
        whole.nothing_matches([]),
        whole.not_theirs(True),
    ]
    yield whole.not_theirs(False)
    yield whole.stale(words.duration(timedelta(hours=49)))
    yield [whole.stale(words.duration(timedelta(hours=hours))) for hours in (1, 25)]
    yield [whole.nothing_matches([WayOut((field,), 3), WayOut(("range", "from"), 1)]) for field in WIRE_FIELDS]
    yield [whole.problem(field, message) for field, message in product(WIRE_FIELDS[:1], words.SAID_ELSEWHERE)]


def the_figures() -> Iterator[Any]:
    sums = {"total_sessions": 1085, "completed": 1000, "no_show": 4, "cancelled": 81, "implausible_durations": 1}
    compared = a_period(NOON.replace(hour=8), total_sessions=10, completed=10)
    for changes, now in product((Changes(9.4, -1.1, 0.6, 0.0, 2), None), (compared, a_period(total_sessions=20), None)):
        stats = some_stats(*TEACHERS, changes=changes, compared=now, previous=a_period(total_sessions=2500), **sums,
                           timed_sessions=5, minutes=250.0, median_minutes=48.0, **RATED)  # fmt: skip
        yield [metrics.tiles(stats, []), by_st.by_st_rows(stats)]
    yield metrics.tiles(some_stats(**ALIKE), [])
    yield [metrics.tiles(some_stats(), []), by_st.by_st_rows(some_stats())]
    yield [by_st.by_st_title(*counts) for counts in ((None,), (0,), (3, 3), (500, 16_078))]
    weeks = some_weeks({"total_sessions": 3, "completed": 3}, {"total_sessions": 1, "scheduled": 1}, partial=True)
    late = some_weeks({"total_sessions": 1, "scheduled": 1, "overdue": 1})
    months = SessionsOverTime("month", _months(late.buckets[0]))
    for over in (weeks, late, months, SessionsOverTime("day", late.buckets), some_weeks()):
        yield [over_time.over_time_title(over), over_time.over_time_figure(over, Period(), "light")]
    yield over_time.blank()


def _months(bucket: Bucket) -> list[Bucket]:
    given = {name: getattr(bucket, name) for name in bucket.__dataclass_fields__}
    return [Bucket(**given | {"first": first, "last": first}) for first in (date(2025, 12, 1), date(2026, 1, 1))]


def the_question() -> Iterator[Any]:
    names = {("course_id", "c"): "‹Course›", ("st_id", "s"): "‹Priya›", ("student_id", "u"): "‹Ada›"}
    periods = [preset_period(preset, CLOCK) for preset in RangePreset]
    periods += [Period(first=date(2026, 9, 1)), Period(last=date(2026, 9, 1)), Period(start=NOON), Period()]
    for period in periods:
        yield [header.range_label(period), header.totals_line(Totals(1085, 97), CLOCK, period, "‹Cleo›")]
        for rated, low in product((True, False), (2, 4)):
            asked = SessionFilters(
                BERLIN, 2, period=period, course_ids=("c",), st_ids=("s",), student_id="u", student_q="‹q›",
                statuses=tuple(Status), rating_min=low, rating_max=4, rated=rated, timed=rated, flags=tuple(Flag),
            )  # fmt: skip
            yield [chips.chips(asked, names), chips.chip_words(asked, names)]


def the_detail() -> Iterator[Any]:
    given = {"student": PERSON, "st": PERSON, "creator": PERSON, "id": "‹1›", "enrollment_id": "‹2›"}
    course = a_session().course.__class__("‹c›", "‹Course›")
    for dispute, private in product(words.DISPUTE_LABELS, (True, False)):
        session = a_session(
            **given, course=course, notes="‹n›", student_feedback=Feedback(1, "‹short›"), low_rating=True, overdue=True,
            st_feedback=Feedback(None, None), dispute=Dispute(dispute, None, NOON), implausible_duration=True,
        )  # fmt: skip
        reader = Reader(BERLIN, LINKS, private, is_staff=private, now=NOON)
        yield [detail.detail_body(session, reader, Place(3, 1200, "a", None), teacher) for teacher in TEACHERS]
    bare = a_session(**given, course=course, has_recording=False, actual_start=None)
    yield detail.detail_body(bare, Reader(BERLIN, LINKS, True, True, NOON))
    coming = a_session(**given, course=course, status=Status.SCHEDULED, has_recording=False, overdue=False)
    for now in (NOON, coming.scheduled_end):
        yield detail.detail_body(coming, Reader(BERLIN, LINKS, True, True, now))
    yield detail.detail_missing("‹said by the callback›")


def the_review() -> Iterator[Any]:
    yield [review.review_failed(), review.review_words()]
    yield review.review_place(Dispute("open", None, NOON), BERLIN, sees_private=True, due=True)
    ada, role = Reviewer("a", "‹Ada›", "operations"), Reviewer(None, None, "analyst")
    may = list(ReviewAction)
    past = PastDecisions(3, 1, [PastDecision("s", NOON, ReviewState.RESOLVED, Outcome.REFUNDED, NOON)])
    yield review.review_panel(a_review(may=may), BERLIN, sees_private=True)
    for state, dispute in product(ReviewState, (None, *words.DISPUTE_LABELS)):
        history = [
            an_entry(number, action, state, outcome=outcome, by=ada, note="‹n›", assignee=ada if number % 2 else None)
            for number, (action, outcome) in enumerate(product(ReviewAction, Outcome))
        ]
        disputed = ReviewedDispute(dispute, None, NOON, dispute, differs=True) if dispute else None
        for reviewer, entries in ((ada, history), (role, history[:1])):
            drawn = a_review(
                state=state, dispute=disputed, history=entries, assignee=reviewer, may=may, st_decisions=past,
                reasons=list(Reason), again=state is ReviewState.NEW,
            )  # fmt: skip
            yield review.review_panel(drawn, BERLIN, sees_private=reviewer is ada)
    yield review.review_panel(a_review(reasons=list(Reason)), BERLIN, sees_private=True)


def the_upcoming() -> Iterator[Any]:
    yield upcoming.upcoming(is_creator=True, week_start=0, version="‹1›")
    session: Any = a_session(student=PERSON, course=a_session().course.__class__("‹c›", "‹Course›"))
    for count in (1, 2):
        groups, idle = [ConflictGroup(PERSON, 2, [session])], [IdleSt(PERSON, NOON, count)]
        full = UpcomingOverview(count, count, [ComingDay(date(2026, 11, 25), count, 0)], groups, 1, idle, count)
        yield [upcoming.upcoming_summary(full, BERLIN, filtered=False), upcoming.upcoming_notes(full, LINKS, BERLIN)]
    none = UpcomingOverview(0, 0, [], [], 0, [], 0)
    for filtered in (False, True):
        yield [upcoming.upcoming_summary(none, BERLIN, filtered=filtered), upcoming.upcoming_notes(none, LINKS, BERLIN)]
    many = UpcomingOverview(1, 0, [ComingDay(date(2026, 11, 25), 1, 0)], [], 0, 9 * [IdleSt(PERSON, NOON, 2)], 9)
    yield [upcoming.upcoming_notes(many, LINKS, BERLIN)]


def some_comparisons() -> Iterator[Comparison]:
    """Of every verdict, small, large and empty sides, alike, apart and shared."""
    many, few = (
        {"total_sessions": 900, "completed": 800, "cancelled": 60, "no_show": 40},
        {"total_sessions": 4, "completed": 4},
    )
    worse = many | {"completed": 500, "cancelled": 300, "no_show": 100}
    for a, b in product((many, worse, few, {"total_sessions": 1, "completed": 1}, {}), repeat=2):
        yield a_comparison(a, b)
        yield a_comparison(a | RATED, b | {"rated_sessions": 1, "ratings": 5, "rating_squares": 25})
    alike = {name: 1_000 * count for name, count in many.items()}
    yield a_comparison(alike, alike)
    for shared in (1, 4, 3):
        yield a_comparison(few, few, shared=shared, end=NOON.replace(year=2027))


def the_comparison() -> Iterator[Any]:
    names = {("course_id", "c"): "‹Course›", ("course_id", "d"): "‹Other›", ("st_id", "s"): "‹Priya›"}
    everything = SessionFilters(BERLIN, 2, period=preset_period(RangePreset.LAST_7_DAYS, CLOCK))
    chosen = replace(everything, course_ids=("c",), st_ids=("s",), period=Period(NOON, NOON + timedelta(hours=30)))
    others = replace(chosen, course_ids=("c", "d"), period=Period(first=date(2026, 9, 1), last=date(2026, 9, 2)))
    for found in some_comparisons():
        for one, other in product((everything, chosen, others), repeat=2):
            yield comparison.comparison(found, comparison.Asked(one, names), comparison.Asked(other, names))


def the_export() -> Iterator[Any]:
    asked = SessionFilters(BERLIN, 2, course_ids=("c",))
    columns = open_to(CreatorScope(all_creators=True, sees_private=True))
    for sort, rows, sheets in product(Sort, (0, 1, 1085), (1, 3)):
        named = {("course_id", "c"): "‹Course›"}
        yield export.export_body(export.ExportView("sessions", rows, sheets, sort.value, "/‹a›", asked, named, columns))
    for table, rows in product(("student_teachers", "over_time"), (1, 12)):
        yield export.export_body(export.ExportView(table, rows, 1, "rating", "/‹a›", SessionFilters(BERLIN, 2), {}, []))


PARTS = (the_page, the_figures, the_question, the_detail, the_review, the_upcoming, the_comparison, the_export)
