import pytest

from layouts.metrics import TILES, basis, empty_tiles, tiles
from layouts.words import NO_DATA
from queries.models import Changes
from tests.layouts.samples import NOON, a_period, attributes_of, some_stats, some_weeks, words_of

SAME = Changes(total_sessions=0, completion_rate=0, no_show_rate=0, avg_rating=0, avg_duration=0)


def drawn(name: str, **changes: float | None) -> str:
    given = {field: getattr(SAME, field) for field in SAME.__slots__} | changes
    stats = some_stats(changes=Changes(**given), total_sessions=4, completed=3, no_show=1)
    return repr(tiles(stats, [])[[tile.name for tile in TILES].index(name)])


@pytest.mark.parametrize(
    ("name", "change", "news", "words"),
    [
        ("total_sessions", 9.4, "good", "▲ 9.4%"),
        ("completion_rate", -1.1, "bad", "▼ 1.1 pts"),
        ("no_show_rate", 0.6, "bad", "▲ 0.6 pts"),
        ("no_show_rate", -0.6, "good", "▼ 0.6 pts"),
        ("avg_rating", -0.04, "bad", "▼ 0.04"),
        ("avg_duration", 2.0, "good", "▲ 2 min"),
    ],
)
def test_a_change_is_told_as_good_or_bad_news(name: str, change: float, news: str, words: str) -> None:
    tile = drawn(name, **{name: change})
    assert words in tile
    assert f"className='{news}'" in tile


def test_a_change_that_rounds_to_nothing_is_unchanged() -> None:
    assert "unchanged" in drawn("avg_rating", avg_rating=0.004)
    assert "▲" not in drawn("avg_rating", avg_rating=0.004)


def test_without_a_previous_period_there_is_no_comparison() -> None:
    assert "no comparison" in words_of(tiles(some_stats(), []))


def test_figures_without_data_are_an_en_dash_without_a_unit() -> None:
    shown = [words_of(tile.children[:3]) for tile in tiles(some_stats(), [])]
    assert shown[0].startswith("Sessions 0")
    for tile in shown[1:]:
        assert NO_DATA in tile
        assert "%" not in tile
        assert "min" not in tile


def test_each_tile_says_what_it_is_made_of() -> None:
    stats = some_stats(total_sessions=11, completed=6, cancelled=2, no_show=2, scheduled=1, timed_sessions=5,
                       minutes=250.0, median_minutes=48.0, implausible_durations=1, rated_sessions=4, ratings=16,
                       rating_squares=66)  # fmt: skip
    said = {tile.name: basis(tile, stats) for tile in TILES}
    assert said["total_sessions"] == "6 completed, 2 cancelled, 2 no-show, 1 scheduled"
    assert said["completion_rate"].startswith("6 completed of 10 sessions completed, cancelled or missed; 95% interval")
    assert said["no_show_rate"].startswith("2 missed by either side of 8 sessions completed or missed")
    assert said["avg_rating"].startswith("Mean of 4 student ratings of 6 completed sessions; 95% interval 2.70 to 5.00")
    assert said["avg_duration"].endswith("median 48 min; 1 implausible duration left out")


def test_a_mean_of_equal_ratings_is_not_told_as_certain() -> None:
    stats = some_stats(completed=6, rated_sessions=6, ratings=30, rating_squares=150)
    (rating,) = (basis(tile, stats) for tile in TILES if tile.name == "avg_rating")
    assert rating.endswith("6 completed sessions; all alike: nothing tells how far off it may be")


def test_a_sparkline_needs_two_values() -> None:
    one, two = some_weeks({"total_sessions": 1}), some_weeks({"total_sessions": 1}, {"total_sessions": 5})
    assert "spark" not in attributes_of(tiles(some_stats(), one.buckets), "className")
    assert "spark" in attributes_of(tiles(some_stats(), two.buckets), "className")


def test_the_line_of_completion_ends_before_weeks_of_which_only_cancellations_are_known() -> None:
    held, to_come = (
        {"total_sessions": 2, "completed": 1, "cancelled": 1},
        {"total_sessions": 3, "cancelled": 1, "scheduled": 2},
    )
    called_off = {"total_sessions": 1, "cancelled": 1}
    completion = TILES.index(next(tile for tile in TILES if tile.name == "completion_rate"))

    def lines(*weeks: dict[str, int]) -> str:
        return str(tiles(some_stats(), some_weeks(*weeks).buckets)[completion])

    assert "100.0%2C26.0" in lines(held, called_off)
    assert "100.0%2C" not in lines(held, held, to_come)
    assert "50.0%2C15.0" in lines(held, held, to_come)


def test_tiles_keep_their_number_while_they_load() -> None:
    assert len(empty_tiles()) == len(tiles(some_stats(), [])) == 5


def test_a_tile_opens_the_rows_it_counts_and_only_where_there_are_any() -> None:
    opened = attributes_of(
        tiles(some_stats(total_sessions=3, completed=2, rated_sessions=1, ratings=4), []), "data-filter"
    )
    assert opened == ['{"status": "completed"}', '{"status": "completed", "rated": "true"}']
    assert attributes_of(tiles(some_stats(), []), "data-filter") == []


def test_a_range_that_is_not_over_is_compared_as_far_as_it_has_come_and_says_so() -> None:
    changes = Changes(-60.0, None, None, None, None)
    so_far = a_period(NOON.replace(hour=8), total_sessions=10, completed=10)
    before = a_period(total_sessions=25, completed=20)
    stats = some_stats(changes=changes, compared=so_far, previous=before, total_sessions=79, completed=10)
    shown = words_of(tiles(stats, [])[0])
    assert "so far" in shown
    assert "Change: 10 so far, 25 in the previous period up to the same point" in shown
    assert "Change: 100.0% so far, 100.0% in" in words_of(tiles(stats, [])[1])


def test_a_range_that_is_over_is_compared_as_a_whole() -> None:
    changes = Changes(-20.0, None, None, None, None)
    whole = a_period(total_sessions=20, completed=20)
    stats = some_stats(changes=changes, compared=whole, previous=a_period(total_sessions=25), total_sessions=20)
    shown = words_of(tiles(stats, [])[0])
    assert "so far" not in shown
    assert "Change: 20, 25 in the previous period" in shown


def test_a_change_in_minutes_is_told_finely_enough_to_add_up() -> None:
    now = a_period(completed=4, timed_sessions=4, minutes=217.2)
    before = a_period(completed=3, timed_sessions=3, minutes=167.0)
    stats = some_stats(changes=Changes(None, None, None, None, -1.4), compared=now, previous=before)
    assert "Change: 54.3 min, 55.7 min in the previous period" in words_of(tiles(stats, [])[-1])


@pytest.mark.parametrize(("sessions", "is_long"), [(99_999, False), (809_513, True), (5_000_000, True)])
def test_a_long_figure_leaves_its_line_less_room(sessions: int, is_long: bool) -> None:
    (tile, *_) = tiles(some_stats(total_sessions=sessions), [])
    assert ("long" in tile.className.split()) is is_long
