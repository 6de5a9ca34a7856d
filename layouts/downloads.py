"""Downloads: the button that shows them, and the words for them. The list is drawn by assets/later/downloads.js."""

import json

from dash import html

from layouts import ids
from layouts.language import gettext as _
from layouts.words import FLAG_LABELS, STATUS_LABELS


def downloads_button() -> html.Button:
    return html.Button(
        [_("Downloads"), html.Span(className="downloads-count", hidden=True)],
        id=ids.DOWNLOADS_OPEN,
        type="button",
        className="link",
        **{"aria-expanded": "false"},
    )


def downloads_words() -> html.Div:
    """What the script calls the values of a download's filters: as JSON, so that each label has one definition."""
    labels = {value.value: _(label) for value, label in [*STATUS_LABELS.items(), *FLAG_LABELS.items()]}
    return html.Div(className="downloads-words", hidden=True, **{"data-labels": json.dumps(labels)})
