"""What a WSGI server serves."""

from fieldapp.app import create_app
from fieldapp.blobs.keeping import prepare_store
from fieldapp.db import db

app = create_app()
with app.app_context():
    prepare_store()
    db.session.remove()
    db.engine.dispose()  # the server forks from here: a connection must not be shared
