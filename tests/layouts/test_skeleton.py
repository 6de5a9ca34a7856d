from dash import dcc, html

from layouts.page import index
from layouts.skeleton import skeleton
from tests.layouts.test_page import LINKS


def test_tags_classes_sizes_and_text_are_kept_and_ids_are_not() -> None:
    drawn = skeleton(html.Div([html.H1("Sessions"), " & more"], id="page", className="head", style={"height": "3px"}))
    assert drawn == '<div class="head" style="height:3px"><h1>Sessions</h1> &amp; more</div>'


def test_text_is_text() -> None:
    assert skeleton(html.Div("<b>", className='"x')) == '<div class="&quot;x">&lt;b&gt;</div>'


def test_what_is_no_plain_tag_is_a_box_and_what_shows_nothing_is_left_out() -> None:
    drawn = skeleton([dcc.Dropdown(placeholder="Course: all"), dcc.Store(id="s"), dcc.Graph(className="over-time")])
    assert drawn == '<div class="dash-dropdown">Course: all</div><div class="over-time"></div>'


def test_what_is_hidden_stays_hidden() -> None:
    assert skeleton(html.Div(hidden=True)) == "<div hidden></div>"


def test_the_document_has_the_pages_outline_and_no_id_twice() -> None:
    document = index(LINKS)
    assert all(part in document for part in ("Completion rate", "By Student-Teacher", "grid-box", "{%app_entry%}"))
    assert document.count(" id=") == 1
