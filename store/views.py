"""Saved views: a name and a query of the page's address, whose it is, and who begins with which."""

import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, and_, delete, func, insert, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.elements import ColumnElement

from store.calls import Calls
from store.tables import DEFAULT_VIEWS, DIGESTS, VIEWS

MOST_LISTED = 500

_C = VIEWS.c


@dataclass(frozen=True, slots=True)
class Owner:
    """An account, and as whom it acts: another role or another creator is another owner."""

    account: str
    viewer_id: str
    role: str


@dataclass(frozen=True, slots=True)
class View:
    """One view. `shared` with all of the owner's role; `query` is of the page's address, and holds no scope."""

    id: str
    owner: Owner
    owner_name: str
    name: str
    query: str
    shared: bool
    created_at: datetime
    updated_at: datetime


class Kept(Enum):
    """What became of a view that was to be kept."""

    DONE = auto()
    NAME_TAKEN = auto()
    TOO_MANY = auto()
    NOT_THERE = auto()


class Views:
    """Every method raises StoreError. Somebody sees their own views, and those shared within their role."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        dialect = postgresql if calls.engine.dialect.name == "postgresql" else sqlite
        given = dialect.insert(DEFAULT_VIEWS)
        self._begin_with = given.on_conflict_do_update(
            index_elements=["account", "viewer_id", "role"], set_={"view_id": given.excluded.view_id}
        )

    def add(self, view: View, most: int) -> Kept:
        """Keep it, unless its owner has `most`, or another of that name; whoever adds at once is counted one by one."""
        row = asdict(view)
        row |= {**row.pop("owner"), "name_key": name_key(view.name)}
        count = select(func.count()).select_from(VIEWS).where(owned(VIEWS, view.owner))

        def keep(connection: Connection) -> Kept:
            _alone(connection)
            if connection.execute(count).scalar_one() >= most:
                return Kept.TOO_MANY
            if _is_taken(connection, view):
                return Kept.NAME_TAKEN
            connection.execute(insert(VIEWS).values(row))
            return Kept.DONE

        return self._calls.write("the view cannot be kept", keep)

    def replace(self, view: View) -> Kept:
        """Give the owner's view of that id another name, query or audience; when it was made stays."""
        own = and_(_C.id == view.id, owned(VIEWS, view.owner))
        new = {name: getattr(view, name) for name in ("owner_name", "name", "query", "shared", "updated_at")}
        change = update(VIEWS).where(own).values(**new, name_key=name_key(view.name))

        def keep(connection: Connection) -> Kept:
            _alone(connection)
            if _is_taken(connection, view):
                return Kept.NAME_TAKEN
            return Kept.DONE if connection.execute(change).rowcount else Kept.NOT_THERE

        return self._calls.write("the view cannot be kept", keep)

    def remove(self, owner: Owner, id_: str) -> bool:
        """With it goes whatever rests on it, whosever that is; False where the owner has none of that id."""
        gone = delete(VIEWS).where(_C.id == id_, owned(VIEWS, owner))

        def write(connection: Connection) -> bool:
            if not connection.execute(gone).rowcount:
                return False
            for table in (DEFAULT_VIEWS, DIGESTS):
                connection.execute(delete(table).where(table.c.view_id == id_))
            return True

        return self._calls.write("the view cannot be removed", write)

    def get(self, owner: Owner, id_: str) -> View | None:
        """One that this viewer sees."""
        found = select(VIEWS).where(_C.id == id_, _seen_by(owner))
        return self._calls.read("the view cannot be read", lambda given: _view(given.execute(found).mappings().first()))

    def list_views(self, owner: Owner) -> tuple[Sequence[View], str | None]:
        """All that this viewer sees, their own first, each by name; and which of them they begin with."""
        theirs = owned(VIEWS, owner)
        order = (theirs.desc(), _C.name_key, _C.id)
        found = select(VIEWS).where(_seen_by(owner)).order_by(*order).limit(MOST_LISTED)

        def look(connection: Connection) -> tuple[list[View], str | None]:
            views = [view for row in connection.execute(found).mappings() if (view := _view(row))]
            first = connection.execute(_default_of(owner)).mappings().first()
            return views, first["id"] if first else None

        return self._calls.read("views cannot be listed", look)

    def default(self, owner: Owner) -> View | None:
        """What this viewer begins with, as long as they see it."""
        found = _default_of(owner)
        return self._calls.read("the view cannot be read", lambda given: _view(given.execute(found).mappings().first()))

    def begin_with(self, owner: Owner, id_: str) -> bool:
        """False where this viewer sees none of that id."""
        seen = select(_C.id).where(_C.id == id_, _seen_by(owner))

        def write(connection: Connection) -> bool:
            if connection.execute(seen).first() is None:
                return False
            connection.execute(self._begin_with, asdict(owner) | {"view_id": id_})
            return True

        return self._calls.write("the default view cannot be kept", write)

    def begin_plain(self, owner: Owner) -> None:
        """With no view."""
        gone = delete(DEFAULT_VIEWS).where(owned(DEFAULT_VIEWS, owner))
        self._calls.write("the default view cannot be kept", lambda given: given.execute(gone))


def name_key(name: str) -> str:
    """Names that a person takes for the same have the same key."""
    return unicodedata.normalize("NFKC", name).casefold()


def owned(table: Table, owner: Owner) -> ColumnElement[bool]:
    return and_(*(table.c[field] == value for field, value in asdict(owner).items()))


def _seen_by(owner: Owner) -> ColumnElement[bool]:
    return or_(owned(VIEWS, owner), and_(_C.shared.is_(True), _C.role == owner.role))


def _default_of(owner: Owner) -> Any:
    chosen = select(DEFAULT_VIEWS.c.view_id).where(owned(DEFAULT_VIEWS, owner))
    return select(VIEWS).where(_C.id.in_(chosen), _seen_by(owner))


def _is_taken(connection: Connection, view: View) -> bool:
    same = select(_C.id).where(owned(VIEWS, view.owner), _C.name_key == name_key(view.name), _C.id != view.id)
    return connection.execute(same).first() is not None


def _alone(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":  # SQLite's writers are alone anyhow
        connection.execute(text("LOCK TABLE views IN SHARE ROW EXCLUSIVE MODE"))


def _view(row: RowMapping | None) -> View | None:
    if row is None:
        return None
    given: dict[str, Any] = {name: row[name] for name in View.__dataclass_fields__ if name != "owner"}
    return View(owner=Owner(row["account"], row["viewer_id"], row["role"]), **given)
