"""The page draws with a part of plotly.js, which a figure asks for at the whole one's address."""

from plotly.offline import get_plotlyjs_version

from pages import PLOTLY, PLOTLY_PATH
from tests.conftest import Served

ADDRESS = f"{PLOTLY_PATH}/plotly.min.js"


def test_it_is_the_part_for_bars_of_the_version_that_the_package_has() -> None:
    head = (PLOTLY / "plotly.min.js").read_text()[:200]
    assert f"plotly.js (basic - minified) v{get_plotlyjs_version()}\n" in head, "`make plotly` gets it anew"


def test_a_figure_is_given_it_and_asks_whether_it_has_changed(two_creators: Served) -> None:
    nobody = two_creators.as_nobody()
    found = nobody.get(ADDRESS)
    assert found.content == (PLOTLY / "plotly.min.js").read_bytes()
    assert (found.headers["content-type"].partition(";")[0], found.headers["cache-control"]) == (
        "text/javascript", "no-cache",
    )  # fmt: skip
    asked = {"If-None-Match": found.headers["etag"]}
    assert nobody.get(ADDRESS, headers=asked).status_code == 304


def test_nothing_else_lies_there(two_creators: Served) -> None:
    for path in ("", "/", "/datasets/iris.csv.gz", "/../__init__.py"):
        assert two_creators.as_nobody().get(PLOTLY_PATH + path).status_code in (404, 405)
