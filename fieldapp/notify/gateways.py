"""Sending one message through a gateway somebody else runs: an HTTP request made from a template.

Nothing of it is ever logged but whether it went: not the address, not the number, not the words.
"""

import json
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from string import Template
from urllib.error import HTTPError, URLError
from urllib.parse import quote_plus
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from fieldapp.message_settings import Gateway

MOST_OF_REPLY = 4096
NO_ANSWER = "no answer in time"
MOST_DETAIL = 200
SERVERS_FAULT = 500
PASSING = {408, 425, 429}
"""Refusals that are about the moment."""
_NUMBERS = re.compile(r"\d{7,}")


@dataclass(frozen=True)
class Message:
    """`fields`: what a template may name; `id` lets a gateway drop a repetition."""

    id: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Sent:
    """`outcome`: sent | refused | failed (worth another try) | no_address. `gone`: phones that a push service has no more."""

    outcome: str
    detail: str
    gone: tuple[str, ...] = ()


class _NoRedirects(HTTPRedirectHandler):
    """A gateway that sends us elsewhere would have our secrets go there."""

    def redirect_request(self, *_: object) -> None:
        return None


_opener = build_opener(ProxyHandler({}), _NoRedirects())


def send(gateway: Gateway, message: Message) -> Sent:
    """One try. Never raises for what the network or the gateway does."""
    request = Request(  # noqa: S310 - http or https: the configuration was checked for it
        gateway.url,
        data=filled(gateway, message).encode(),
        headers={"Content-Type": gateway.content_type, **dict(gateway.headers)},
        method="POST",
    )
    try:
        with _opener.open(request, timeout=gateway.timeout_s) as reply:
            said = reply.read(MOST_OF_REPLY).decode(errors="replace")
    except HTTPError as refusal:
        passing = refusal.code >= SERVERS_FAULT or refusal.code in PASSING
        said = refusal.read(MOST_OF_REPLY).decode(errors="replace")
        detail = _told(gateway, message, f"HTTP {refusal.code}: {said}")
        return Sent("failed" if passing else "refused", detail)
    except (TimeoutError, socket.timeout):  # noqa: UP041 - as urllib raises it
        return Sent("failed", NO_ANSWER)
    except (URLError, OSError) as error:
        reason = getattr(error, "reason", error)
        if isinstance(reason, TimeoutError):
            return Sent("failed", NO_ANSWER)
        return Sent("failed", f"no connection: {type(reason).__name__}")
    if re.search(gateway.accepted, said) is None:
        return Sent("refused", _told(gateway, message, f"not accepted: {said}"))
    return Sent("sent", "accepted")


def filled(gateway: Gateway, message: Message) -> str:
    """The body: each field as JSON text, or quoted where the body is a form."""
    spell = quote_plus if gateway.is_form else _as_json
    return Template(gateway.body).substitute(
        {name: spell(value) for name, value in message.fields.items()}
    )


def _as_json(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _told(gateway: Gateway, message: Message, said: str) -> str:
    """What the gateway said, without numbers of people, our secrets and the message's own words."""
    for secret in (*(value for _, value in gateway.headers), gateway.url, *message.fields.values()):
        if secret:
            said = said.replace(secret, "…")
    return _NUMBERS.sub("…", said)[:MOST_DETAIL]
