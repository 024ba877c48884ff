"""Every signer of `reports.signers`: what it signs verifies, anything else does not."""

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from reports.model import Signatory
from reports.signers import Signer, sm2
from reports.signers.certificates import Holder
from reports.signers.keys import KeyStore
from reports.signers.token import Token, TokenKey
from reports.signers.x509 import kid_of
from tests import softhsm
from tests.unit.reports.signers import doctor_key
from tests.unit.reports.statements import REVIEWED, REVIEWER, WRITER

Make = Callable[[KeyStore, Signatory], Signer]
HOSPITAL = "云溪县人民医院"


def software(keys: KeyStore, person: Signatory) -> Signer:
    """ECDSA, the key in memory."""
    return doctor_key(keys, person, HOSPITAL, REVIEWED)


def second(keys: KeyStore, person: Signatory) -> Signer:
    """SM2, the key in memory."""
    private, public = sm2.new_pair()
    certificate, issuers = keys.second().issue(Holder(person.name, HOSPITAL, person.id), public, REVIEWED)
    return sm2.Sm2Key(person.name, certificate, issuers, private)


def on_token(keys: KeyStore, person: Signatory) -> Signer:
    """ECDSA, the key on a PKCS#11 token."""
    token = Token(str(softhsm.MODULE), softhsm.LABEL, softhsm.PIN)
    public = serialization.load_der_public_key(token.make())
    assert isinstance(public, ec.EllipticCurvePublicKey)
    certificate, issuers = keys.issue(Holder(person.name, HOSPITAL, person.id), public, REVIEWED)
    return TokenKey(person.name, certificate, issuers, token, kid_of(certificate))


@pytest.fixture(scope="module", autouse=True)
def the_token() -> None:
    softhsm.token()


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyStore:
    return KeyStore(tmp_path_factory.mktemp("keys"), None, demo=True)


@pytest.mark.parametrize("make", [software, on_token, second])
class TestSigner:
    def test_what_was_signed_is_intact_and_trusted(self, make: Make, keys: KeyStore) -> None:
        signer = make(keys, REVIEWER)
        status = signer.verify("报告".encode(), signer.sign("报告".encode()))
        assert status.intact
        assert status.trusted
        assert status.signer == REVIEWER.name
        assert status.algorithm == signer.algorithm

    def test_other_bytes_are_not(self, make: Make, keys: KeyStore) -> None:
        signer = make(keys, REVIEWER)
        signature = signer.sign("报告".encode())
        assert not signer.verify("報告".encode(), signature).intact
        assert not signer.verify("报告".encode(), signature[:-1]).intact
        assert not signer.verify("报告".encode(), b"").intact

    def test_another_persons_signature_is_not(self, make: Make, keys: KeyStore) -> None:
        one, other = make(keys, REVIEWER), make(keys, WRITER)
        assert not one.verify(b"x", other.sign(b"x")).intact

    def test_two_signatures_over_the_same_bytes_differ(self, make: Make, keys: KeyStore) -> None:
        signer = make(keys, REVIEWER)
        assert signer.sign(b"x") != signer.sign(b"x")

    def test_a_demonstrations_signature_is_never_acceptable(self, make: Make, keys: KeyStore) -> None:
        signer = make(keys, REVIEWER)
        assert not signer.verify(b"x", signer.sign(b"x")).acceptable

    def test_no_secret_is_shown(self, make: Make, keys: KeyStore) -> None:
        said = repr(make(keys, REVIEWER))
        assert "private=" not in said
        assert "pin=" not in said
