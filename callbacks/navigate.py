"""The URL is the state: its parts become the question, and a choice on the page becomes a new URL."""

from dash import ClientsideFunction, Dash, Input, Output, State

from layouts import ids


def register(app: Dash) -> None:
    def clientside(name: str, *arguments: Output | Input | State) -> None:
        app.clientside_callback(ClientsideFunction("sessionHistory", name), *arguments)

    clientside(
        "begin",
        Output(ids.QUESTION, "data"),
        Output(ids.CREATOR, "data"),
        Output(ids.DETAIL_SESSION, "data"),
        Output(ids.THEME, "data"),
        Output(ids.SORT, "data"),
        Output(ids.UPCOMING, "data"),
        Output(ids.REVIEWS, "data"),
        Output(ids.COMPARE, "data"),
        Input(ids.QUESTION, "id"),
    )
    clientside("showChosenOptions", Input(ids.FILTER_COURSE, "options"), Input(ids.FILTER_ST, "options"))
    clientside(
        "applyFilters",
        Input(ids.FILTER_COURSE, "value"),
        Input(ids.FILTER_ST, "value"),
        Input(ids.FILTER_STUDENT, "value"),
        Input(ids.FILTER_STATUS, "value"),
        Input(ids.FILTER_RATING_MIN, "value"),
        Input(ids.FILTER_RATING_MAX, "value"),
        Input(ids.FILTER_RATED, "value"),
        Input(ids.FILTER_FLAGS, "value"),
    )
    clientside(
        "applyOtherSide",
        Input(ids.COMPARE_RANGE, "value"),
        Input(ids.COMPARE_FROM, "value"),
        Input(ids.COMPARE_TO, "value"),
        Input(ids.COMPARE_COURSE, "value"),
        Input(ids.COMPARE_ST, "value"),
    )
    clientside("chooseCreator", Input(ids.HEADER_CREATOR, "value"))
    clientside("resetFilters", Input(ids.FILTER_RESET, "n_clicks"))
    clientside(
        "applyDays",
        Input(ids.RANGE_APPLY, "n_clicks"),
        State(ids.RANGE_FROM, "value"),
        State(ids.RANGE_TO, "value"),
    )
    clientside("openPoint", Input(ids.CHART_OVER_TIME, "clickData"))
    clientside("brushRange", Input(ids.CHART_OVER_TIME, "selectedData"))
    clientside("chooseSort", Input(ids.FILTER_SORT, "value"))
    clientside("showColumns", Input(ids.GRID_COLUMNS, "value"))
    clientside("leaveDetail", Input(ids.DETAIL, "is_open"))
    clientside("detailShown", Input(ids.DETAIL_BODY, "children"))
    clientside("playRecording", Input(ids.PLAYER_PLAY, "n_clicks"))
