"""What a server runs: ``gunicorn wsgi:app``."""

from ruraldx.app import create_app

app = create_app()
