"""A rival: nginx, which serves our home as a file, with the bytes and headers of our answer.

Two workers, no log, the file sent by the kernel; nothing else is tuned.
"""

import grp
import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.load import UselessMeasurementError, require
from bench.servers import WORKERS
from tools.provision.site import free_port, running
from tools.provision.visitor import Answer, Visitor

ITS_OWN = {
    "connection",
    "content-length",
    "content-type",
    "date",
    "etag",
    "last-modified",
    "server",
}
"""Headers that nginx writes by itself."""


@contextmanager
def serve_nginx(folder: Path, answer: Answer, headers: dict[str, str]) -> Iterator[Visitor]:
    """Serve what `answer` brought at `/`.

    Raises UselessMeasurementError when nginx is missing, or answers otherwise to `headers`.
    """
    program = require("nginx", "nginx-light")
    folder.mkdir()
    (folder / "home").write_bytes(answer.body)
    port = free_port()
    (folder / "nginx.conf").write_text(_configuration(folder, port, answer.headers), "utf-8")
    command = [program, "-p", str(folder), "-c", "nginx.conf", "-e", "stderr"]
    with running(command, port=port, cwd=folder) as visitor:
        its = visitor.get("/", headers)
        lacking = (answer.headers.keys() - ITS_OWN) - its.headers.keys()
        if its.body != answer.body or lacking:
            raise UselessMeasurementError(f"nginx serves another file, or without {lacking}")
        yield visitor


def _configuration(folder: Path, port: int, headers: dict[str, str]) -> str:
    added = "\n".join(
        f"add_header {name} {_quoted(value)};"
        for name, value in headers.items()
        if name not in ITS_OWN
    )
    # As root, nginx would read the file as somebody who may not look into our folder.
    user = pwd.getpwuid(os.geteuid()).pw_name
    group = grp.getgrgid(os.getegid()).gr_name
    stores = "\n".join(
        f"{name}_temp_path {name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return f"""
daemon off;
pid nginx.pid;
user {user} {group};
worker_processes {WORKERS};
events {{}}
http {{
{stores}
access_log off;
sendfile on;
tcp_nopush on;
keepalive_requests 1000000;
server {{
listen 127.0.0.1:{port};
root {_quoted(str(folder))};
default_type {_quoted(headers["content-type"])};
location = /healthz {{ return 200; }}
location = / {{
try_files /home =404;
{added}
}}
}}
}}
"""


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
