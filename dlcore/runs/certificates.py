"""The certificate with which dispatcher and workers recognize each other, made anew for each life of a dispatcher.

Dask makes one, too; but valid from this very second, so that after the clock is set back no worker comes in any more,
and for a year, which a server may live through.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from distributed.security import Security

BEFORE, AFTER = timedelta(days=2), timedelta(days=3650)


def security() -> Security:
    """TLS for every role, with a key that exists in memory alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    certificate = certify(key).public_bytes(serialization.Encoding.PEM).decode()
    roles = {f"tls_{role}_{kind}": text for role in ("client", "scheduler", "worker")
             for kind, text in (("key", secret), ("cert", certificate))}  # fmt: skip
    return Security(require_encryption=True, tls_ca_file=certificate, **roles)


def certify(key: ec.EllipticCurvePrivateKey, now: datetime | None = None) -> x509.Certificate:
    """A certificate that vouches for itself, valid since two days ago."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "dask-internal")])
    now = now or datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("dask-internal")]), critical=False)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BEFORE)
        .not_valid_after(now + AFTER)
        .sign(key, hashes.SHA256())
    )
