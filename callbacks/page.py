"""The Dash application: its settings, its layout for each viewer, and its callbacks by region."""

from importlib.metadata import version

from dash import Dash, html
from dash.exceptions import DependencyException

from auth.viewer import NotSignedInError, current_viewer
from callbacks import (
    choose_filters,
    navigate,
    show_comparison,
    show_detail,
    show_export,
    show_figures,
    show_review,
    show_upcoming,
)
from callbacks.bundle import ASSETS, Part, bundle
from layouts import ids
from layouts.by_st import MOST_ROWS
from layouts.language import gettext as _
from layouts.links import Links
from layouts.page import index, page
from queries.options import list_creators, list_student_teachers
from services import Services
from settings import Settings

BOOTSTRAP_VERSION = "5.3.8"


def create_page(services: Services) -> Dash:
    """A Dash application on its Flask backend, every callback registered; nothing is kept in a module."""
    links = platform_links(services.settings)
    app = Dash(
        "session_history",
        assets_folder=str(ASSETS),
        assets_ignore=".*",
        routes_pathname_prefix=f"{ids.PAGE_PATH}/",
        requests_pathname_prefix=f"{ids.PAGE_PATH}/",
        external_stylesheets=[
            f"{ids.VENDOR_PATH}/bootstrap.min.css?v={BOOTSTRAP_VERSION}",
            _address("css", "page"),
        ],
        external_scripts=[_address("js", "page")],
        title=_("Session History"),
        update_title="",
        index_string=index(links, _address("js", "later"), _address("css", "later")),
        suppress_callback_exceptions=True,
        enable_mcp=False,
        websocket_callbacks=False,
    )

    def layout() -> html.Div:
        try:
            viewer = current_viewer()
        except NotSignedInError:
            return html.Div()  # Dash looks at the layout once while it sets itself up, for nobody
        snapshot = services.warehouse.current()
        everyone = list_creators(snapshot, viewer.scope("all")) if viewer.is_staff else []
        student_teachers = MOST_ROWS if viewer.is_staff else len(list_student_teachers(snapshot, viewer.scope("me")))
        return page(
            viewer.name, viewer.role.value, links, everyone, student_teachers, sees_private=viewer.sees_private,
            week_start=services.settings.first_weekday, calendar_version=version("dash-fullcalendar"),
        )  # fmt: skip

    app.layout = layout
    navigate.register(app)
    choose_filters.register(app, services)
    show_figures.register(app, services)
    show_upcoming.register(app, services, links)
    show_comparison.register(app, services)
    show_detail.register(app, services, links)
    show_review.register(app, services)
    show_export.register(app, services)
    _set_up(app)
    return app


def _address(kind: str, part: Part) -> str:
    return f"{ids.VENDOR_PATH}/{bundle(kind, part).name}"


def _set_up(app: Dash) -> None:
    """Have Dash ready before the first request: left to itself it sets up within it, and only its index
    registers the scripts that may be asked for, which another worker may be the one to serve."""
    app.server.register_error_handler(DependencyException, lambda error: ("", 404))
    with app.server.test_request_context(f"{ids.PAGE_PATH}/"):
        app._setup_server()
        app.index()


def platform_links(settings: Settings) -> Links:
    base = settings.platform_url.rstrip("/")
    return Links(
        dashboard=base + settings.link_dashboard,
        profile=base + settings.link_profile,
        room=base + settings.link_room,
        message=base + settings.link_message,
        course=base + settings.link_course,
    )
