"""Serve any WSGI application under the site's own server: FACTORY PORT WORKERS."""

import sys

from stadtfuehrer.server.supervisor import Supervisor, bound, python


def main() -> None:
    """Serve until stopped."""
    factory, port, workers = sys.argv[1:]
    listener = bound("127.0.0.1", int(port))
    web = python("stadtfuehrer.server.process", factory)
    Supervisor(listener=listener, web=web, workers=int(workers)).run(when_ready=lambda: None)


if __name__ == "__main__":
    main()
