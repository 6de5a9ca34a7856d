"""What is to be exported, and how: a dialog that tells it in words. Its choices are sent by assets/later/export.js."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import dash_bootstrap_components as dbc
from dash import html

from layouts import ids
from layouts.chips import Chosen, plain_chips
from layouts.export_words import EXPORT_SORTS, FORMAT_LABELS, FORMATS, TABLE_TITLES, column_label, counted_rows
from layouts.language import counted, number
from layouts.language import gettext as _
from queries.filters import SessionFilters

# What of a file stands for a column of the table; the id is always with them.
AS_IN_TABLE = {
    "scheduled_start": ["scheduled_start_utc", "scheduled_start_local"],
    "creator": ["creator"],
    "course": ["course"],
    "student": ["student"],
    "st": ["st"],
    "duration": ["actual_duration"],
    "status": ["status"],
    "rating": ["rating"],
    "recording": ["has_recording"],
}


class ExportColumn(Protocol):
    """A column that may be exported; `always` where it is recommended."""

    @property
    def name(self) -> str: ...

    @property
    def always(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class ExportView:
    """What would be exported. `table`, `sort` and the parameters of `address`, from the root, are as in REST;
    a workbook has so many `sheets` of them, `columns` are those that this viewer may choose from, none where there is
    no choice."""

    table: str
    rows: int
    sheets: int
    sort: str
    address: str
    filters: SessionFilters
    chosen: Chosen
    columns: Sequence[ExportColumn]


def export_button(table: str, label: str, class_name: str) -> html.Button:
    """Opens the dialog. `label` says to a screen reader what "Export" leaves open."""
    return html.Button(_("Export"), className=class_name, **{"data-export": table, "aria-label": label})


def export_dialog() -> dbc.Modal:
    """Its body comes from a callback once it is open."""
    retry = html.Button(_("Retry"), className="btn-plain", **{"data-export-again": "true"})
    return dbc.Modal(
        [
            html.Div(id=ids.EXPORT_BODY),
            html.Div(_("Loading…"), className="export-loading mute", role="status"),
            html.Div([_("Unable to load this export.") + " ", retry], className="export-failed", role="alert"),
        ],
        id=ids.EXPORT_DIALOG,
        is_open=False,
        className="export",
        labelledby="export-title",
        fade=False,
        scrollable=True,
    )


def export_body(view: ExportView) -> html.Div:
    """The whole form."""
    return html.Div(
        [
            html.Div(
                [
                    html.H2(_(TABLE_TITLES[view.table]), id="export-title"),
                    html.Button("✕", className="btn-plain", **{"data-export-close": "true", "aria-label": _("Close")}),
                ],
                className="export-head",
            ),
            html.Div([_what(view), _formats(view.sheets), *_columns(view.columns)], className="export-choices"),
            html.Div(
                [
                    html.P(className="problem", role="alert"),
                    html.P(className="export-said mute", role="status"),
                    html.Div(_buttons(view.table), className="actions"),
                ],
                className="export-foot",
            ),
        ],
        className="export-form",
        **{"data-address": view.address, "data-as-in-table": json.dumps(AS_IN_TABLE)},
    )


def _what(view: ExportView) -> html.Div:
    """All 1,085 sessions, not only those loaded · Newest first · times in Europe/Berlin."""
    how = [_(EXPORT_SORTS[view.sort])] if view.table == "sessions" else []
    how.append(_("times in {zone}", zone=str(view.filters.zone)))
    return html.Div(
        [
            html.P(html.B(counted_rows(view.table, view.rows))),
            html.Div(plain_chips(view.filters, view.chosen), className="chips"),
            html.P(" · ".join(how), className="mute"),
        ],
        className="export-what",
    )


def _formats(sheets: int) -> html.Fieldset:
    parted = {"xlsx": " " + counted(sheets, "{count} sheet of rows.", "{count} sheets of rows.")} if sheets > 1 else {}
    options = [
        {
            "value": name,
            "label": [html.B(_(FORMAT_LABELS[name])), html.Span(_(suits) + parted.get(name, ""), className="mute")],
            "input_id": f"export-format-{name}",
        }
        for name, suits in FORMATS.items()
    ]
    bom = dbc.Checkbox(
        id=ids.EXPORT_BOM, label=_("With a byte order mark, by which older versions of Excel know UTF-8"), value=False
    )
    return html.Fieldset(
        [
            html.Legend(_("Format")),
            dbc.RadioItems(options, "csv", id=ids.EXPORT_FORMAT, name=ids.EXPORT_FORMAT, class_name="export-formats"),
            html.Div(bom, className="export-bom"),
        ]
    )


def _columns(columns: Sequence[ExportColumn]) -> list[html.Fieldset]:
    if not columns:
        return []
    recommended = [column.name for column in columns if column.always]
    which = [
        {"value": "recommended", "label": _("As recommended ({count})", count=number(len(recommended)))},
        {"value": "chosen", "label": _("Choose…"), "input_id": "export-choose"},
    ]
    options = [
        {"value": column.name, "label": [column_label(column.name), html.Code(column.name)]} for column in columns
    ]
    presets = [("recommended", _("As recommended")), ("table", _("As in the table")), ("all", _("All"))]
    return [
        html.Fieldset(
            [
                html.Legend(_("Columns")),
                dbc.RadioItems(which, "recommended", id=ids.EXPORT_WHICH, name=ids.EXPORT_WHICH, inline=True),
                html.Div(
                    [
                        html.Div(
                            [
                                html.Button(words, className="link", **{"data-export-columns": preset})
                                for preset, words in presets
                            ],
                            className="export-presets",
                        ),
                        dbc.Checklist(options, recommended, id=ids.EXPORT_COLUMNS, class_name="export-columns"),
                    ],
                    className="export-chosen",
                    **{"data-recommended": json.dumps(recommended)},
                ),
            ]
        )
    ]


def _buttons(table: str) -> list[Any]:
    sql = [html.Button(_("Copy as DuckDB SQL"), className="link", **{"data-export-copy": "sql"})]
    return [
        html.Button(_("Export"), className="btn-accent", **{"data-export-go": "true"}),
        html.Button(_("Cancel"), className="btn-plain", **{"data-export-close": "true"}),
        html.Span(className="spacer"),
        *(sql if table == "sessions" else []),
        html.Button(_("Copy link for scripts"), className="link", **{"data-export-copy": "link"}),
    ]
