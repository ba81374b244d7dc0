"""The image: built without a network, run with a read-only root and no rights, and behind Caddy.

Needs what `tools.provision.containers` names (doc/development.md).
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.installed import ROOT, take_a_booking
from tools.provision.containers import PACKAGES, base, missing, podman, use_configuration
from tools.provision.site import change_settings, free_port
from tools.provision.visitor import Visitor
from tools.until import until

pytestmark = pytest.mark.containers

UP_SECONDS = 30
SOMEBODY = 12345
COMPOSE = ROOT / "doc" / "compose"


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Build the image; what pip installs lies beside it, so that the build reaches nothing."""
    assert not missing(), f"Missing: {missing()}. Get it with: apt install {' '.join(PACKAGES)}"
    folder = tmp_path_factory.mktemp("image")
    use_configuration(folder / "containers.conf")
    on = base()
    version = "import sys; print('%d.%d' % sys.version_info[:2])"
    python = podman("run", "--rm", "--network=none", on, "python3", "-c", version)
    for lock in ("requirements-build.lock", "requirements.lock"):
        get = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
        what = ["--only-binary=:all:", f"--python-version={python}", f"--requirement={ROOT / lock}"]
        subprocess.run([*get, *what, f"--dest={folder / 'wheels'}"], check=True)
    (folder / "pip.conf").write_text("[global]\nno-index = true\nfind-links = /wheels\n")
    # An instance folder of the checkout stays out of it.
    left_out = shutil.ignore_patterns(".git", ".venv", "node_modules", "__pycache__")
    context = shutil.copytree(ROOT, folder / "context", ignore=left_out)
    (context / "instance").mkdir(exist_ok=True)
    (context / "instance" / "secret.key").write_text("geheim")
    podman(
        *("build", "--format=docker", "--network=none", "--build-arg", f"BASE={on}"),
        *("--volume", f"{folder}/wheels:/wheels:ro"),
        *("--volume", f"{folder}/pip.conf:/etc/pip.conf:ro"),
        *("--tag", "localhost/stadtfuehrer", context),
    )
    return "localhost/stadtfuehrer"


@pytest.fixture
def volume() -> Iterator[str]:
    """Give a volume that is removed in the end."""
    name = podman("volume", "create")
    yield name
    podman("volume", "rm", "--force", name)


@contextmanager
def site_of(image: str, *options: str) -> Iterator[tuple[str, Visitor]]:
    """Run the image with as few rights as can be; it is healthy. Give its id and a visitor."""
    port = free_port()
    container = podman(
        *("run", "--detach", "--network=slirp4netns", f"--publish=127.0.0.1:{port}:8000"),
        *("--read-only", "--read-only-tmpfs=false", "--cap-drop=all"),
        *("--security-opt=no-new-privileges", *options, image),
    )
    try:
        until(lambda: _is_healthy(container), within=UP_SECONDS, what=lambda: logs(container))
        yield container, Visitor("127.0.0.1", port)
    finally:
        podman("rm", "--force", container)


def _is_healthy(container: str) -> bool:
    asked = subprocess.run(
        ["podman", "healthcheck", "run", container], check=False, capture_output=True
    )
    return asked.returncode == 0


def logs(container: str) -> str:
    """What the processes in there have said, on both ways."""
    said = subprocess.run(["podman", "logs", container], check=True, capture_output=True, text=True)
    return said.stdout + said.stderr


def test_the_first_start_makes_the_instance_and_the_second_one_keeps_it(
    image: str, volume: str
) -> None:
    mounted = f"--volume={volume}:/instance"
    with site_of(image, mounted) as (container, visitor):
        assert "Geheimer Schlüssel: /instance/secret.key" in logs(container)
        change = "s/^minimum_seconds = 3/minimum_seconds = 0/"
        podman("exec", container, "sed", "-i", change, "/instance/stadtfuehrer.toml")
        podman("kill", "--signal=HUP", container)
        until(
            lambda: "all processes are new" in logs(container),
            within=UP_SECONDS,
            what=lambda: logs(container),
        )
        start = take_a_booking(visitor)
        until(
            lambda: podman("exec", container, "find", "/instance").count(".eml") == 2,
            within=UP_SECONDS,
            what="letters",
        )
        podman("stop", "--time=60", container)
        assert podman("inspect", "--format={{.State.ExitCode}}", container) == "0"

    with site_of(image, mounted) as (container, _):
        assert "Geheimer Schlüssel" not in logs(container)
        listed = podman("exec", container, "stadtfuehrer", "bookings", "--format", "json")
        (booking,) = json.loads(listed)
        assert booking["start"] == start.isoformat()


def test_nobody_in_there_writes_anywhere_else_or_finds_what_is_not_the_sites(
    image: str, tmp_path: Path
) -> None:
    assert podman("run", "--rm", image, "id", "-u") == "10001"
    assert podman("run", "--rm", "--user=0", image, "find", "/", "-name", "secret.key") == ""
    # Whoever the folder belongs to may run it.
    (tmp_path / "instance").mkdir()
    shutil.chown(tmp_path / "instance", SOMEBODY)
    with site_of(image, f"--user={SOMEBODY}", f"--volume={tmp_path}/instance:/instance") as (
        container,
        _,
    ):
        tried = "for it in / /tmp /opt/stadtfuehrer /instance; do touch $it/x && echo $it; done; :"
        assert podman("exec", container, "sh", "-c", tried) == "/instance"
    assert (tmp_path / "instance" / "secret.key").stat().st_uid == SOMEBODY


def test_the_compose_example_serves_the_site_behind_caddy(image: str, tmp_path: Path) -> None:
    port, folder = free_port(), shutil.copytree(COMPOSE, tmp_path / "stadt")
    (folder / "instance").mkdir()
    shutil.chown(folder / "instance", 1000, 1000)
    # Caddy's own image cannot be had everywhere; ports below 1024 are somebody's.
    caddy = tmp_path / "caddy"
    caddy.mkdir()
    shutil.copy(shutil.which("caddy") or "", caddy)
    run = '["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]'
    (caddy / "Containerfile").write_text(f"FROM {base()}\nCOPY caddy /usr/bin/\nCMD {run}\n")
    podman("build", "--tag=localhost/caddy:2", caddy)
    file = folder / "compose.yaml"
    text = re.sub(r"image: ", "image: localhost/", file.read_text())
    text = re.sub(r"ports: .*", f'ports: ["127.0.0.1:{port}:80"]', text)
    file.write_text(text)
    names = folder / "Caddyfile"
    names.write_text(names.read_text().replace("stadtfuehrer.example", "http://:80"))

    def compose(*arguments: str) -> None:
        subprocess.run(["podman-compose", *arguments], cwd=folder, check=True)

    visitor = Visitor("127.0.0.1", port)
    compose("up", "--detach")
    try:
        until(lambda: _serves(visitor), within=UP_SECONDS, what="the site behind Caddy")
        change_settings(folder / "instance", {"proxies": "1", "minimum_seconds": "0"})
        compose("restart", "site")
        until(lambda: _serves(visitor), within=UP_SECONDS, what="the site behind Caddy")
        take_a_booking(visitor)
    finally:
        compose("down", "--volumes")


def _serves(visitor: Visitor) -> bool:
    try:
        return visitor.get("/healthz").status == 200
    except OSError:
        return False
