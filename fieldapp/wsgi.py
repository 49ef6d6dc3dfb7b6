"""What a WSGI server serves."""

from fieldapp.app import create_app

app = create_app()
