"""Every component id and address of the page, `region-part`."""

PAGE_PATH = "/studio/sessions"
VENDOR_PATH = f"{PAGE_PATH}/vendor"
ACCESS_LOG_PATH = f"{PAGE_PATH}/access-log"
CALENDAR_PATH = f"{PAGE_PATH}/calendar"

QUESTION = "page-question"
UPCOMING = "page-upcoming"
SORT = "page-sort"
OUTLINE = "page-outline"

HEADER_TOTALS = "header-totals"
HEADER_CREATOR = "header-creator"

RANGE_FROM = "range-from"
RANGE_TO = "range-to"
RANGE_CUSTOM = "range-custom"
RANGE_APPLY = "range-apply"
RANGE_POPOVER = "range-popover"

FILTER_COURSE = "filter-course"
FILTER_ST = "filter-st"
FILTER_STUDENT = "filter-student"
FILTER_STATUS = "filter-status"
FILTER_MORE = "filter-more"
FILTER_RATING_MIN = "filter-rating-min"
FILTER_RATING_MAX = "filter-rating-max"
FILTER_RATED = "filter-rated"
FILTER_FLAGS = "filter-flags"
FILTER_CHIPS = "filter-chips"
FILTER_RESET = "filter-reset"
FILTER_STUDENTS = "filter-students"
FILTER_SHEET = "filter-sheet"
FILTER_OPEN = "filter-open"
FILTER_SORT = "filter-sort"

METRICS = "metrics-tiles"

NOTICES = "page-notices"

CHART_OVER_TIME = "chart-over-time"
CHART_OVER_TIME_TITLE = "chart-over-time-title"
CHART_OVER_TIME_TABLE = "chart-over-time-table"

BY_ST = "by-st-table"
BY_ST_TITLE = "by-st-title"

CARDS = "cards-sessions"

UPCOMING_CALENDAR = "upcoming-calendar"
UPCOMING_SUMMARY = "upcoming-summary"
UPCOMING_NOTES = "upcoming-notes"

REVIEWS = "page-reviews"
REVIEW_COUNT = "review-count"
REVIEW_PROBLEM = "review-problem"
REVIEW_TITLE = "review-title"
REVIEW_RANGE = "review-range"
REVIEW_TABLE = "review-table"
REVIEW_SPACE = "review-space"
REVIEW_GRID = "grid-reviews"
REVIEW_STATE = "review-state"
REVIEW_FOOT = "review-foot"
REVIEW_BATCH = "review-batch"

GRID = "grid-sessions"
GRID_SPACE = "grid-space"
GRID_STATE = "grid-state"
GRID_FOOT = "grid-foot"
GRID_MORE = "grid-more"
GRID_COLUMNS = "grid-columns"
GRID_COLUMNS_MORE = "grid-columns-more"

DETAIL = "detail-modal"
DETAIL_SESSION = "detail-session"
DETAIL_BODY = "detail-body"

REVIEW_PANEL = "review-panel"
REVIEW_CHANGED = "review-changed"

PLAYER_VIDEO = "player-video"
PLAYER_PLAY = "player-play"
PLAYER_MESSAGE = "player-message"
PLAYER_SPEED = "player-speed"
PLAYER_LINK = "player-link"

THEME = "page-theme"
CREATOR = "page-creator"
