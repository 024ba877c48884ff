"""One film, two doctors, one signed report in the township's inbox."""

import subprocess
from dataclasses import replace
from pathlib import Path

from foundation.access import Actor
from reports.api import DeliveryState, ReportStatus
from tests.integration.reports.conftest import TEXT, County


def test_two_doctors_sign_and_the_clinic_reads(
    county: County, writer: Actor, reviewer: Actor, clinician: Actor, study: str, tmp_path: Path
) -> None:
    text = replace(TEXT, key_images=(county.key_image(writer, study),))
    first = county.submitted(writer, study, text)
    assert first.number == 1
    assert county.reports.states([study])[study]["status"] == "preliminary"

    second = county.approved(reviewer, study, text)
    assert second == replace(first, number=2)
    opened = county.reports.report(reviewer, second.report_id)
    assert [one.says.status for one in opened.versions] == [ReportStatus.PRELIMINARY, ReportStatus.FINAL]
    assert opened.versions[1].says.replaces == opened.versions[0].sha256
    assert opened.deliveries[0].state is DeliveryState.PENDING

    county.run_tasks()
    box = county.reports.inbox(clinician)
    assert box["unread"] == 1
    assert box["items"][0]["impression"] == TEXT.impression

    pdf, _ = county.reports.pdf(clinician, second.report_id, 2)
    assert county.reports.inbox(clinician)["unread"] == 0
    assert county.reports.report(reviewer, second.report_id).deliveries[0].read_by == clinician.id

    verdict = county.reports.verify(pdf)
    assert verdict.trusted
    assert [one.signer for one in verdict.signatures] == ["李文博", "张建国", "云溪县人民医院 电子印章"]
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf)
    said = subprocess.run(["pdfsig", path], capture_output=True, text=True, check=False).stdout
    assert said.count("Signature is Valid") == 2
