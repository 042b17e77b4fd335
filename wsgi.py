"""What a server runs: ``gunicorn wsgi:app``. Settings that must not be served end it with their sentence."""

import sys

from ruraldx.app import create_app
from ruraldx.config import UnsafeSettings

try:
    app = create_app()
except UnsafeSettings as error:
    sys.exit(f"ruraldx: {error}")
