"""create_app wires the rooms together. Nothing here judges anything."""

import logging
import uuid
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, jsonify, request
from flask_login import LoginManager
from flask_smorest import Api
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException

from fieldapp import events, frontend, keys, routing
from fieldapp.accounts import access
from fieldapp.accounts.models import SessionGrant
from fieldapp.accounts.permissions import Act
from fieldapp.accounts.routes import accounts
from fieldapp.blobs import choosing
from fieldapp.blobs.keeping import BlobStored
from fieldapp.blobs.routes import uploads
from fieldapp.cases.routes import cases
from fieldapp.checklists.routes import checklists
from fieldapp.config import Config, from_environment
from fieldapp.db import db, prepare_engine, transaction
from fieldapp.errors import Conflict, Fault, ForeignOrigin, Invalid, Problem
from fieldapp.evidence import custody, intake, subjects
from fieldapp.evidence import twins as evidence_twins
from fieldapp.evidence.announcements import BytesRead, EvidenceRead, VerdictGiven
from fieldapp.evidence.routes import evidence
from fieldapp.hazards import photographed
from fieldapp.hazards.access import finding_for
from fieldapp.hazards.desk_routes import photo_desk
from fieldapp.hazards.routes import hazards
from fieldapp.ledger.actor import Actor, acting
from fieldapp.ledger.recording import watch
from fieldapp.oversight.access import fact_for
from fieldapp.oversight.routes import oversight
from fieldapp.projects.routes import projects
from fieldapp.refusals import in_chinese
from fieldapp.reuse import keeping as likenesses
from fieldapp.reuse import searching
from fieldapp.reuse import showing as resemblances
from fieldapp.reuse.access import resemblance_for
from fieldapp.reuse.routes import reuse
from fieldapp.scoring import reopening
from fieldapp.scoring.access import occurrence_for
from fieldapp.scoring.routes import scoring
from fieldapp.sync.routes import sync
from fieldapp.visits import tasking
from fieldapp.visits.access import visit_for
from fieldapp.visits.routes import visits

SAFE = {"GET", "HEAD", "OPTIONS"}
log = logging.getLogger("fieldapp")


class UndeclaredRoute(RuntimeError):
    """A route that does not say who may call it: the program must not start."""


class FieldApp(Flask):
    config_object: Config

    def dispatch_request(self) -> Any:
        """One request, one transaction: returning commits, raising rolls back."""
        rule = request.url_rule
        view: Any = (
            self.view_functions[rule.endpoint]
            if rule and request.routing_exception is None
            else None
        )
        declared = getattr(view, "access", None)
        if declared is None:
            return super().dispatch_request()
        _check_origin(declared)
        if getattr(view, "own_transaction", False):
            return self._in_own_transactions(declared)
        writes = request.method not in SAFE or getattr(view, "records_read", False)
        with transaction(write=writes), acting(_actor()):
            access.check_declared(declared)
            response = self.make_response(super().dispatch_request())
            db.session.flush()  # while we still know who acts: entries are written at the flush
            return response

    def _in_own_transactions(self, declared: Any) -> Any:
        with transaction(write=False):
            access.check_declared(declared)
            actor = _actor()
        with acting(actor):
            return super().dispatch_request()


def create_app(config: Config | None = None) -> FieldApp:
    """The whole application for this configuration (the environment's by default)."""
    config = config or from_environment()
    app = FieldApp("fieldapp", static_folder=None)
    app.config_object = config
    app.config.update(
        SECRET_KEY=config.secret_key,
        SQLALCHEMY_DATABASE_URI=config.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(config),
        SESSION_COOKIE_NAME="fieldapp_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=config.secure_cookies,
        MAX_CONTENT_LENGTH=16 << 20,
        API_TITLE="fieldapp",
        API_VERSION="1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api",
        OPENAPI_JSON_PATH="openapi.json",
    )
    keys.column_key.use(config.column_key)
    app.extensions["signing_key"] = keys.SigningKey(config.signing_key_pem)
    _prepare_database(app)
    _prepare_sessions(app)
    _prepare_problems(app)
    choosing.choose(app, config)
    _register_rooms(app)
    _subscribe_rooms()
    _introduce_rooms()
    frontend.register(app, config)
    check_every_route_declares_access(app)
    return app


def check_every_route_declares_access(app: Flask) -> None:
    undeclared = [
        f"{rule.rule} ({rule.endpoint})"
        for rule in app.url_map.iter_rules()
        if not hasattr(app.view_functions[rule.endpoint], "access")
    ]
    if undeclared:
        raise UndeclaredRoute(f"These routes declare no access: {', '.join(undeclared)}")


def _register_rooms(app: FieldApp) -> None:
    api = OurApi(app)
    rooms = (accounts, projects, uploads, checklists, evidence, visits, hazards, photo_desk, cases)
    for blueprint in (*rooms, reuse, sync, oversight, scoring):
        api.register_blueprint(blueprint)
    describe = app.view_functions["api-docs.openapi_json"]

    @routing.public
    def described() -> Any:
        return describe()

    app.view_functions["api-docs.openapi_json"] = described


def _subscribe_rooms() -> None:
    events.subscribe(BlobStored, intake.read_when_stored)
    events.subscribe(BytesRead, likenesses.keep)
    events.subscribe(EvidenceRead, searching.search_when_read)
    events.subscribe(VerdictGiven, tasking.follow_verdict)
    events.subscribe(VerdictGiven, reopening.verdict_given)


def _introduce_rooms() -> None:
    """Lower rooms say what only they know to rooms above them, which must not import them."""
    subjects.tell("visit", photographed.surroundings_of)
    evidence_twins.tell(resemblances.twins_of)
    custody.guard("visit", lambda person, row_id: visit_for(person, row_id, Act.LEDGER_READ))
    custody.guard("finding", finding_for)
    custody.guard("resemblance", resemblance_for)
    custody.guard("occurrence", occurrence_for)
    custody.guard("recorded_fact", fact_for)


class OurApi(Api):
    """flask-smorest with our one Problem shape."""

    def handle_http_exception(self, error: HTTPException) -> Any:
        return _http_problem(error)


def _prepare_database(app: FieldApp) -> None:
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
        watch(db.session.session_factory.class_)


def _engine_options(config: Config) -> dict[str, Any]:
    """Parameters are hidden: an error's text goes to the log, and names and words of people do not belong there."""
    if config.database_url.startswith("sqlite"):
        Path(config.database_url.removeprefix("sqlite:///")).parent.mkdir(
            parents=True, exist_ok=True
        )
        return {"connect_args": {"timeout": 15}, "hide_parameters": True}
    return {"pool_size": 8, "max_overflow": 8, "pool_pre_ping": True, "hide_parameters": True}


def _prepare_sessions(app: FieldApp) -> None:
    manager = LoginManager(app)
    manager.session_protection = None

    @manager.user_loader
    def load(grant_id: str) -> SessionGrant | None:
        grant = db.session.get(SessionGrant, grant_id)
        return grant if grant is not None and grant.is_current else None


def _actor() -> Actor:
    from flask_login import current_user

    if not current_user.is_authenticated:
        return Actor("nobody")
    return Actor("person", current_user.person.id, current_user.person.organisation_id)


def _check_origin(declared: Any) -> None:
    """A request that changes something must come from our own pages (or a program that says so by its header)."""
    if request.method in SAFE or declared == routing.BY_TOKEN:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    foreign = (site not in (None, "same-origin", "none")) or (
        origin is not None and site is None and origin.split("://")[-1] != request.host
    )
    if foreign or request.headers.get("X-Fieldapp") != "1":
        raise ForeignOrigin


def _prepare_problems(app: FieldApp) -> None:
    app.register_error_handler(Problem, _problem)
    app.register_error_handler(HTTPException, _http_problem)
    app.register_error_handler(IntegrityError, _integrity)
    app.register_error_handler(OperationalError, _database_down)
    app.register_error_handler(DataError, _unstorable)
    app.register_error_handler(UnicodeEncodeError, _unstorable)
    app.register_error_handler(Exception, _unexpected)

    @app.before_request
    def _name_request() -> None:
        g.request_id = uuid.uuid4().hex

    @app.after_request
    def _headers(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.get("request_id", "")
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault(
            "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"
        )
        return response


def _problem(problem: Problem) -> Response:
    sentence = problem.en if routing.english_asked() else problem.zh
    body = {
        "problem": problem.name,
        "status": problem.status,
        "title": type(problem).en if routing.english_asked() else type(problem).zh,
        "detail": sentence,
        "where": problem.where,
        "errors": [fault.as_json() for fault in problem.faults],
        "request_id": g.get("request_id"),
        **problem.extra,
    }
    response = jsonify(body)
    response.status_code = problem.status
    response.mimetype = "application/problem+json"
    response.headers.update(problem.headers)
    return response


_HTTP_SENTENCES = {
    400: ("请求格式有误。", "The request cannot be read."),
    404: ("没有这个地址。", "There is nothing at this address."),
    405: ("这个地址不支持该操作。", "This address does not take that method."),
    413: ("内容超过允许的大小。", "This is larger than allowed."),
    415: ("内容类型不受支持，请用 JSON。", "Send JSON."),
    422: (
        "填写内容有误，请按提示修改。",
        "Some of what was sent is not right; see the places named.",
    ),
}


def _http_problem(error: HTTPException) -> Response:
    status = error.code or 500
    zh, en = _HTTP_SENTENCES.get(status, ("请求未能完成，请稍后重试。", error.name))
    problem = (Invalid if status == Invalid.status else Problem)(
        zh, en, faults=_schema_faults(error), headers=_kept_headers(error)
    )
    problem.status = status
    return _problem(problem)


def _kept_headers(error: HTTPException) -> dict[str, str]:
    return {
        k: v for k, v in error.get_headers() if k in {"Allow", "Retry-After", "WWW-Authenticate"}
    }


def _schema_faults(error: HTTPException) -> list[Fault]:
    messages = getattr(error, "data", {}).get("messages", {}) if hasattr(error, "data") else {}
    by_location = messages.values() if isinstance(messages, dict) else ()
    return [fault for found in by_location for fault in _faults_in(found, "")]


def _faults_in(found: Any, where: str) -> list[Fault]:
    if isinstance(found, dict):
        return [
            fault for key, inner in found.items() for fault in _faults_in(inner, f"{where}/{key}")
        ]
    say = str if routing.english_asked() else in_chinese
    return [
        Fault(where, "invalid", say(sentence))
        for sentence in map(str, found if isinstance(found, list) else [found])
    ]


def _integrity(error: IntegrityError) -> Response:
    log.warning("integrity: %s", error.orig)
    return _problem(
        Conflict(
            "内容与已有记录冲突，请刷新后重试。",
            "This clashes with a row already there; reload and try again.",
        )
    )


class DatabaseBusy(Problem):
    status = 503
    zh = "系统繁忙，请稍后重试。未上传的内容仍在本机。"
    en = "The database is busy or away. Try again; nothing unsent is lost."


class Unexpected(Problem):
    status = 500
    zh = "系统出现意外错误，已记录。请稍后重试；如反复出现，请把页面上的编号告诉管理员。"
    en = "Something unexpected happened and was logged. Try again; if it stays, tell the administrator the id."


def _database_down(error: OperationalError) -> Response:
    log.error("database: %s", error.orig)
    return _problem(DatabaseBusy(headers={"Retry-After": "5"}))


def _unstorable(error: DataError | UnicodeEncodeError) -> Response:
    """NUL, half a character or a number beyond every column: the sender's to mend, and no fault of ours."""
    log.warning("unstorable: %s in request %s", type(error).__name__, g.get("request_id"))
    return _problem(
        Invalid(
            "内容含有无法保存的字符或数值，请删去后重新提交。",
            "This holds characters or numbers that cannot be kept; take them out and send again.",
        )
    )


def _unexpected(error: Exception) -> Response:
    log.error("unexpected error in request %s", g.get("request_id"), exc_info=error)
    return _problem(Unexpected())
