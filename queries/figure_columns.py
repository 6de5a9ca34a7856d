"""What the columns of exported figures mean, in a line each; docs/metrics.md has the definitions in full."""

FIGURES = {
    "total_sessions": "all sessions, whatever their status",
    "completed": "completed sessions",
    "cancelled": "cancelled sessions",
    "no_show": "sessions that somebody missed; it does not say who",
    "scheduled": "sessions still without an outcome",
    "overdue": "scheduled, and the end passed more than 24 hours before the data's as-of time",
    "completion_rate": "percent: completed / (completed + cancelled + no_show)",
    "no_show_rate": "percent: no_show / (completed + no_show)",
    "avg_duration": "mean actual minutes of completed sessions with both times, implausible ones left out",
    "median_duration": "median of the same minutes",
    "timed_sessions": "sessions that count in avg_duration",
    "implausible_durations": "completed, over 12 hours or three times the booked length: in no mean",
    "avg_rating": "mean student rating of completed sessions that have one",
    "rated_sessions": "sessions that count in avg_rating",
    "rating_coverage": "0 to 1: rated_sessions / completed",
    "low_ratings": "completed sessions rated no higher than the setting",
    "disputes": "sessions with a dispute, whatever its state",
}
INTERVALS = {
    "completion_rate_interval": "95 % interval (Wilson) of completion_rate",
    "no_show_rate_interval": "95 % interval (Wilson) of no_show_rate",
    "avg_rating_interval": "95 % interval (Student's t, clipped to 1..5) of avg_rating; none under two ratings",
}
OF_STS = {
    "st": "the Student-Teacher's name",
    "st_id": "the Student-Teacher",
    "sessions": "the same as total_sessions",
    "few_ratings": "under five ratings: too few to judge by",
    "shrunk_rating": "orders the rows so that few ratings neither win nor lose; it is not a rating",
}
OF_TIME = {
    "first": "first day of the day, week or month, in the zone",
    "last": "its last day",
    "partial": "the range cuts it, or it is not over yet",
}


def meanings() -> dict[str, str]:
    """By column; an interval has two, its lower and its upper end."""
    ends = {
        f"{name.removesuffix('_interval')}_{end}": f"{word} end of the {meaning}"
        for name, meaning in INTERVALS.items()
        for end, word in (("low", "lower"), ("high", "upper"))
    }
    return {**FIGURES, **ends, **OF_STS, **OF_TIME}
