"""A gateway that messages go through: a real HTTP server on this machine, told how to behave."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from fieldapp.accounts.models import Person
from fieldapp.db import db, transaction
from fieldapp.message_settings import WECOM_ACCEPTED, WECOM_BODY, Gateway

NUMBER = "13857901234"
SECRET = "Bearer s3cr3t-of-the-gateway"


@dataclass
class Server:
    """`status`, `says`: its answer; `sleeps`: so many seconds before it. `heard`: (path, headers, body) of each request."""

    url: str
    status: int = 200
    says: str = '{"Code": "OK"}'
    sleeps: float = 0.0
    location: str | None = None
    heard: list[tuple[str, dict[str, str], str]] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        return [json.loads(body)["text"] for _, _, body in self.heard]


@pytest.fixture
def server() -> Iterator[Server]:
    told: list[Server] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            gateway = told[0]
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            gateway.heard.append((self.path, dict(self.headers), body))
            time.sleep(gateway.sleeps)
            said = gateway.says.encode()
            self.send_response(gateway.status)
            if gateway.location:
                self.send_header("Location", gateway.location)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=http.serve_forever, args=(0.02,), daemon=True).start()
    told.append(Server(f"http://127.0.0.1:{http.server_port}"))
    yield told[0]
    http.shutdown()
    http.server_close()


@pytest.fixture
def sms(app, town, server) -> Server:
    """Messages to wang, zhou, sun and deng go out as SMS."""
    gateway = Gateway(
        url=f"{server.url}/send",
        headers=(("Authorization", SECRET),),
        body='{"to": $phone, "text": $text, "id": $id}',
        accepted='"Code": "OK"',
        timeout_s=1.0,
    )
    app.config_object = replace(app.config_object, sms=gateway)
    with transaction():
        for name in ("wang", "zhou", "sun", "deng"):
            db.session.get_one(Person, town.person[name]).phone = NUMBER
    return server


@pytest.fixture
def wecom(app, town, server) -> Server:
    """The group robot of anxun, zhou's organisation."""
    gateway = Gateway(f"{server.url}/robot?key=k3y", (), WECOM_BODY, WECOM_ACCEPTED, timeout_s=1.0)
    hooks = ((town.organisation["anxun"], gateway),)
    app.config_object = replace(app.config_object, wecom=hooks)
    server.says = '{"errcode": 0, "errmsg": "ok"}'
    return server
