"""A throw-away Dovecot with one mailbox, which a test fills and the site reads.

Debian's ``dovecot-core`` is installed; ``dovecot-imapd`` is only unpacked beside it, since it
cannot be installed together with Cyrus. It runs without privileges, as nobody where we are root.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.provision.postgresql import unprivileged
from tools.provision.site import free_port
from tools.until import until

USER, PASSWORD = "termine", "geheim 7ü"
START_SECONDS = 20

_INSTALLED = Path("/usr/lib/dovecot")  # others have /usr/libexec/dovecot
_UNPACKED = Path(sys.prefix) / "dovecot"

_SETTINGS = """
protocols = imap
base_dir = {folder}/base
state_dir = {folder}/state
log_path = {folder}/log
libexec_dir = {programs}
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
ssl = required
ssl_cert = <{certificate}
ssl_key = <{key}
auth_mechanisms = plain
auth_failure_delay = 0
mail_location = maildir:{folder}/mail/%n
first_valid_uid = 1
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%n
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  # Whoever failed to log in once would wait longer each time.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
namespace inbox {{
  inbox = yes
}}
"""


def is_there() -> bool:
    """Whether Dovecot is installed, and its IMAP server there as well."""
    if shutil.which("dovecot") is None:
        return False
    stamp = _programs() / "version"
    return _programs() != _UNPACKED or (stamp.exists() and stamp.read_text() == _version())


def unpack() -> int:
    """Get the IMAP server without installing it. Return the exit status."""
    with tempfile.TemporaryDirectory() as made:
        commands = (
            # Two versions of one library crash.
            ("apt-get", "download", f"dovecot-imapd={_version()}"),
            ("sh", "-c", "dpkg -x dovecot-imapd_*.deb unpacked"),
        )
        for command in commands:
            if status := subprocess.run(command, check=False, cwd=made).returncode:
                return status
        shutil.rmtree(_UNPACKED, ignore_errors=True)
        shutil.copytree(Path(made) / "unpacked/usr/lib/dovecot", _UNPACKED)
    # Dovecot looks for all its programs in one folder.
    for program in _INSTALLED.iterdir():
        if not (link := _UNPACKED / program.name).exists():
            link.symlink_to(program)
    (_UNPACKED / "version").write_text(_version())
    return 0


def _version() -> str:
    command = ("dpkg-query", "--show", "--showformat=${Version}", "dovecot-core")
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _programs() -> Path:
    whole = (_INSTALLED, Path("/usr/libexec/dovecot"))
    return next((folder for folder in whole if (folder / "imap").exists()), _UNPACKED)


@contextmanager
def mailbox(certificate: Path, key: Path) -> Iterator[int]:
    """Serve the mailbox of USER by IMAP over TLS on the loopback interface; give the port.

    Raises RuntimeError where Dovecot is missing or does not start.
    """
    if not is_there():
        raise RuntimeError("Dovecot is missing. Run: make provision")
    with tempfile.TemporaryDirectory(prefix="stadtfuehrer-imap-") as made:
        folder, port = Path(made), free_port()
        identity = unprivileged(folder)
        name = identity.get("user") or str(os.geteuid())
        (folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}::::::\n")
        for file, kept in ((certificate, "cert.pem"), (key, "key.pem")):
            shutil.copyfile(file, folder / kept)
        # Nobody may not go into an environment below /root.
        programs = shutil.copytree(_programs(), folder / "programs", symlinks=True)
        (folder / "dovecot.conf").write_text(
            _SETTINGS.format(
                folder=folder,
                programs=programs,
                user=name,
                group=identity.get("group") or str(os.getegid()),
                certificate=folder / "cert.pem",
                key=folder / "key.pem",
                port=port,
            )
        )
        if identity:
            for path in (folder, *folder.glob("*")):
                shutil.chown(path, identity["user"], identity["group"])
        log = folder / "log"
        server = subprocess.Popen(
            # It ends with this process, however that ends.
            ["setpriv", "--pdeathsig", "TERM", "dovecot", "-F", "-c", str(folder / "dovecot.conf")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **identity,
        )
        try:
            until(
                lambda: server.poll() is not None or _listens(port),
                within=START_SECONDS,
                what="Dovecot listens",
            )
            if server.poll() is not None:
                raise RuntimeError(f"Dovecot does not start:\n{log.read_text('utf-8')}")
            yield port
        finally:
            server.terminate()
            server.wait(START_SECONDS)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


if __name__ == "__main__":
    sys.exit(unpack())
