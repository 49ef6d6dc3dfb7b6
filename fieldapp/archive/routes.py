from pathlib import Path
from typing import Any

from flask import Response, send_from_directory
from flask_smorest import Blueprint

from fieldapp.accounts.access import me, needs, own_transaction, public
from fieldapp.accounts.permissions import Act
from fieldapp.archive import handing_out, ordering
from fieldapp.archive.access import order_for, orders_of
from fieldapp.archive.order_models import BundleOrder
from fieldapp.archive.schemas import (
    BundleAskedSchema,
    BundleDownloadSchema,
    BundleOrderSchema,
    BundleOrdersSchema,
    BundleTokenSchema,
)
from fieldapp.archive.showing import first_fingerprint, shown, shown_orders
from fieldapp.db import transaction
from fieldapp.errors import NotFound
from fieldapp.paging import PageSchema, page

VERIFIERS = {"verify.py", "verify.html"}

archive = Blueprint("archive", __name__, url_prefix="/api")


@archive.get("/bundles")
@archive.arguments(PageSchema, location="query")
@archive.response(200, BundleOrdersSchema)
@needs(Act.BUNDLE_ORDER)
def index(asked: dict[str, Any]) -> dict[str, Any]:
    """The caller's own orders, the newest first."""
    rows = orders_of(me())
    found = page(rows, BundleOrder.ordered_at, BundleOrder.bundle_id, asked, newest_first=True)
    return found | {"items": shown_orders(found["items"]), "fingerprint": first_fingerprint()}


@archive.post("/bundles")
@archive.arguments(BundleAskedSchema)
@archive.response(201, BundleOrderSchema)
@needs(Act.BUNDLE_ORDER)
def order(given: dict[str, Any]) -> dict[str, Any]:
    """Order the evidence of a visit, case, project, photo or scored insurer as a bundle that proves itself."""
    return shown(ordering.order(ordering.Asked(**given), me()))


@archive.get("/bundles/<bundle_id>")
@archive.response(200, BundleOrderSchema)
@needs(Act.BUNDLE_ORDER)
def one(bundle_id: str) -> dict[str, Any]:
    """One order: how far it is, what became of it."""
    return shown(order_for(me(), bundle_id))


@archive.put("/bundles/<bundle_id>/cancellation")
@archive.response(200, BundleOrderSchema)
@needs(Act.BUNDLE_ORDER)
def cancel(bundle_id: str) -> dict[str, Any]:
    """Call a bundle off while it is being made."""
    return shown(ordering.cancel(order_for(me(), bundle_id, lock=True)))


@archive.post("/bundles/<bundle_id>/links")
@archive.response(201, BundleDownloadSchema)
@needs(Act.BUNDLE_ORDER)
def allow_download(bundle_id: str) -> dict[str, Any]:
    """A link for one download, for an hour."""
    token, ends = handing_out.allow(order_for(me(), bundle_id))
    return {"url": f"/api/bundles/{bundle_id}/file?link={token}", "expires_at": ends}


@archive.get("/bundles/<bundle_id>/file")
@archive.arguments(BundleTokenSchema, location="query")
@needs(Act.BUNDLE_ORDER)
@own_transaction
def download(asked: dict[str, Any], bundle_id: str) -> Response:
    """The bundle's bytes, once for each link; a Range goes on after a cut."""
    with transaction():
        wanted = handing_out.take(order_for(me(), bundle_id), asked["link"])
    return handing_out.send(wanted)


@archive.get("/verifiers/<name>")
@public
def verifier(name: str) -> Response:
    """verify.py or verify.html, to be handed out apart from the bundles that they prove."""
    if name not in VERIFIERS:
        raise NotFound
    return send_from_directory(Path(__file__).parent, name, as_attachment=True)
