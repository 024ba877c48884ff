"""Words that three rooms or more use with one meaning. Plain Python."""

from enum import StrEnum


class Role(StrEnum):
    """What a person does here. A person may have several roles."""

    TECHNICIAN = "technician"  # 乡镇技师
    RADIOLOGIST = "radiologist"  # 影像诊断医师
    REVIEWER = "reviewer"  # 审核医师
    CARDIOLOGIST = "cardiologist"  # 心电诊断医师
    LABORATORY_PHYSICIAN = "laboratory-physician"  # 检验医师
    CLINICIAN = "clinician"  # 临床医师
    QUALITY_OFFICER = "quality-officer"  # 质控员
    ADMINISTRATOR = "administrator"  # 管理员
    SYSTEM = "system"  # a program with a bearer token


class Priority(StrEnum):
    """Scheduled Procedure Step Priority (0074,1200), PS3.4 §CC.2.5: HIGH is an emergency."""

    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"


class Sex(StrEnum):
    """Patient's Sex (0010,0040)."""

    MALE = "M"
    FEMALE = "F"
    OTHER = "O"


class Specialty(StrEnum):
    """Which kind of reader an examination needs."""

    RADIOLOGY = "radiology"
    CARDIOLOGY = "cardiology"
    LABORATORY = "laboratory"
