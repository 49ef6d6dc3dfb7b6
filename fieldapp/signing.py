"""Where a request meets the signature that it carries: which requests need one, and the promise that answers it."""

from typing import Any

from flask import Response, current_app, request
from flask_login import current_user

from fieldapp.accounts import acts
from fieldapp.accounts.acts import ActNotSigned, Asked
from fieldapp.accounts.models import SignedAct
from fieldapp.db import db
from fieldapp.evidence.access import AUTHORITIES
from fieldapp.keys import to_text
from fieldapp.ledger import proving
from fieldapp.ledger.models import LedgerEntry

ACT, SIGNATURE = "Fieldapp-Act", "Fieldapp-Act-Signature"
PROMISE, PROMISE_SIGNATURE = "Fieldapp-Promise", "Fieldapp-Promise-Signature"


def signed_act(view: Any) -> SignedAct | None:
    """The act that this request carries, kept; an authority's decision must carry one. Raises as acts.keep."""
    if not current_user.is_authenticated or not getattr(view, "decides", False):
        return None
    act, signature = request.headers.get(ACT), request.headers.get(SIGNATURE)
    if act and signature:
        return acts.keep(_asked(), act, signature, current_user)
    if current_user.person.kind in AUTHORITIES:
        raise ActNotSigned
    return None


def promise(response: Response, act: SignedAct) -> None:
    """Answer a signed act with our signed word that it will be in the log, and by when."""
    entry = db.session.scalar(
        db.select(LedgerEntry).where(
            LedgerEntry.table_name == SignedAct.__tablename__, LedgerEntry.row_id == act.id
        )
    )
    assert entry is not None, "the flush wrote it"
    given = proving.promise(entry, current_app.extensions["signing_key"])
    response.headers[PROMISE] = to_text(given["body"].encode())
    response.headers[PROMISE_SIGNATURE] = f"{given['key_id']}.{given['signature']}"


def _asked() -> Asked:
    return Asked(
        method=request.method,
        path=request.path,
        # By what came, not by what was announced: a body in chunks announces no length.
        body=request.get_json(silent=True) if request.get_data(cache=True) else None,
        if_match=request.headers.get("If-Match"),
    )
