"""FHIR R4 of hospital systems: ServiceRequest with its Patient in, both out again.

`reading` turns resources into incoming orders, `writing` shows ours. What a resource lacks is named by its FHIRPath.
Standards: HL7 FHIR R4 (4.0.1) ServiceRequest, Patient, Bundle.
"""
