"""What a WSGI server serves."""

import gc

from fieldapp.app import create_app
from fieldapp.blobs.keeping import prepare_store
from fieldapp.db import db

app = create_app()
with app.app_context():
    prepare_store()
    db.session.remove()
    db.engine.dispose()  # the server forks from here: a connection must not be shared
gc.collect()
gc.freeze()  # what is loaded here stays shared between the processes that are forked from it
