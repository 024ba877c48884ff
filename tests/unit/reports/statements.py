"""A statement to work with."""

from datetime import UTC, datetime

from reports.model import Content, Examination, KeyImage, ReportStatus, Signatory, Statement

WRITER = Signatory("writer-1", "李文博", "主治医师", "110330000000001")
REVIEWER = Signatory("reviewer-1", "张建国", "副主任医师", "110330000000002")
WRITTEN = datetime(2026, 11, 22, 2, 12, 31, 250_000, tzinfo=UTC)
REVIEWED = datetime(2026, 11, 22, 2, 31, 5, 500_000, tzinfo=UTC)
EXAMINATION = Examination(
    study_instance_uid="2.25.1",
    accession_number="YXHK0000000001",
    modality="CR",
    body_part="CHEST",
    item_name="胸部正位",
    history="咳嗽、发热 3 天",
    study_at="2026-11-22T09:31",
    unit_id="unit-1",
    unit_name="河口镇卫生院",
    requesting_unit_id="unit-1",
    requesting_unit_name="河口镇卫生院",
    order_id="order-1",
    patient_uid="patient-1",
    patient_id="P0001",
    patient_name="王㛃䶮",
    patient_sex="F",
    patient_birth_date="1958-03-04",
)
CONTENT = Content(
    findings="右肺下野见斑片状密度增高影。\n心影不大。",
    impression="右肺下野炎症。",
    positive=True,
    recommendation="治疗后复查。",
    key_images=(KeyImage("2.25.2", "2.25.3", 1),),
)


def final(content: Content = CONTENT, examination: Examination = EXAMINATION) -> Statement:
    """A reviewed statement."""
    return Statement(
        "report-1", 2, ReportStatus.FINAL, examination, content, WRITER, WRITTEN, REVIEWER, REVIEWED, "ab" * 32
    )
