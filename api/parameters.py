"""Parameters refused before a question is looked at: unknown ones, and one value given twice."""

from fastapi import Depends, Request

from queries.filters import SEVERAL, FilterError


async def _given_once(request: Request) -> None:
    for name in request.query_params:
        if name not in SEVERAL and len(request.query_params.getlist(name)) > 1:
            raise FilterError(name, "given more than once")


async def _none_given(request: Request) -> None:
    for name in request.query_params:
        raise FilterError(name, "unknown parameter")


GIVEN_ONCE = Depends(_given_once)
NONE_GIVEN = Depends(_none_given)
