"""`gateway`: the doors of machines alone, DICOM and HL7. Several may run; on one machine they share the port."""

import argparse

from lianzhen.doors import HospitalDoor
from lianzhen.server import DicomDoor, Part, Server, wait_for_signal
from lianzhen.starting import begin, prepare


def arguments(_parser: argparse.ArgumentParser) -> None:
    """Everything is a setting."""


def main(_given: argparse.Namespace) -> int:
    """Start, print the address, run until a signal."""
    with begin("gateway") as begun:
        opened, chosen = begun.open(), begun.settings
        prepare(begun, opened)
        dicom = DicomDoor(chosen, opened.house, shared=True)
        hospital = HospitalDoor(chosen.registry, opened.house.registry, shared=True)
        parts: list[Part] = [dicom, hospital]
        if begun.celery is not None:
            parts.insert(0, begun.runner(opened, by_the_clock=False))
        with Server(opened, *parts):
            print(f"DICOM   {chosen.pacs_gateway.host}:{dicom.port}  AE {chosen.pacs_gateway.ae_title}", flush=True)
            wait_for_signal()
    return 0
