"""`tls-demo`: a demonstration authority with a server's and a device's certificate, marked as worthless."""

import argparse
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from foundation import clock
from foundation.errors import Conflict
from lianzhen import settings

MARK = "DEMO 演示 不可用于临床 worthless"
DAYS = 90


class FolderInUse(Conflict):
    """Certificates are never written over others."""

    code = "folder-in-use"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where to, and under which names the server is reached."""
    parser.add_argument("--folder", type=Path, help="default: tls in the data folder")
    parser.add_argument("--name", action="append", default=[], help="host name or address of the server, repeatable")


def main(given: argparse.Namespace) -> int:
    """Write the six files and print the settings that use them."""
    folder = given.folder or settings.load().data / "tls"
    if folder.exists() and any(folder.iterdir()):
        raise FolderInUse(folder=str(folder))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    authority_key, authority = _authority()
    _write(folder, "authority", authority_key, authority)
    for name, usage in (("server", ExtendedKeyUsageOID.SERVER_AUTH), ("device", ExtendedKeyUsageOID.CLIENT_AUTH)):
        hosts = ["localhost", "127.0.0.1", *given.name] if name == "server" else []
        key = ec.generate_private_key(ec.SECP256R1())
        _write(folder, name, key, _issued(f"{name} {MARK}"[:64], key, (authority_key, authority), usage, hosts))
    where = folder.absolute()
    print(f"演示证书 demonstration certificates ({DAYS} 天 days): {where}\n")
    for room in ("WEB__", "PACS_GATEWAY__", "REGISTRY__MLLP_"):
        prefix = f"LIANZHEN_{room}TLS_"
        print(f"{prefix}CERTIFICATE={where}/server.pem\n{prefix}KEY={where}/server.key")
        if room != "WEB__":
            print(f"{prefix}AUTHORITY={where}/authority.pem")
    print(f"\nstorescu +tls {where}/device.key {where}/device.pem +cf {where}/authority.pem …")
    return 0


def _name(words: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, words), x509.NameAttribute(NameOID.ORGANIZATION_NAME, MARK)]
    )


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = clock.now()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=DAYS))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _authority() -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(f"authority {MARK}"[:64])
    usage = x509.KeyUsage(
        digital_signature=True, key_cert_sign=True, crl_sign=True, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    builder = _builder(name, name, key).add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return key, builder.add_extension(usage, critical=True).sign(key, hashes.SHA256())


def _issued(
    words: str,
    key: ec.EllipticCurvePrivateKey,
    authority: tuple[ec.EllipticCurvePrivateKey, x509.Certificate],
    usage: x509.ObjectIdentifier,
    hosts: list[str],
) -> x509.Certificate:
    authority_key, issuer = authority
    builder = _builder(_name(words), issuer.subject, key).add_extension(
        x509.BasicConstraints(ca=False, path_length=None), critical=True
    )
    builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False
    )
    if hosts:
        builder = builder.add_extension(x509.SubjectAlternativeName([_host(one) for one in hosts]), critical=False)
    return builder.sign(authority_key, hashes.SHA256())


def _host(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _write(folder: Path, name: str, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> None:
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    target = folder / f"{name}.key"
    target.touch(mode=0o600)
    target.write_bytes(private)
    (folder / f"{name}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
