"""The services of one server, made from its settings."""

import logging

from queries.statement import setup_sql
from recordings import recording_links
from services import Services
from services.downloads import downloads_of
from services.events import EventRecorder, Outbox
from services.reviews.board import ReviewBoard, review_rules
from settings import Settings
from store import Store, open_store
from warehouse.builder import Order
from warehouse.limits import Limits
from warehouse.refresh import Warehouse
from warehouse.source import BucketOptions

GIGABYTE = 10**9


def store_of(settings: Settings) -> Store:
    """Raises StoreError."""
    address = settings.database_url.get_secret_value() if settings.database_url else None
    return open_store(address, settings.data_dir, settings.sign_in_lifetime)


def build_order(settings: Settings) -> Order:
    """Which export is served, and how it is built."""
    return Order(
        location=settings.export_location,
        out=settings.snapshots_dir,
        cache=settings.export_cache,
        options=BucketOptions(settings.export_endpoint, settings.export_cache_gigabytes * GIGABYTE),
        limits=Limits(f"{settings.build_gigabytes}GB", settings.build_threads),
        log_level=logging.getLevelNamesMapping()[settings.log_level.upper()],
    )


def open_services(settings: Settings, secret_key: str) -> Services:
    """None of them has started. Raises StoreError."""
    store = store_of(settings)
    return Services(
        settings=settings,
        store=store,
        events=EventRecorder(store.events, settings),
        board=ReviewBoard(store.reviews, review_rules(settings)),
        decisions=Outbox(
            store.decision_events, "decisions", settings.decisions_url, settings.decisions_secret, settings.events_days
        ),
        warehouse=Warehouse(
            build_order(settings),
            setup=setup_sql(),
            refresh_seconds=settings.refresh_seconds,
            answers_bytes=settings.answers_megabytes * 2**20,
        ),
        downloads=downloads_of(settings),
        recordings=recording_links(
            bucket=settings.recordings_bucket,
            endpoint=settings.recordings_endpoint,
            local_folder=None if settings.export else settings.demo_dir / "recordings",
            secret_key=secret_key,
        ),
    )
