"""Every route that the running application has, enumerated from it."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from layouts.ids import PAGE_PATH


def routes_of(routes: Iterable[Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Method and path of every route of FastAPI and, below the page's, of Dash; parameters as {name}."""
    for route in routes:
        if included := getattr(route, "original_router", None):
            yield from routes_of(included.routes, prefix + route.include_context.prefix)
            continue
        for method in (getattr(route, "methods", None) or {"GET", "POST"}) - {"HEAD", "OPTIONS"}:
            yield method, prefix + re.sub(r"{(\w+)(:\w+)?}", r"{\1}", route.path)
        if route.path == PAGE_PATH:
            for rule in route.app.dash.app.url_map.iter_rules():
                for method in rule.methods - {"HEAD", "OPTIONS"}:
                    yield method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
