"""The front desk: HTTP, DICOMweb, live news and the workstation people use.

Requests come in over `/api`, `/dicom-web` and the workstation's own pages; they are authenticated, handed to one
room's door and answered after the commit. Errors leave as problem+json (RFC 9457), Chinese first.
"""
