"""The web server's process: one that holds the socket, and its workers, which it forks."""

import argparse
import gc
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.workers import gthread as _gthread  # noqa: F401 - loaded before the fork, or each worker would by itself

from fieldapp.app import FieldApp


def serve(app: FieldApp, options: argparse.Namespace, address: str) -> int:
    """Until stopped. Workers fork from here: no connection may be open."""
    settings: dict[str, Any] = {
        "bind": address,
        "workers": options.web_workers,
        "worker_class": "gthread",
        "threads": options.threads,
        "preload_app": True,
        "loglevel": "warning",
        "graceful_timeout": 20,
        "keepalive": 15,
        # A signed act travels in a header, and a decision may rest on a hundred grounds.
        "limit_request_field_size": 65536,
        "control_socket_disable": True,
    }
    if options.cert:
        settings |= {"certfile": options.cert, "keyfile": options.key or options.cert}
    server = _Server(app, settings)
    gc.freeze()
    server.run()
    return 0


class _Server(BaseApplication):
    def __init__(self, app: FieldApp, settings: dict[str, Any]) -> None:
        self._app, self._settings = app, settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> FieldApp:
        return self._app
