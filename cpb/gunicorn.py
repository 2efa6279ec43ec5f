"""How the web server runs: `gunicorn -c python:cpb.gunicorn`. WEB_CONCURRENCY says how many processes."""

import os
from typing import Any

from cpb.supervisor import die_with_parent

wsgi_app = "cpb.wsgi"
bind = f"127.0.0.1:{os.environ.get('PORT') or 8000}"
worker_class = "gthread"
threads = 8
timeout = 60
graceful_timeout = 10
keepalive = 5
control_socket_disable = True


def post_fork(server: Any, worker: Any) -> None:
    die_with_parent(worker.ppid)
