"""gunicorn for one machine. Behind nginx the worker count and addresses come from the environment."""

import gc
import os
import signal

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import configure_mappers

from ruraldx.catalog.schema import CriteriaSet

bind = os.environ.get("RURALDX_BIND", "127.0.0.1:8000").split(",")
workers = int(os.environ.get("RURALDX_WORKERS", "2"))
# Threads: one slow line must not hold a whole worker. It does hold its thread while a body comes in, so a few slow
# senders stop the server unless nginx stands in front and hands a body on when it is complete.
worker_class = "gthread"
threads = 4
# Imported once and shared by the workers: a quicker start and less memory for each further one.
preload_app = True
timeout = 60
graceful_timeout = 30
keepalive = 5
max_requests = 20000
max_requests_jitter = 2000
accesslog = None
# The control socket would be one more way into the process.
control_socket = None
control_socket_disable = True


def when_ready(server):
    """What every worker would build at its first requests is built once here, before the fork, and shared.

    What is there then stays: the collector would touch, and so copy, every page that is shared.
    """
    configure_mappers()
    CriteriaSet.model_rebuild()
    environment = server.app.wsgi().jinja_env
    for name in environment.list_templates(extensions=["html"]):
        environment.get_template(name)
    gc.collect()
    gc.freeze()


def post_fork(_server, worker):
    """What belongs to the parent is put down: its connections, and its signals until the worker has its own.

    A worker told to stop while it starts would otherwise not hear it, and be waited for until `graceful_timeout`.
    """
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    app = worker.app.wsgi()
    database: SQLAlchemy = app.extensions["sqlalchemy"]
    with app.app_context():
        database.engine.dispose(close=False)


def post_worker_init(_worker):
    """Ctrl+C reaches every process of a terminal: the worker leaves it to its master, who tells each one once.

    Told twice, by the terminal and by the master, a worker with threads at work can wait for itself until
    `graceful_timeout`.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
