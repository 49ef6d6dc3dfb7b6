"""create_app wires the rooms together. Nothing here judges anything."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from threading import Lock
from typing import Any

from flask import Flask, Response, request
from flask_login import LoginManager
from flask_smorest import Api, Blueprint
from sqlalchemy import bindparam
from sqlalchemy.orm import joinedload
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from fieldapp import events, frontend, keys, replying, routing, signing
from fieldapp.accounts import access
from fieldapp.accounts.admin_routes import administration
from fieldapp.accounts.announcements import PhoneLeft
from fieldapp.accounts.models import Device, Person, SessionGrant
from fieldapp.accounts.permissions import Act
from fieldapp.accounts.routes import accounts
from fieldapp.archive import clearing
from fieldapp.archive.access import order_for
from fieldapp.archive.routes import archive
from fieldapp.blobs import choosing
from fieldapp.blobs.keeping import BlobsStored
from fieldapp.blobs.routes import uploads
from fieldapp.cases import surveying
from fieldapp.cases.access import is_handed_over, media_open_to, survey_media_open_to
from fieldapp.cases.routes import cases
from fieldapp.checklists.routes import checklists
from fieldapp.config import Config, from_environment
from fieldapp.db import db, rows_just_read, transaction
from fieldapp.desk.routes import photo_desk
from fieldapp.errors import ForeignOrigin
from fieldapp.evidence import (
    annotating,
    chains,
    custody,
    intake,
    judging,
    opening,
    redacting,
    subjects,
    viewing,
)
from fieldapp.evidence import twins as evidence_twins
from fieldapp.evidence.announcements import BytesRead, BytesRedacted, EvidenceRead, VerdictGiven
from fieldapp.evidence.routes import evidence
from fieldapp.hazards import handing_over as _handing_over  # noqa: F401 - its sweep is registered
from fieldapp.hazards import photographed, re_inspecting
from fieldapp.hazards import reopening as hazard_reopening
from fieldapp.hazards.access import finding_for, hazard_for
from fieldapp.hazards.routes import hazards
from fieldapp.home.routes import home
from fieldapp.ledger.actor import Actor, acting, current
from fieldapp.ledger.connecting import connect
from fieldapp.ledger.routes import ledger
from fieldapp.notify import delivering as _delivering  # noqa: F401 - its job is the worker's
from fieldapp.notify import pushing
from fieldapp.notify import reminding as _reminding  # noqa: F401 - and so is this
from fieldapp.notify import telling as notify_telling
from fieldapp.notify.routes import notify
from fieldapp.oversight import photographing
from fieldapp.oversight.access import fact_for
from fieldapp.oversight.announcements import FactWithdrawn
from fieldapp.oversight.routes import oversight
from fieldapp.oversight.showing import SIGHTING
from fieldapp.projects.contract_routes import contracts
from fieldapp.projects.keeping_routes import keeping
from fieldapp.projects.routes import projects
from fieldapp.reuse import asking as reuse_asking
from fieldapp.reuse import keeping as likenesses
from fieldapp.reuse import showing as resemblances
from fieldapp.reuse.access import resemblance_for
from fieldapp.reuse.routes import reuse
from fieldapp.scoring import reopening, telling
from fieldapp.scoring.access import occurrence_for
from fieldapp.scoring.routes import scoring
from fieldapp.scoring.year_routes import year
from fieldapp.seals import keeping as keeping_seals
from fieldapp.seals.routes import seals
from fieldapp.sync.announcements import RecordKept
from fieldapp.sync.routes import sync
from fieldapp.visits import about, calling, tasking
from fieldapp.visits.access import handed_over_by, visit_for
from fieldapp.visits.announcements import TaskCalled, TaskGiven, TaskTakenOver
from fieldapp.visits.dispatch_routes import dispatch
from fieldapp.visits.routes import visits

BLUEPRINTS = (
    ledger,
    accounts,
    administration,
    projects,
    keeping,
    contracts,
    uploads,
    checklists,
    evidence,
    visits,
    dispatch,
    hazards,
    photo_desk,
    cases,
    notify,
    home,
    reuse,
    sync,
    seals,
    oversight,
    scoring,
    year,
    archive,
)
SAFE = {"GET", "HEAD", "OPTIONS"}


class UndeclaredRoute(RuntimeError):
    """A route that does not say who may call it: the program must not start."""


class FieldApp(Flask):
    config_object: Config

    @contextmanager
    def command(self, name: str) -> Iterator[None]:
        """The operator at the machine: what is done inside is the command's, and no connection is left open after it."""
        with self.app_context(), acting(Actor("system", name)):
            try:
                yield
            finally:
                db.session.remove()
                db.engine.dispose()

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
            act = signing.signed_act(view)
            with acting(replace(current(), signed_act_id=act.id if act else None)):
                response = self.make_response(super().dispatch_request())
                db.session.flush()  # while we still know who acts: entries are written at the flush
            if act is not None:
                signing.promise(response, act)
            return response

    def _in_own_transactions(self, declared: Any) -> Any:
        if declared == routing.BY_TOKEN:
            return super().dispatch_request()  # the URL says all: nobody's rows are asked for
        with transaction(write=False):
            access.check_declared(declared)
            actor = _actor()
        with acting(actor), nullcontext() if declared == routing.PUBLIC else rows_just_read():
            return super().dispatch_request()


def create_app(config: Config | None = None) -> FieldApp:
    """The whole application for this configuration (the environment's by default)."""
    config = config or from_environment()
    app = FieldApp("fieldapp", static_folder=None)
    app.config_object = config
    app.config.update(
        SECRET_KEY=config.secret_key,
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
    if config.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=config.proxies, x_proto=0)  # type: ignore[method-assign]
    keys.column_key.use(config.column_key)
    app.extensions["signing_key"] = keys.SigningKey(config.signing_key_pem)
    if config.push:
        keys.SigningKey(config.push.key_pem)  # a key that is none stops the start
    connect(app, config)
    _prepare_sessions(app)
    replying.register(app)
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
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)
    describe = app.view_functions["api-docs.openapi_json"]

    @routing.public
    def described() -> Any:
        return describe()

    app.view_functions["api-docs.openapi_json"] = described


def _subscribe_rooms() -> None:
    events.subscribe(BlobsStored, intake.read_when_stored)
    events.subscribe(BlobsStored, annotating.read_when_stored)
    events.subscribe(BlobsStored, opening.ask_when_stored)
    events.subscribe(BytesRead, likenesses.keep)
    events.subscribe(BytesRead, viewing.ask_when_read)
    events.subscribe(BlobsStored, redacting.erase_when_stored)
    events.subscribe(BytesRedacted, likenesses.forget)
    events.subscribe(BytesRedacted, clearing.expire_with)
    events.subscribe(EvidenceRead, reuse_asking.search_when_read)
    events.subscribe(VerdictGiven, tasking.follow_verdict)
    events.subscribe(TaskGiven, calling.follow_given)
    events.subscribe(TaskGiven, notify_telling.follow_given)
    events.subscribe(PhoneLeft, pushing.follow_left)
    events.subscribe(TaskCalled, notify_telling.follow_called)
    events.subscribe(TaskTakenOver, notify_telling.follow_taken_over)
    events.subscribe(VerdictGiven, hazard_reopening.follow_verdict)
    events.subscribe(VerdictGiven, reopening.verdict_given)
    events.subscribe(FactWithdrawn, reopening.fact_withdrawn)
    events.subscribe(RecordKept, keeping_seals.follow_record)


def _introduce_rooms() -> None:
    """Lower rooms say what only they know to rooms above them, which must not import them."""
    subjects.tell("visit", photographed.surroundings_of)
    evidence_twins.tell(resemblances.twins_of)
    chains.tell(keeping_seals)
    about.introduce(re_inspecting.KIND, re_inspecting.matter, re_inspecting.as_task)
    about.introduce(surveying.KIND, surveying.matter)
    about.introduce("medical_check", surveying.medical_matter)
    handed_over_by(is_handed_over())
    subjects.tell(SIGHTING, photographing.surroundings_of)
    subjects.limit(SIGHTING, photographing.open_to)
    subjects.limit("case", media_open_to)
    subjects.limit("visit", survey_media_open_to)
    judging.tell("scoring", telling.told_of)
    redacting.hold("scoring", telling.rests_on)
    custody.guard("visit", lambda person, row_id: visit_for(person, row_id, Act.LEDGER_READ))
    custody.guard("finding", finding_for)
    custody.guard("hazard", hazard_for)
    custody.guard("resemblance", resemblance_for)
    custody.guard("occurrence", occurrence_for)
    custody.guard("recorded_fact", fact_for)
    custody.guard("bundle", order_for)


class OurApi(Api):
    """flask-smorest with our one Problem shape."""

    ERROR_SCHEMA = replying.ProblemSchema

    def __init__(self, app: Flask) -> None:
        self._undescribed: list[Blueprint] = []
        self._describing = Lock()
        super().__init__(app)

    def register_blueprint(self, blp: Blueprint, **options: Any) -> None:
        """The routes now; their description, longer work than all the rest of a start, when somebody asks for it."""
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blp.name] = self
        self._app.register_blueprint(blp, **options)
        self._undescribed.append(blp)

    def _openapi_json(self) -> Response:
        with self._describing:
            if not self.spec.components.responses_lazy:
                self._describe_responses()
            while self._undescribed:
                self._describe(self._undescribed.pop(0))
        return super()._openapi_json()

    def _describe(self, blp: Blueprint) -> None:
        blp.register_views_in_doc(self, self._app, self.spec, name=blp.name, parameters=None)
        self.spec.tag({"name": blp.name, "description": blp.description})

    def _register_responses(self) -> None:
        """With the routes' descriptions."""

    def _describe_responses(self) -> None:
        """As smorest does it, but a refusal has the media type of its own that it is sent with."""
        super()._register_responses()
        for response in self.spec.components.responses_lazy.values():
            content = response.get("content", {})
            if "application/json" in content:
                content["application/problem+json"] = content.pop("application/json")

    def handle_http_exception(self, error: HTTPException) -> Any:
        return replying.http_problem(error)


def _prepare_sessions(app: FieldApp) -> None:
    manager = LoginManager(app)
    manager.session_protection = None

    # Whose the phone is, the grant says itself; what its person may is asked of nearly every request.
    lean = (
        joinedload(SessionGrant.device).lazyload(Device.person),
        joinedload(SessionGrant.person).joinedload(Person.appointments),
    )
    named = db.select(SessionGrant).where(SessionGrant.id == bindparam("id")).options(*lean)

    @manager.user_loader
    def load(grant_id: str) -> SessionGrant | None:
        grant = db.session.scalars(named, {"id": grant_id}).unique().one_or_none()
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
