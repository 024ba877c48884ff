"""Every signer of `reports.signers`: what it signs verifies, anything else does not."""

from pathlib import Path

import pytest

from reports.signers import Signer
from reports.signers.keys import KeyStore
from tests.unit.reports.signers import doctor_key
from tests.unit.reports.statements import REVIEWED, REVIEWER, WRITER


def ecdsa(folder: Path, other: bool) -> Signer:
    """The demonstration's ECDSA signer."""
    keys = KeyStore(folder, None, demo=True)
    return doctor_key(keys, WRITER if other else REVIEWER, "云溪县人民医院", REVIEWED)


@pytest.mark.parametrize("make", [ecdsa])
class TestSigner:
    def test_what_was_signed_is_intact_and_trusted(self, make, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
        signer = make(tmp_path, False)
        status = signer.verify("报告".encode(), signer.sign("报告".encode()))
        assert status.intact
        assert status.trusted
        assert status.algorithm == signer.algorithm

    def test_other_bytes_are_not(self, make, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
        signer = make(tmp_path, False)
        signature = signer.sign("报告".encode())
        assert not signer.verify("報告".encode(), signature).intact
        assert not signer.verify("报告".encode(), signature[:-1]).intact
        assert not signer.verify("报告".encode(), b"").intact

    def test_another_persons_signature_is_not(self, make, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
        one, other = make(tmp_path, False), make(tmp_path, True)
        assert not one.verify(b"x", other.sign(b"x")).intact

    def test_a_demonstrations_signature_is_never_acceptable(self, make, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
        signer = make(tmp_path, False)
        assert not signer.verify(b"x", signer.sign(b"x")).acceptable
