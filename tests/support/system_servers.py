"""CalDAV servers out of Debian's packages, each with folders, ports and passwords of its own.

Nothing of the system's own configuration is read or written, and nothing stays behind.
"""

import imaplib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import SIGKILL

import psycopg
import pytest
from sqlalchemy.engine import URL

from tests.support.calendars import PASSWORD, USER, DavServer, running
from tests.support.mail_server import Handler, free_port, serving
from tools.provision.postgresql import Identity, unprivileged
from tools.until import until

BY_MARKER = [pytest.param(name, marks=pytest.mark.servers) for name in ("cyrus", "davical", "sogo")]

_CYRUS = Path("/usr/lib/cyrus/bin")

_DAVICAL_USER = """
INSERT INTO usr (user_no, active, email_ok, updated, username, password, fullname, email)
VALUES (1001, TRUE, current_date, current_date, %s, '**' || %s, 'Vera', 'vera@stadtfuehrer.example')
"""
_DAVICAL_PRINCIPAL = """
INSERT INTO principal (principal_id, type_id, user_no, displayname, default_privileges)
VALUES (1001, 1, 1001, 'Vera', 0::BIT(24))
"""

_SOGO_USERS = """
CREATE TABLE sogo_users
(c_uid text PRIMARY KEY, c_name text, c_password text, c_cn text, mail text)
"""
_SOGO_USER = "INSERT INTO sogo_users VALUES (%s, %s, %s, 'Vera', 'vera@stadtfuehrer.example')"


def _need(packages: str, *paths: str | Path) -> None:
    for path in paths:
        assert shutil.which(path) or Path(path).exists(), (
            f"{path} is missing. Install it on Debian 12: apt install {packages}"
        )


@contextmanager
def _folder() -> Iterator[tuple[Path, Identity]]:
    """A folder where a server may run that refuses to be root, and as whom it runs."""
    with tempfile.TemporaryDirectory(prefix="stadtfuehrer-dav-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        yield folder, unprivileged(folder)


@contextmanager
def cyrus() -> Iterator[DavServer]:
    """Cyrus 3.6."""
    _need("cyrus-caldav cyrus-imapd sasl2-bin", _CYRUS / "httpd", "/usr/sbin/saslpasswd2")
    port, imap_port = free_port(), free_port()
    with _folder() as (folder, identity):
        settings = {
            "configdirectory": folder / "conf",
            "partition-default": folder / "spool",
            "defaultpartition": "default",
            "temp_path": folder,
            "cyrus_user": identity.get("user", folder.owner()),
            "servername": "localhost",
            "admins": "cyrus",
            "sasl_pwcheck_method": "auxprop",
            "sasl_auxprop_plugin": "sasldb",
            "sasl_sasldb_path": folder / "sasldb2",
            "sasl_mech_list": "PLAIN LOGIN",
            "allowplaintext": "yes",
            "unixhierarchysep": "yes",
            "httpmodules": "caldav",
            "tls_session_timeout": 0,
            "defaultdomain": "example.org",
            "notifysocket": folder / "notify",
            "imipnotifier": "log",
        }
        config = folder / "imapd.conf"
        config.write_text("".join(f"{key}: {value}\n" for key, value in settings.items()))
        (folder / "cyrus.conf").write_text(
            f'START {{\n recover cmd="{_CYRUS}/ctl_cyrusdb -C {config} -r"\n}}\n'
            f'SERVICES {{\n http cmd="{_CYRUS}/httpd -C {config}" listen="127.0.0.1:{port}"\n'
            f' imap cmd="{_CYRUS}/imapd -C {config}" listen="127.0.0.1:{imap_port}"\n}}\n'
            "EVENTS {\n}\n"
        )
        for name in ("db", "socket", "proc", "msg", "log", "lock", "sync", "user", "quota"):
            (folder / "conf" / name).mkdir(parents=True)
        (folder / "spool").mkdir()
        for user in (USER, "cyrus"):
            command = ["/usr/sbin/saslpasswd2", "-p", "-c", "-f", str(folder / "sasldb2")]
            subprocess.run([*command, "-u", "localhost", user], input=PASSWORD.encode(), check=True)
        _give(folder, identity)
        master = [f"{_CYRUS}/master", "-C", str(config), "-M", str(folder / "cyrus.conf")]
        with running([*master, "-p", str(folder / "pid"), "-D"], port, folder, **identity):
            until(lambda: _has_inbox(imap_port), within=20, what="an inbox, without which no home")
            home = f"dav/calendars/user/{USER}/"
            principal = f"dav/principals/user/{USER}/"
            yield DavServer(url=f"http://127.0.0.1:{port}/", home=home, principal=principal)


@contextmanager
def davical(postgresql: URL) -> Iterator[DavServer]:
    """DAViCal 1.1, with its tables in a database of this cluster."""
    share, port = Path("/usr/share/davical"), free_port()
    _need("davical php-cli php-pgsql postgresql-client", share, "php", "psql", "createdb")
    with _folder() as (folder, identity):
        socket = postgresql.query["host"]
        environment = {**os.environ, "PGHOST": str(socket), "PGUSER": "postgres"}
        make = [str(share / "dba" / "create-database.sh"), "davical", PASSWORD]
        more = {"DBAOPTS": f"--dbhost {socket}"}
        subprocess.run(["sh", *make], env=environment | more, check=True, capture_output=True)
        with psycopg.connect(host=str(socket), user="postgres", dbname="davical") as connection:
            connection.execute(_DAVICAL_USER, (USER, PASSWORD))
            connection.execute(_DAVICAL_PRINCIPAL)
        (folder / "davical-conf.php").write_text(
            "<?php $_SERVER['SERVER_NAME'] = '127.0.0.1';"
            " $c->admin_email = 'admin@stadtfuehrer.example';"
            f" $c->pg_connect[] = 'dbname=davical host={socket} user=davical_app';"
            " $c->enable_auto_schedule = true; $c->default_locale = 'en';"
        )
        router = folder / "router.php"
        shutil.copy(Path(__file__).with_name("davical") / router.name, router)
        more = {"DAVICAL_FOLDER": str(folder)}
        command = ["php", "-d", "error_reporting=0", "-S", f"127.0.0.1:{port}", str(router)]
        with running(command, port, folder, env=os.environ | more, **identity):
            home = f"caldav.php/{USER}/"
            yield DavServer(url=f"http://127.0.0.1:{port}/", home=home, principal=home)


@contextmanager
def sogo(postgresql: URL) -> Iterator[DavServer]:
    """SOGo 5.8, with its tables in a database of this cluster."""
    program = "/usr/sbin/sogod"
    _need("sogo memcached", program, "memcached")
    port, cache_port, mail_port = free_port(), free_port(), free_port()
    socket = str(postgresql.query["host"])
    with psycopg.connect(host=socket, user="postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE sogo")
    with psycopg.connect(host=socket, user="postgres", dbname="sogo") as connection:
        connection.execute(_SOGO_USERS)
        connection.execute(_SOGO_USER, (USER, USER, PASSWORD))
    tables = "postgresql://postgres@/sogo"  # where that is, PGHOST says
    letters = Handler()
    settings = {
        "SOGoProfileURL": f"{tables}/sogo_user_profile",
        "OCSFolderInfoURL": f"{tables}/sogo_folder_info",
        "OCSSessionsFolderURL": f"{tables}/sogo_sessions_folder",
        "SOGoUserSources": (
            f'({{type = sql; id = u; viewURL = "{tables}/sogo_users"; canAuthenticate = YES;'
            " isAddressBook = NO; userPasswordAlgorithm = plain;})"
        ),
        "SOGoTimeZone": "Europe/Berlin",
        "SOGoMemcachedHost": f"127.0.0.1:{cache_port}",
        "SOGoAppointmentSendEMailNotifications": "YES",
        "SOGoMailingMechanism": "smtp",
        "SOGoSMTPServer": f"smtp://127.0.0.1:{mail_port}",
        "WOPort": f"127.0.0.1:{port}",
        "WOLogFile": "-",
        "WONoDetach": "YES",
        "WOUseWatchDog": "NO",  # one process alone
    }
    command = [program, *(one for key, value in settings.items() for one in (f"-{key}", value))]
    with _folder() as (folder, identity), _folder() as (cache, nobody):
        memory = ["memcached", "-l", "127.0.0.1", "-p", str(cache_port)]
        if identity:  # it insists on reading the system's configuration, which is its group's
            identity["extra_groups"] = ["sogo"]
        more = {"PGHOST": socket, "HOME": str(folder)}
        command += ["-WOPidFile", str(folder / "pid")]
        with (
            serving(letters, port=mail_port),
            running(memory, cache_port, cache, **nobody),
            running(command, port, folder, stop=SIGKILL, env=os.environ | more, **identity),
        ):
            # What else there is in the world (/.well-known/caldav) is the web server's before it.
            yield DavServer(
                url=f"http://127.0.0.1:{port}/SOGo/dav/",
                home=f"{USER}/Calendar/",
                well_known=False,
                letters=letters,
            )


def _has_inbox(port: int) -> bool:
    with imaplib.IMAP4("127.0.0.1", port) as line:
        line.login("cyrus", PASSWORD)
        return line.create(f"user/{USER}")[0] == "OK"


def _give(folder: Path, identity: Identity) -> None:
    if identity:
        for one in folder.rglob("*"):
            shutil.chown(one, identity["user"], identity["group"])
