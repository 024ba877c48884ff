"""Reading queue: who reads what, when, and who holds it now.

Comes in: `ExaminationReady`. Goes out: workitems with the DICOM UPS states on worklists for readers and reviewers, and
the news of their claims, replacements and ends. Standards: PS3.4 Annex CC (Unified Procedure Step), PS3.3 §C.30, IHE
RRR-WF (reading and over-reading are two workitems).
"""
