"""A comparison asked of both doors: two questions of one snapshot, in one scope."""

from dataclasses import replace

from auth.viewer import Viewer
from queries.compare import CompareParams, resolve_sides
from queries.options import list_chosen
from queries.sessions import NotFoundError
from services import Question, Services


def compared(services: Services, viewer: Viewer, creator: str, params: CompareParams) -> tuple[Question, Question]:
    """Side A and side B. Raises what Services.question does; what is wrong with B names its own parameter."""
    asked = services.question(viewer, creator, params)
    of_a, of_b = resolve_sides(params, asked.clock, services.settings.low_rating)
    try:
        chosen = list_chosen(asked.snapshot, asked.scope, of_b)
    except NotFoundError as error:
        raise NotFoundError(f"vs_{error.field}", error.id) from None
    return replace(asked, filters=of_a), replace(asked, filters=of_b, chosen=chosen)
