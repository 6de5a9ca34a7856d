"""Who may come in at which route, signed in as whom, or not at all."""

from layouts.ids import PAGE_PATH as PAGE
from pages import PLOTLY_PATH

Route = tuple[str, str]

CREATOR, OPERATIONS, ANALYST, GRANTED = "creator", "operations", "analyst", "granted analyst"
SIGNED_IN = {CREATOR, OPERATIONS, ANALYST, GRANTED}
SEES_RECORDINGS = {CREATOR, OPERATIONS, GRANTED}
NOT_SIGNED_IN = {"nobody", "forged cookie", "another's key", "expired token", "token of another audience", "no token"}
EVERYBODY = SIGNED_IN | NOT_SIGNED_IN

LOCAL_RECORDING = ("GET", "/api/recordings/local/{token}")  # by a link of its own

# Who may come in. A route that is not here fails the test.
ALLOWED: dict[Route, set[str]] = {
    ("GET", "/"): SIGNED_IN,
    ("GET", "/sign-in"): EVERYBODY,
    ("GET", "/sign-in/callback"): EVERYBODY,
    ("POST", "/sign-out"): EVERYBODY,
    ("GET", "/sign-out/done"): EVERYBODY,
    ("GET", "/api/health"): EVERYBODY,
    ("GET", "/api/openapi.json"): SIGNED_IN,
    ("POST", "/api/events"): SIGNED_IN,
    ("GET", "/api/access-log"): {OPERATIONS},
    ("POST", "/api/calendar-feeds"): {CREATOR},
    ("GET", "/api/calendar-feeds"): {CREATOR, OPERATIONS},
    ("DELETE", "/api/calendar-feeds/{feed_id}"): {CREATOR, OPERATIONS},
    ("GET", "/api/calendar/{token}.ics"): EVERYBODY,
    ("GET", "/api/creators/{creator}/courses"): SIGNED_IN,
    ("GET", "/api/creators/{creator}/sessions"): SIGNED_IN,
    ("GET", "/api/creators/{creator}/sessions/compare"): SIGNED_IN,
    ("GET", "/api/creators/{creator}/sessions/export"): SIGNED_IN,
    ("POST", "/api/creators/{creator}/sessions/export"): SIGNED_IN,
    ("GET", "/api/creators/{creator}/sessions/export/sql"): SIGNED_IN,
    ("GET", "/api/creators/{creator}/sessions/over-time"): SIGNED_IN,
    ("GET", "/api/creators/{creator}/sessions/stats"): SIGNED_IN,
    ("GET", "/api/creators/{creator}/sessions/upcoming"): SIGNED_IN,
    ("GET", "/api/creators/{creator}/sessions/upcoming/overview"): SIGNED_IN,
    ("GET", "/api/creators/{creator}/sessions/{session_id}"): SIGNED_IN,
    ("GET", "/api/creators/{creator}/student-teachers"): SIGNED_IN,
    ("GET", "/api/creators/{creator}/students"): SIGNED_IN,
    ("GET", "/api/downloads"): SIGNED_IN,
    ("GET", "/api/downloads/{download_id}"): SIGNED_IN,
    ("DELETE", "/api/downloads/{download_id}"): SIGNED_IN,
    ("GET", "/api/downloads/{download_id}/file"): SIGNED_IN,
    ("GET", "/api/reviews"): SIGNED_IN,
    ("POST", "/api/reviews"): {CREATOR, OPERATIONS},
    ("GET", "/api/reviews/reviewers"): {OPERATIONS},
    ("GET", "/api/sessions/{session_id}/recording"): SEES_RECORDINGS,
    ("GET", "/api/sessions/{session_id}/review"): SIGNED_IN,
    ("POST", "/api/sessions/{session_id}/review"): {CREATOR, OPERATIONS},
    LOCAL_RECORDING: SEES_RECORDINGS,
    ("GET", "/api/views"): SIGNED_IN,
    ("POST", "/api/views"): SIGNED_IN,
    ("PUT", "/api/views/default"): SIGNED_IN,
    ("DELETE", "/api/views/default"): SIGNED_IN,
    ("PUT", "/api/views/{view_id}"): SIGNED_IN,
    ("DELETE", "/api/views/{view_id}"): SIGNED_IN,
    ("PUT", "/api/views/{view_id}/digest"): SIGNED_IN,
    ("DELETE", "/api/views/{view_id}/digest"): SIGNED_IN,
    ("GET", f"{PAGE}/digest/{{view_id}}"): SIGNED_IN,
    ("GET", f"{PAGE}/digests/confirm/{{token}}"): EVERYBODY,  # by the token in it, as those below
    ("POST", f"{PAGE}/digests/confirm/{{token}}"): EVERYBODY,
    ("GET", f"{PAGE}/digests/stop/{{token}}"): EVERYBODY,
    ("POST", f"{PAGE}/digests/stop/{{token}}"): EVERYBODY,
    ("GET", PAGE): SIGNED_IN,
    ("POST", PAGE): SIGNED_IN,
    ("GET", f"{PAGE}/"): SIGNED_IN,
    ("GET", f"{PAGE}/access-log"): {OPERATIONS},
    ("GET", f"{PAGE}/access-log/"): {OPERATIONS},
    ("GET", f"{PAGE}/_dash-layout"): SIGNED_IN,
    ("GET", f"{PAGE}/_dash-dependencies"): SIGNED_IN,
    ("GET", f"{PAGE}/_reload-hash"): SIGNED_IN,
    ("POST", f"{PAGE}/_dash-update-component"): SIGNED_IN,
    ("GET", f"{PAGE}/_dash-component-suites/{{package_name}}/{{fingerprinted_path}}"): EVERYBODY,
    ("GET", PLOTLY_PATH): EVERYBODY,  # the folder itself, which lists nothing
    ("POST", PLOTLY_PATH): EVERYBODY,
    ("GET", f"{PAGE}/assets/{{filename}}"): EVERYBODY,
    ("GET", f"{PAGE}/_favicon.ico"): EVERYBODY,
    ("GET", f"{PAGE}/vendor"): SIGNED_IN,  # nor does this one
    ("POST", f"{PAGE}/vendor"): SIGNED_IN,
    ("GET", f"{PAGE}/calendar"): SIGNED_IN,
    ("POST", f"{PAGE}/calendar"): SIGNED_IN,
    ("GET", f"{PAGE}/{{path}}"): SIGNED_IN,
    ("GET", f"{PAGE}/{{rest}}"): SIGNED_IN,
    ("POST", f"{PAGE}/{{rest}}"): SIGNED_IN,
    ("GET", "/static/{filename}"): SIGNED_IN,  # Flask's own, which nothing leads to
}
