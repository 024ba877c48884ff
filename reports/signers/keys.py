"""The county's own keys, in files of this installation: its authority, its seal, the demonstration's time stamps.

In the demonstration they are made when they are first needed and marked in every certificate as worth nothing in law;
every use is warned of in the log. Otherwise a person makes or imports them with `python -m lianzhen keys`. Private
keys are PKCS#8 encrypted with a secret of 256 bits that lies in a file of its own (mode 0600).
"""

import fcntl
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from foundation import clock
from foundation.log import Log
from reports.errors import CertificateExpired, NoAuthority, NoSigningKey
from reports.files import write_durable
from reports.signers.certificates import Authority, Holder, Revoked, Term, root
from reports.signers.sm2_keys import SM2_AUTHORITY, SM2_SEAL, Sm2Keys
from reports.signers.wrapping import Sealing
from reports.signers.x509 import DEMO_MARK, Key, common_name, kid_of, valid_at

log = Log("reports")

AUTHORITY, SEAL, TIME_STAMPS = "county-authority", "county-seal", "time-stamps"
AUTHORITY_DAYS, HOLDER_DAYS = 3650, 1095
SLACK = timedelta(minutes=5)  # a certificate begins a little before its first use
DER, PEM = serialization.Encoding.DER, serialization.Encoding.PEM


class KeyStore:
    """Keys in a folder of this installation. Safe to share between threads and processes."""

    def __init__(self, folder: Path, secret_file: Path | None, *, demo: bool, crl_address: str = "") -> None:
        self._home = folder
        self._folder = folder / ("demo" if demo else "county")
        self._secret_file = secret_file or folder / "secret"
        self._demo = demo
        self._crl_address = crl_address
        self._lock = threading.Lock()
        self._loaded: dict[str, Key] = {}

    @property
    def issues(self) -> bool:
        """Whether this installation issues certificates itself: the demonstration's, or a county's own authority."""
        return self._demo or self._has(AUTHORITY)

    def has_demo_keys(self) -> bool:
        """Whether a demonstration's authority lies in this installation."""
        return (self._home / "demo" / f"{AUTHORITY}.pem").exists()

    def roots(self) -> tuple[bytes, ...]:
        """What this county accepts, DER: its own authority, and the authorities of the folder `trust`."""
        own = [self._folder / f"{one}.pem" for one in (AUTHORITY, SM2_AUTHORITY) if self._has(one)]
        files = [*own, *sorted((self._home / "trust").glob("*.pem"))]
        return tuple(one.public_bytes(DER) for path in files for one in _read(path))

    def trust(self, pem: bytes) -> list[str]:
        """Accept the authorities of a PEM file; their names. Raises ValueError."""
        found = x509.load_pem_x509_certificates(pem)
        for one in found:
            name = f"{one.serial_number:x}.pem"
            write_durable(self._home / "trust" / name, one.public_bytes(PEM), 0o644)
        return [common_name(one.subject) for one in found]

    def seal(self, organisation: str, at: datetime) -> Key:
        """The organisation's key. Raises NoSigningKey, CertificateExpired."""
        holder = Holder(f"{organisation[:50]} 电子印章", organisation, mark=self._mark)
        return self._key(SEAL, holder, at)

    def time_stamps(self, organisation: str, at: datetime) -> Key:
        """The demonstration's time stamp authority. Raises NoSigningKey outside the demonstration."""
        return self._key(TIME_STAMPS, Holder(f"时间戳 {DEMO_MARK}", organisation, mark=self._mark), at)

    def authority(self, organisation: str = "", at: datetime | None = None) -> Authority:
        """What issues here; the demonstration's is made when it is first needed. Raises NoAuthority."""
        with self._guarded():
            if not self._has(AUTHORITY):
                if not (self._demo and organisation and at):
                    raise NoAuthority
                self._make_authority(organisation, at)
            key = self._load(AUTHORITY)
        private = serialization.load_der_private_key(key.private, None)
        assert isinstance(private, ec.EllipticCurvePrivateKey)
        return Authority(x509.load_der_x509_certificate(key.certificate), private, self._crl_address)

    def authority_certificate(self) -> bytes:
        """DER; empty where nothing is issued."""
        return _read(self._folder / f"{AUTHORITY}.pem")[0].public_bytes(DER) if self._has(AUTHORITY) else b""

    def found_authority(self, organisation: str, at: datetime) -> None:
        """Make the county's own authority, on a person's order. Raises FileExistsError when there is one."""
        with self._guarded():
            if self._has(AUTHORITY):
                raise FileExistsError(self._folder)
            self._make_authority(organisation, at)

    def keep_seal(self, private: ec.EllipticCurvePrivateKey, chain: list[x509.Certificate]) -> None:
        """Use this key and certificate as the county's seal from now on."""
        with self._guarded():
            known = self._folder / f"{SEAL}.pem"
            if known.exists():  # what it sealed stays verifiable
                former = known.read_bytes()
                write_durable(
                    self._folder / "former" / f"{kid_of(_read(known)[0].public_bytes(DER))}.pem", former, 0o644
                )
            self._keep(SEAL, private, chain)
            self._loaded.pop(SEAL, None)

    def seals(self) -> list[bytes]:
        """The seal's certificate and those of former seals, DER."""
        files = [self._folder / f"{one}.pem" for one in (SEAL, SM2_SEAL) if self._has(one)]
        return [_read(path)[0].public_bytes(DER) for path in [*files, *sorted((self._folder / "former").glob("*.pem"))]]

    def standing(self, *, sm2: bool) -> dict[str, x509.Certificate]:
        """What this county seals and issues with now, by its slot. `sm2`: the second profile's, too."""
        slots = (AUTHORITY, SEAL, SM2_AUTHORITY, SM2_SEAL) if sm2 else (AUTHORITY, SEAL)
        return {one: _read(self._folder / f"{one}.pem")[0] for one in slots if self._has(one)}

    def issue(self, holder: Holder, public: ec.EllipticCurvePublicKey, at: datetime) -> tuple[bytes, tuple[bytes, ...]]:
        """A certificate of this installation's authority for a doctor, with its issuers. Raises NoAuthority."""
        authority = self.authority(holder.organisation, at)
        marked = Holder(holder.name, holder.organisation, holder.serial, self._mark)
        issued = authority.issue(marked, public, Term(at - SLACK, HOLDER_DAYS))
        return issued.public_bytes(DER), (authority.certificate.public_bytes(DER),)

    def revocations(self, revoked: list[Revoked], at: datetime) -> bytes | None:
        """The revocation list of this installation's authority, DER; None when there is none."""
        return self.authority().revocations(revoked, at) if self._has(AUTHORITY) else None

    def second(self) -> Sm2Keys:
        """The county's keys of the second profile, in the same folder."""
        return Sm2Keys(self._folder, self.sealing(), self._guarded, self._mark)

    def sealing(self) -> Sealing:
        """What wraps the doctors' keys."""
        with self._guarded():
            return Sealing(self._secret())

    @property
    def _mark(self) -> str:
        return DEMO_MARK if self._demo else ""

    def _key(self, slot: str, holder: Holder, at: datetime) -> Key:
        if not self._has(slot):
            if not self._demo:
                raise NoSigningKey(name=holder.name)
            authority = self.authority(holder.organisation, at)
            with self._guarded():
                if not self._has(slot):
                    self._make(slot, authority, holder, at)
        with self._lock:
            key = self._load(slot)
        if self._demo:
            log.warn("demo-signature", kind=slot)
        certificate = x509.load_der_x509_certificate(key.certificate)
        if not valid_at(certificate, at):
            raise CertificateExpired(name=holder.name, until=clock.shown(certificate.not_valid_after_utc))
        return key

    def _load(self, slot: str) -> Key:
        if slot not in self._loaded:
            chain = _read(self._folder / f"{slot}.pem")
            private = serialization.load_pem_private_key((self._folder / f"{slot}.key").read_bytes(), self._secret())
            plain = private.private_bytes(DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
            first, *issuers = (one.public_bytes(DER) for one in chain)
            self._loaded[slot] = Key(common_name(chain[0].subject), first, tuple(issuers), plain)
        return self._loaded[slot]

    def _make(self, slot: str, authority: Authority, holder: Holder, at: datetime) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        days = AUTHORITY_DAYS if slot == TIME_STAMPS else HOLDER_DAYS
        term = Term(at - SLACK, days)
        issued = authority.issue(holder, key.public_key(), term, time_stamps=slot == TIME_STAMPS)
        self._keep(slot, key, [issued, authority.certificate])

    def _make_authority(self, organisation: str, at: datetime) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = DEMO_MARK if self._demo else f"{organisation[:40]} 签名证书签发机构"
        holder = Holder(name, organisation, mark=self._mark)
        self._keep(AUTHORITY, key, [root(holder, key, Term(at - SLACK, AUTHORITY_DAYS))])

    def _keep(self, slot: str, key: ec.EllipticCurvePrivateKey, chain: list[x509.Certificate]) -> None:
        """The key first: a certificate's file is the sign that both are there."""
        encryption = serialization.BestAvailableEncryption(self._secret())
        wrapped = key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, encryption)
        write_durable(self._folder / f"{slot}.key", wrapped, 0o600)
        write_durable(self._folder / f"{slot}.pem", b"".join(one.public_bytes(PEM) for one in chain), 0o644)

    def _secret(self) -> bytes:
        if not self._secret_file.exists():
            write_durable(self._secret_file, secrets.token_hex(32).encode(), 0o600)
        return self._secret_file.read_bytes().strip()

    def _has(self, slot: str) -> bool:
        return (self._folder / f"{slot}.pem").exists()

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """One maker of keys at a time, in every process of this installation."""
        self._home.mkdir(parents=True, exist_ok=True)
        with self._lock, (self._home / ".lock").open("a", encoding="ascii") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _read(path: Path) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(path.read_bytes())
