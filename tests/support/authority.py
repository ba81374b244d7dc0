"""Certificates for mail servers, from a certificate authority that lives for one session."""

import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Makes server certificates; ``trusting`` is a client's context that believes in them."""

    folder: Path

    @property
    def trusting(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.folder / "ca.pem")

    def serving(self, name: str = "localhost", *, days: int = 2) -> ssl.SSLContext:
        """A server's context with a certificate for the name; negative days: it has expired."""
        return _server_context(*self.files(name, days=days))

    def files(self, name: str = "localhost", *, days: int = 2) -> tuple[Path, Path]:
        """The certificate and its key, for servers that read files."""
        request, extension = self.folder / f"{name}.csr", self.folder / f"{name}.ext"
        certificate, key = self.folder / f"{name}{days}.pem", self.folder / f"{name}{days}.key"
        extension.write_text(f"subjectAltName=DNS:{name}\nauthorityKeyIdentifier=keyid\n")
        _openssl("req", *_KEY, "-keyout", key, "-out", request, "-subj", f"/CN={name}")
        _openssl(
            *("x509", "-req", "-in", request, "-out", certificate, "-days", days),
            *("-CA", self.folder / "ca.pem", "-CAkey", self.folder / "ca.key", "-CAcreateserial"),
            *("-extfile", extension),
        )
        return certificate, key

    def self_signed(self) -> ssl.SSLContext:
        """A server's context with a certificate that vouches for itself."""
        certificate, key = self.folder / "self.pem", self.folder / "self.key"
        _openssl(
            *("req", "-x509", *_KEY, "-keyout", key, "-out", certificate, "-days", 2),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
        )
        return _server_context(certificate, key)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    folder = tmp_path_factory.mktemp("authority")
    _openssl(
        *("req", "-x509", *_KEY, "-keyout", folder / "ca.key", "-out", folder / "ca.pem"),
        # Python 3.13 and newer believe in no authority that does not say what it may do.
        *("-days", 2, "-subj", "/CN=Test CA", "-addext", "keyUsage=critical,keyCertSign"),
    )
    return Authority(folder=folder)


def _server_context(certificate: Path, key: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context


def _openssl(*arguments: object) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)
