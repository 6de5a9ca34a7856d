"""The digest of a view: as a page, as the letter that is mailed, and behind the links in that."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Request
from jinja2 import Environment
from starlette.responses import Response
from starlette.templating import Jinja2Templates

from api.parameters import given
from auth.viewer import ForbiddenError, current_viewer
from layouts.chips import chip_words
from layouts.ids import DIGEST_PATH, PAGE_PATH
from layouts.language import Language, counted, speaking
from layouts.language import gettext as _
from layouts.metrics import TILES, basis, change_words, value_words
from layouts.words import ALL_CREATORS, FIELD_LABELS, REASON_LABELS, as_of, days, moment, said
from queries.filters import FilterError
from queries.review_models import Reason
from queries.sessions import NotFoundError
from services import Services
from services.digests import Digest, DigestParams, read_digest
from services.digests.links import CONFIRM, LINKS_PATH, STOP, DigestLinks
from services.digests.mailer import Mailer
from services.digests.sender import DigestSender, Letter
from services.digests.subscribing import confirm
from services.views import RANGE
from store.digests import MailedDigest
from store.views import View


def digest_page(services: Services, templates: Jinja2Templates) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get(f"{DIGEST_PATH}/{{view_id}}")
    def show(view_id: str, request: Request) -> Response:
        viewer = current_viewer()
        try:
            digest = read_digest(services, viewer, view_id, given(request, DigestParams))
        except FilterError as error:
            field = _(FIELD_LABELS[error.field]) if error.field in FIELD_LABELS else error.field
            return _problem(request, f"{field}: {said(error.message)}", 422)
        except (ForbiddenError, NotFoundError):
            return _problem(request, _("There is no such view, or nothing of it that you may see."), 404)
        context = digest_words(digest) | {"is_mailed": services.settings.smtp_url is not None}
        return templates.TemplateResponse(request, "digest.html", context, headers={"Cache-Control": "no-store"})

    def _problem(request: Request, words: str, status: int) -> Response:
        return templates.TemplateResponse(request, "digest_problem.html", {"words": words}, status)

    return router


def digest_links_page(services: Services, links: DigestLinks, templates: Jinja2Templates) -> APIRouter:
    """A link only asks; what it is for is done by the button there: programs that look into mail follow links."""
    router = APIRouter(include_in_schema=False)

    def answer(request: Request, kind: str, *, done: bool, good: bool = True) -> Response:
        context = {"kind": kind, "done": done, "good": good}
        return templates.TemplateResponse(
            request, "digest_link.html", context, 200 if good else 404, {"Cache-Control": "no-store"}
        )

    @router.get(f"{LINKS_PATH}{CONFIRM}/{{token}}")
    def ask_to_confirm(token: str, request: Request) -> Response:
        found = links.confirmed(token)
        known = found is not None and services.store.digests.get(found[0]) is not None
        return answer(request, CONFIRM, done=False, good=known)

    @router.post(f"{LINKS_PATH}{CONFIRM}/{{token}}")
    def confirm_digest(token: str, request: Request) -> Response:
        found = links.confirmed(token)
        return answer(request, CONFIRM, done=True, good=found is not None and confirm(services, *found))

    @router.get(f"{LINKS_PATH}{STOP}/{{token}}")
    def ask_to_stop(token: str, request: Request) -> Response:
        return answer(request, STOP, done=False, good=links.stopped(token) is not None)

    @router.post(f"{LINKS_PATH}{STOP}/{{token}}")
    def stop_digest(token: str, request: Request) -> Response:
        """Programs that read mail post here of themselves (RFC 8058), as often as they like."""
        id_ = links.stopped(token)
        if id_ is not None:
            services.store.digests.end(id_)
        return answer(request, STOP, done=True, good=id_ is not None)

    return router


class Letters:
    """What is mailed, in the page's language. It lists no students: mail is read by more than its reader."""

    def __init__(self, environment: Environment, links: DigestLinks, language: Language) -> None:
        self._environment = environment
        self._links = links
        self._language = language

    def digest(self, digest: Digest, mailed: MailedDigest) -> Letter:
        with speaking(self._language):
            words = digest_words(digest, self._links.public_url) | {"stop": self._links.stop(mailed.id)}
            subject = _("{view}: week of {days}", view=digest.view.name, days=words["days"])
            html = self._environment.get_template("mail_digest.html").render(words)
            return Letter(subject, _digest_text(words), html)

    def question(self, view: View, mailed: MailedDigest) -> Letter:
        with speaking(self._language):
            context = {
                "by": mailed.name, "view": view.name, "confirm": self._links.confirm(mailed.id, mailed.address),
                "stop": self._links.stop(mailed.id),
            }  # fmt: skip
            subject = _("Do you want “{view}” each Monday?", view=view.name)
            asked = _("{name} asked to have the weekly digest of “{view}” in Session History mailed to this address.",
                      name=mailed.name, view=view.name)  # fmt: skip
            lines = [
                _in_a_line(asked), "", _("To have it, open this link within a week:"), context["confirm"], "",
                _("If you know nothing of it, do nothing: no digest is sent, and this is asked once."),
            ]  # fmt: skip
            html = self._environment.get_template("mail_question.html").render(context)
            return Letter(subject, "\n".join(lines), html)


def digest_sender(
    services: Services, templates: Jinja2Templates, links: DigestLinks, language: Language
) -> DigestSender | None:
    """Mails what is due; None where no mail is set up."""
    settings = services.settings
    if settings.smtp_url is None or settings.mail_from is None:
        return None
    mailer = Mailer(settings.smtp_url.get_secret_value(), settings.mail_from)
    letters = Letters(templates.env, links, language)
    return DigestSender(services, mailer, links, letters.digest, letters.question)


def digest_words(digest: Digest, site: str = "") -> dict[str, Any]:
    """All that is said of a digest, links beginning with `site`."""
    asked, zone = digest.asked, digest.asked.clock.zone
    return {
        "view": digest.view.name,
        "days": days(digest.first, digest.last, year=True),
        "whose": digest.whose or (_(ALL_CREATORS) if asked.scope.all_creators else None),
        "filters": chip_words(asked.filters, asked.chosen),
        "as_of": _("data as of {moment}", moment=as_of(asked.clock.data_as_of, asked.clock.now, zone)),
        "zone": _("times in {zone}", zone=zone.key),
        "figures": _figures(digest),
        "waiting": counted(
            digest.reviews.pagination.total, "{count} session needs review", "{count} sessions need review"
        ),
        "reasons": _reasons(digest, site),
        "reviews": _reviews(digest, site),
        "more": digest.reviews.pagination.total - len(digest.reviews.reviews),
        "page": _address(digest, site),
        "queue": _address(digest, site, tab="review"),
        "web": _digest_address(digest, site),
    }


def _figures(digest: Digest) -> list[dict[str, Any]]:
    stats, found = digest.stats, []
    for tile in TILES:
        change, news = change_words(tile, stats)
        before = value_words(tile, stats.previous) if stats.previous and news else None
        found.append(
            {
                "label": _(tile.label), "value": value_words(tile, stats), "change": change, "news": news or "none",
                "before": before, "basis": basis(tile, stats),
            }
        )  # fmt: skip
    return found


def _reasons(digest: Digest, site: str) -> list[dict[str, str]]:
    counts = digest.reviews.reasons
    return [
        {
            "label": _(REASON_LABELS[reason]), "count": counted(counts[reason], "{count} session", "{count} sessions"),
            "link": _address(digest, site, tab="review", reason=reason.value),
        }
        for reason in Reason if counts.get(reason)
    ]  # fmt: skip


def _reviews(digest: Digest, site: str) -> list[dict[str, str]]:
    zone = digest.asked.clock.zone
    return [
        {
            "when": moment(session.scheduled_start, zone, year=False), "course": session.course.title,
            "st": session.st.name, "student": session.student.name,
            "reasons": ", ".join(_(REASON_LABELS[reason]) for reason in session.reasons),
            "link": _address(digest, site, tab="review", session=session.id),
        }
        for session in digest.reviews.reviews
    ]  # fmt: skip


def _whose(digest: Digest) -> list[tuple[str, str]]:
    asked = digest.asked
    named = digest.whose is not None and asked.scope.creator_id
    return [("creator", asked.scope.creator_id or "")] if named else []


def _address(digest: Digest, site: str, **more: str) -> str:
    """The page with the view's filters, and the week as its range."""
    kept = [(name, value) for name, value in parse_qsl(digest.view.query) if name not in (*RANGE, *more)]
    if more:
        kept = [(name, value) for name, value in kept if name not in ("tab", "view")]
    week = [("from", digest.first.isoformat()), ("to", digest.last.isoformat()), ("tz", digest.asked.clock.zone.key)]
    return f"{site}{PAGE_PATH}?{urlencode([*kept, *week, *more.items(), *_whose(digest)])}"


def _digest_address(digest: Digest, site: str) -> str:
    given = [("week", digest.first.isoformat()), ("tz", digest.asked.clock.zone.key), *_whose(digest)]
    return f"{site}{DIGEST_PATH}/{digest.view.id}?{urlencode(given)}"


def _digest_text(words: dict[str, Any]) -> str:
    lines = [
        words["view"],
        _in_a_line(" · ".join(filter(None, [words["days"], words["whose"], *words["filters"]]))),
        "",
    ]
    for figure in words["figures"]:
        before = " " + _("({before} before)", before=figure["before"]) if figure["before"] else ""
        lines += [f"{figure['label']}: {figure['value']}, {figure['change']}{before}", f"  {figure['basis']}"]
    lines += ["", words["waiting"], *(f"  {one['label']}: {one['count']}" for one in words["reasons"])]
    for one in words["reviews"]:
        said = (one["when"], one["course"], one["st"], one["reasons"])
        lines += ["", _in_a_line(" · ".join(said)), one["link"]]
    lines += ["", _("Open the sessions:"), words["page"], "", _("No longer want this?"), words["stop"]]
    return "\n".join(lines)


def _in_a_line(text: str) -> str:
    """A name with lines in it says nothing that looks like ours."""
    return " ".join(text.split())
