"""One family of problems. Each is a sentence in Chinese and English that a person can act on."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Fault:
    """One thing wrong at one place. `where` is a JSON pointer into what was sent."""

    where: str
    problem: str
    detail: str

    def as_json(self) -> dict[str, str]:
        return {"where": self.where, "problem": self.problem, "detail": self.detail}


def unopened(error: OSError | ValueError) -> str:
    """What a command says of a file that it could not open: in words, without the system's number."""
    if isinstance(error, FileNotFoundError):
        return f"no such file: {error.filename}"
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return str(error)


class Problem(Exception):
    """A refusal with its HTTP status. Subclasses name the case and own its two sentences."""

    status = 400
    zh = "请求有误。"
    en = "The request is not right."

    def __init__(
        self,
        zh: str | None = None,
        en: str | None = None,
        *,
        where: str | None = None,
        faults: Iterable[Fault] = (),
        headers: dict[str, str] | None = None,
        **extra: Any,
    ) -> None:
        self.zh = zh or self.zh
        self.en = en or (self.en if zh is None else zh)
        self.where = where
        self.faults = tuple(faults)
        self.headers = headers or {}
        self.extra = extra
        super().__init__(self.en)

    @property
    def name(self) -> str:
        return type(self).__name__


class NotSignedIn(Problem):
    status = 401
    zh = "尚未登录或登录已过期，请重新登录。未上传的内容仍在本机。"
    en = "You are not signed in, or the session ended. Sign in again; nothing unsent is lost."


class NotAllowed(Problem):
    status = 403
    zh = "您的岗位无权进行这一操作。如确需办理，请联系本单位管理员。"
    en = "Your role may not do this. Ask your organisation's administrator if you need to."


class NotFound(Problem):
    status = 404
    zh = "没有这一内容，或未对您开放。"
    en = "There is no such thing, or it is not shared with you."


class Conflict(Problem):
    status = 409
    zh = "与现有内容冲突。"
    en = "This conflicts with what is already there."


class PreconditionRequired(Problem):
    status = 428
    zh = "修改前须带上所见版本（If-Match）。请刷新后重试。"
    en = "Say which version you saw (If-Match). Reload and try again."


class Stale(Problem):
    status = 412
    zh = "内容已被他人修改。请查看最新内容后再提交，您的输入没有丢失。"
    en = "Somebody changed this meanwhile. Look at the newest state, then send again."


class TooLarge(Problem):
    status = 413
    zh = "内容超过允许的大小。"
    en = "This is larger than allowed."


class Invalid(Problem):
    status = 422
    zh = "填写内容有误，请按提示修改。"
    en = "Some of what was sent is not right; see the places named."


class TooMany(Problem):
    status = 429
    zh = "尝试次数过多，请稍后再试。"
    en = "Too many tries. Wait a little and try again."


class ForeignOrigin(Problem):
    status = 403
    zh = "请求来源不明，已拒绝。请从本系统页面操作。"
    en = "This request did not come from our own pages."
