"""How messages to people leave this installation, from the environment: config.py reads this with all the rest."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Template


class ConfigMissing(Exception):
    """A setting without which this program must not start."""


@dataclass(frozen=True)
class Gateway:
    """An HTTP request that carries a message to people. `body` is a template: `$phone`, `$text` … as MESSAGE_FIELDS.

    `accepted`: a pattern that the reply of a gateway that took it holds.
    """

    url: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: str
    accepted: str
    timeout_s: float = 10.0

    @property
    def content_type(self) -> str:
        said = {name.lower(): value for name, value in self.headers}
        return said.get("content-type", "application/json; charset=utf-8")

    @property
    def is_form(self) -> bool:
        return "x-www-form-urlencoded" in self.content_type


MESSAGE_FIELDS = ("id", "phone", "text", "kind", "project", "due", "count")
WECOM_BODY = '{"msgtype": "text", "text": {"content": $text, "mentioned_mobile_list": [$phone]}}'
WECOM_ACCEPTED = r'"errcode"\s*:\s*0\b'


@dataclass(frozen=True)
class Push:
    """Web push (RFC 8030) in our name (RFC 8292). `contact`: whom a push service may write to, mailto: or https:.

    `hosts`: who may be sent to, each with its port; `trusted` ones were named by whoever runs this, and may lie in their own network.
    """

    key_pem: str = field(repr=False)
    contact: str
    trusted: tuple[str, ...] = ()
    timeout_s: float = 10.0

    def knows(self, netloc: str) -> bool:
        return netloc in self.trusted or any(
            netloc == host or netloc.endswith(f".{host}") for host in PUSH_SERVICES
        )


PUSH_SERVICES = (
    "fcm.googleapis.com",
    "push.services.mozilla.com",
    "push.apple.com",
    "notify.windows.com",
)
"""Of the browsers themselves; their own hosts lie beneath these names."""


def sms(env: Mapping[str, str]) -> Gateway | None:
    url = env.get("FIELDAPP_SMS_URL", "").strip()
    if not url:
        return None
    return _gateway(
        "FIELDAPP_SMS",
        url,
        headers=_json_object("FIELDAPP_SMS_HEADERS", env.get("FIELDAPP_SMS_HEADERS") or "{}"),
        body=env.get("FIELDAPP_SMS_BODY", ""),
        accepted=env.get("FIELDAPP_SMS_ACCEPTED", ""),
    )


def wecom(env: Mapping[str, str]) -> tuple[tuple[str, Gateway], ...]:
    """Each organisation's own robot, from a file: its address is a secret, and must not reach another insurer's group."""
    file = file_named(env, "FIELDAPP_WECOM_HOOKS")
    if file is None:
        return ()
    hooks = _json_object("FIELDAPP_WECOM_HOOKS", file.read_text(encoding="utf-8"))
    body = env.get("FIELDAPP_WECOM_BODY") or WECOM_BODY
    return tuple(
        (
            organisation_id,
            _gateway("FIELDAPP_WECOM", url, headers={}, body=body, accepted=WECOM_ACCEPTED),
        )
        for organisation_id, url in hooks.items()
    )


def _gateway(
    name: str, url: str, *, headers: Mapping[str, str], body: str, accepted: str
) -> Gateway:
    """Raises ConfigMissing for what could only fail at the first message, never quoting a secret."""
    if not url.startswith(("https://", "http://")):
        raise ConfigMissing(f"{name}_URL must begin with https:// or http://.")
    gateway = Gateway(url, tuple(headers.items()), body, accepted)
    example = dict.fromkeys(MESSAGE_FIELDS, '"x"')
    try:
        filled = Template(body).substitute(example)
        if not gateway.is_form:
            json.loads(filled)
        re.compile(accepted)
    except (KeyError, ValueError, re.error) as error:
        raise ConfigMissing(
            f"{name}_BODY must be JSON (or a form) that names none but {', '.join(f'${f}' for f in MESSAGE_FIELDS)},"
            f" and {name}_ACCEPTED a pattern: {type(error).__name__}."
        ) from None
    return gateway


def _json_object(name: str, text: str) -> dict[str, str]:
    try:
        said = json.loads(text)
    except ValueError:
        said = None
    if not isinstance(said, dict) or not all(isinstance(value, str) for value in said.values()):
        raise ConfigMissing(f"{name} must be a JSON object of texts.")
    return said


def push(env: Mapping[str, str]) -> Push | None:
    """None without a key: it is never made, since phones would keep subscriptions for a key that is lost."""
    key = env.get("FIELDAPP_PUSH_KEY", "").strip().replace("\\n", "\n")
    if not key:
        return None
    contact = env.get("FIELDAPP_PUSH_CONTACT") or env.get("FIELDAPP_PUBLIC_URL", "")
    if not contact.startswith(("mailto:", "https://")):
        raise ConfigMissing("FIELDAPP_PUSH_KEY needs FIELDAPP_PUSH_CONTACT, mailto:… or https://….")
    return Push(key, contact, tuple(env.get("FIELDAPP_PUSH_HOSTS", "").split()))


def file_named(env: Mapping[str, str], name: str) -> Path | None:
    """Raises ConfigMissing for a file that is named and not there: it would be missed only much later."""
    if not env.get(name, "").strip():
        return None
    file = Path(env[name]).resolve()
    if not file.is_file():
        raise ConfigMissing(f"{name} names {file}, where no file is.")
    return file


def certificates_named(env: Mapping[str, str], name: str) -> Path | None:
    """A file of certificates that are to be trusted. Raises ConfigMissing where none is in it: nobody would be trusted, without a word."""
    file = file_named(env, name)
    if file is not None and not holds_certificates(file.read_bytes()):
        raise ConfigMissing(f"{name} names {file}, which holds no certificate in PEM.")
    return file


def holds_certificates(pem: bytes) -> bool:
    from cryptography.x509 import load_pem_x509_certificates

    try:
        return bool(load_pem_x509_certificates(pem))
    except ValueError:
        return False
