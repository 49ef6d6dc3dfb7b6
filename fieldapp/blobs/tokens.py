"""Signed, expiring tokens: what the disk store's URLs carry."""

import hashlib
from typing import Any

from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer

from fieldapp.errors import Problem


class LinkExpired(Problem):
    status = 403
    zh = "链接已过期，请重新获取。未上传的内容仍在本机。"
    en = "This link is too old. Ask for a fresh one; nothing unsent is lost."


class LinkUnknown(Problem):
    status = 403
    zh = "链接无效，请重新获取。"
    en = "This link is not one of ours. Ask for a fresh one."


def signer(secret: str, salt: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        secret, salt=salt, signer_kwargs={"digest_method": hashlib.sha256}
    )


def loaded(signer: URLSafeTimedSerializer, token: str, seconds: float) -> list[Any]:
    try:
        return signer.loads(token, max_age=int(seconds))
    except SignatureExpired as error:
        raise LinkExpired from error
    except BadData as error:
        raise LinkUnknown from error
