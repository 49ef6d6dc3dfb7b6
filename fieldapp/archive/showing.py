"""A bundle's order as its orderer sees it."""

from collections.abc import Sequence
from typing import Any

from fieldapp import jobs
from fieldapp.archive.order_models import BundleOrder
from fieldapp.archive.ordering import JOB
from fieldapp.archive.settling import KEEPS_FILE
from fieldapp.clock import now
from fieldapp.jobs import Job
from fieldapp.ledger.checkpoints import fingerprint, keys_as_json


def shown(order: BundleOrder) -> dict[str, Any]:
    return shown_orders([order])[0]


def shown_orders(orders: Sequence[BundleOrder]) -> list[dict[str, Any]]:
    open_ones = [order.bundle_id for order in orders if order.outcome is None]
    making = jobs.latest_of(JOB, open_ones)
    return [_shown(order, making.get(order.bundle_id)) for order in orders]


def first_fingerprint() -> str | None:
    """Of the key that the log began with, which later ones descend from."""
    first = (key["public_key"] for key in keys_as_json() if not key["previous_id"])
    return next(map(fingerprint, first), None)


def _shown(order: BundleOrder, job: Job | None) -> dict[str, Any]:
    state, percent = jobs.progress(job)
    bundle = order.bundle
    kept = {
        name: getattr(order, name)
        for name in ("about", "photos", "ordered_at", "settled_at", "expires_at")
    }
    is_told = order.outcome in KEEPS_FILE
    return kept | {
        "id": order.bundle_id,
        "kind": bundle.selection.partition(":")[0],
        "sha256": order.sha256 if is_told else None,
        "size": order.size if is_told else None,
        "redacted": bundle.redacted,
        "purpose": bundle.purpose,
        "state": "removed" if _is_over(order) else order.outcome or state,
        "percent": percent,
        "reason": "given_up" if state == "failed" else order.reason,
        "links": order.links,
    }


def _is_over(order: BundleOrder) -> bool:
    """Nobody gets it any more: its time is over, or something in it was deleted. The file goes soon."""
    kept_until = order.expires_at
    return order.outcome == "ready" and kept_until is not None and kept_until <= now()
