from typing import Any

from flask import current_app, request
from flask_login import current_user, login_user, logout_user
from flask_smorest import Blueprint

from fieldapp.accounts import signing_in, throttling
from fieldapp.accounts.access import me, own_transaction, public, signed_in
from fieldapp.accounts.models import RenewalNonce, SessionGrant
from fieldapp.accounts.permissions import Act, schemes_of
from fieldapp.accounts.schemas import (
    KeysSchema,
    NonceAskedSchema,
    NonceSchema,
    PasswordSchema,
    RecoveryKeySchema,
    RenewalSchema,
    SessionSchema,
    SignInSchema,
)
from fieldapp.clock import now
from fieldapp.envelopes import keeping as envelopes
from fieldapp.ledger.checkpoints import keys_as_json

accounts = Blueprint("accounts", __name__, url_prefix="/api")


@accounts.post("/session")
@accounts.arguments(SignInSchema)
@accounts.response(200, SessionSchema)
@public
@own_transaction
def sign_in(given: dict[str, Any]) -> dict[str, Any]:
    """Sign in by password; a phone enrols its public key with it."""
    device = given["device"] and {**given["device"], "id": str(given["device"]["id"])}
    tried = throttling.attempt(given["sign_in_name"], request.remote_addr)
    grant = signing_in.sign_in(tried, given["password"], device)
    login_user(grant)
    return _session(grant)


@accounts.put("/session/password")
@accounts.arguments(PasswordSchema)
@accounts.response(200, SessionSchema)
@public
@own_transaction
def set_password(given: dict[str, Any]) -> dict[str, Any]:
    """Set one's own password, by the old or a one-time one, and sign in with it."""
    tried = throttling.attempt(given["sign_in_name"], request.remote_addr)
    grant = signing_in.set_password(tried, given["password"], given["new_password"])
    login_user(grant)
    return _session(grant)


@accounts.get("/session")
@accounts.response(200, SessionSchema)
@signed_in
def session() -> dict[str, Any]:
    """Who is signed in, and what they may do."""
    me()
    return _session(current_user)


@accounts.get("/session/recovery-key")
@accounts.response(200, RecoveryKeySchema)
@signed_in
def recovery_key() -> dict[str, str]:
    """What opens this phone when its PIN was forgotten; only right after the password, and never for a revoked phone."""
    me()
    return {"key": signing_in.recovery_key(current_user)}


@accounts.delete("/session")
@accounts.response(204)
@signed_in
def sign_out() -> None:
    """End this session."""
    signing_in.end(current_user)
    logout_user()


@accounts.post("/session/nonces")
@accounts.arguments(NonceAskedSchema)
@accounts.response(201, NonceSchema)
@public
def ask_nonce(asked: dict[str, Any]) -> RenewalNonce:
    """A number for an enrolled phone to sign."""
    return signing_in.renewal_nonce(str(asked["device_id"]))


@accounts.post("/session/renewals")
@accounts.arguments(RenewalSchema)
@accounts.response(200, SessionSchema)
@public
def renew(given: dict[str, Any]) -> dict[str, Any]:
    """Renew an enrolled phone's session by its key instead of the password."""
    grant = signing_in.renew(str(given["device_id"]), given["nonce"], given["signature"])
    login_user(grant)
    return _session(grant)


@accounts.get("/keys")
@accounts.response(200, KeysSchema)
@public
def keys() -> dict[str, Any]:
    """The server's public keys."""
    key = current_app.extensions["signing_key"]
    own = {"id": key.id, "public_key": key.public_key, "use": "receipt"}
    return {"keys": [own, *keys_as_json(), *envelopes.keys_as_json()]}


def _session(grant: SessionGrant) -> dict[str, Any]:
    person = grant.person
    return {
        "person": person,
        "organisation": person.organisation,
        "roles": sorted(person.roles),
        "acts": [
            {"act": act.value, "scheme": scheme and scheme.value}
            for act in Act
            for scheme in sorted(schemes_of(act, person.kind, person.roles), key=str)
        ],
        "device_id": grant.device.sent_id if grant.device else None,
        "server_time": now(),
        "password_due_at": grant.password_at + signing_in.WITH_DEVICE,
    }
