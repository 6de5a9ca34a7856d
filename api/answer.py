"""Models to JSON, straight from the dataclasses: no second model is built to say the same."""

from functools import cache
from typing import Any

from pydantic import TypeAdapter
from starlette.responses import Response

NO_STORE = {"Cache-Control": "no-store"}
FRESH = {"Cache-Control": "private, no-cache"}


@cache
def _adapter(model: Any) -> TypeAdapter[Any]:
    return TypeAdapter(model)


def answer(model: Any, as_type: Any = None, headers: dict[str, str] = FRESH, status: int = 200) -> Response:
    """A JSON response; `as_type` where the model is a list, whose item type it cannot tell itself."""
    body = _adapter(as_type or type(model)).dump_json(model)  # type: ignore[arg-type]  # types are hashable
    return Response(body, status, media_type="application/json", headers=headers)
