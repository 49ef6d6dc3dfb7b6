"""How a problem leaves the house: every error becomes our one shape, with the request's number and no trace of the inside."""

import logging
import uuid
from typing import Any

from flask import Flask, Response, g, jsonify
from marshmallow import Schema, fields
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException

from fieldapp import routing
from fieldapp.errors import Conflict, Fault, Invalid, Problem
from fieldapp.refusals import in_chinese

log = logging.getLogger("fieldapp")

_HEADERS = (
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
)
"""Unless a reply has its own."""


class FaultSchema(Schema):
    where = fields.String(required=True)
    problem = fields.String(required=True)
    detail = fields.String(required=True)


class ProblemSchema(Schema):
    """The one shape of every refusal, for the API's description."""

    problem = fields.String(required=True)
    status = fields.Integer(required=True)
    title = fields.String(required=True)
    detail = fields.String(required=True)
    where = fields.String(required=True, allow_none=True)
    errors = fields.List(fields.Nested(FaultSchema), required=True)
    request_id = fields.String(required=True, allow_none=True)


def register(app: Flask) -> None:
    """Answer every error of a request in the Problem shape, and put our headers on every reply."""
    app.register_error_handler(Problem, _problem)
    app.register_error_handler(HTTPException, http_problem)
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
        own = {name.lower() for name, _ in response.headers}
        wanted = (("X-Request-Id", g.get("request_id", "")), *_HEADERS)
        response.headers.extend(pair for pair in wanted if pair[0].lower() not in own)
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


def http_problem(error: HTTPException) -> Response:
    """A refusal of the framework's own (wrong method, unreadable body, fields that do not fit), as our Problem."""
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
