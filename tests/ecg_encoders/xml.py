"""Encoders for the XML formats, written from the formats' descriptions and not from our readers."""

import base64
import re
import struct
import zlib

import numpy as np

from tests.ecg_encoders.truth import Digits, Truth


def muse(truth: Truth, *, median: Truth | None = None, crc: bool = True, pace: str = "", extra: str = "") -> bytes:
    """GE MUSE XML: the eight independent leads, the DOCTYPE that MUSE writes, one statement of two pieces."""
    stored = ("I", "II", "V1", "V2", "V3", "V4", "V5", "V6")
    parts = [_muse_waveform(truth.only(*stored), "Rhythm", crc, pace)]
    if median is not None:
        parts.insert(0, _muse_waveform(median.only(*stored), "Median", crc, ""))
    return f"""<?xml version="1.0" encoding="ISO-8859-1"?>
<!DOCTYPE RestingECG SYSTEM "restecg.dtd">
<RestingECG>
 <MuseInfo><MuseVersion>9.0</MuseVersion></MuseInfo>
 <PatientDemographics><PatientID>7</PatientID><PatientAge>6</PatientAge><AgeUnits>MONTHS</AgeUnits>
  <DateofBirth>04-29-2023</DateofBirth><Gender>FEMALE</Gender><PatientLastName>Li</PatientLastName>
  </PatientDemographics>
 <TestDemographics><AcquisitionTime>22:41:16</AcquisitionTime><AcquisitionDate>10-30-2023</AcquisitionDate>
  </TestDemographics>
 <RestingECGMeasurements><VentricularRate>75</VentricularRate><PRInterval>150</PRInterval>
  <QRSDuration>90</QRSDuration>
  <QOnset>216</QOnset><QOffset>264</QOffset><ECGSampleBase>{truth.frequency}</ECGSampleBase>
  <ECGSampleExponent>0</ECGSampleExponent></RestingECGMeasurements>
 <OriginalRestingECGMeasurements><VentricularRate>75</VentricularRate><PRInterval>148</PRInterval>
 </OriginalRestingECGMeasurements>
 <Diagnosis><DiagnosisStatement><StmtText>Anterior infarct</StmtText></DiagnosisStatement>
  <DiagnosisStatement><StmtFlag>ENDSLINE</StmtFlag><StmtText>, age undetermined</StmtText></DiagnosisStatement>
  </Diagnosis>
 <QRSTimesTypes><QRS><Number>1</Number><Type>0</Type><Time>320</Time></QRS></QRSTimesTypes>{extra}
 {"".join(parts)}
</RestingECG>""".encode("latin-1")


def _muse_waveform(truth: Truth, kind: str, crc: bool, pace: str) -> str:
    leads = []
    for name, row in zip(truth.names, truth.digits, strict=True):
        raw = row.astype("<i2").tobytes()
        sum_of = f"<LeadDataCRC32>{zlib.crc32(raw)}</LeadDataCRC32>" if crc else ""
        leads.append(
            f"<LeadData><LeadByteCountTotal>{len(raw)}</LeadByteCountTotal>"
            f"<LeadSampleCountTotal>{row.size}</LeadSampleCountTotal>"
            f"<LeadAmplitudeUnitsPerBit>{truth.lsb_uv}</LeadAmplitudeUnitsPerBit>"
            f"<LeadAmplitudeUnits>MICROVOLTS</LeadAmplitudeUnits><LeadID>{name}</LeadID>"
            f"<LeadSampleSize>2</LeadSampleSize><LeadOff>FALSE</LeadOff>{sum_of}"
            f"<WaveFormData>{base64.encodebytes(raw).decode()}</WaveFormData></LeadData>"
        )
    spikes = f"<PaceSpikes><IndexOffsets>{pace}</IndexOffsets></PaceSpikes>" if pace else ""
    return (
        f"<Waveform><WaveformType>{kind}</WaveformType><WaveformStartTime>0</WaveformStartTime>"
        f"<SampleBase>{truth.frequency}</SampleBase><SampleExponent>0</SampleExponent>"
        f"<HighPassFilter>5</HighPassFilter><LowPassFilter>150</LowPassFilter><ACFilter>50</ACFilter>"
        f"{''.join(leads)}{spikes}</Waveform>"
    )


def cardiosoft(truth: Truth, *, median: Truth | None = None, disclosure: Truth | None = None) -> bytes:
    """GE CardioSoft XML: strip, median samples and full disclosure."""
    beat = f"<MedianSamples>{_cardiosoft_leads(median)}</MedianSamples>" if median is not None else ""
    return f"""<?xml version="1.0" encoding="ISO-8859-1" ?>
<CardiologyXML><ObservationType>RestECG</ObservationType>
 <ObservationDateTime><Hour>14</Hour><Minute>9</Minute><Second>39</Second><Day>9</Day><Month>7</Month>
  <Year>2018</Year>
 </ObservationDateTime>
 <PatientInfo><PID>15</PID><Name><FamilyName>Wang</FamilyName><GivenName>Fang</GivenName></Name>
  <Age units="YEARS">53</Age><Gender>FEMALE</Gender></PatientInfo>
 <FilterSetting><Filter50Hz>Yes</Filter50Hz><LowPass units="Hz">100</LowPass><HighPass units="Hz">0.05</HighPass>
  </FilterSetting>
 <Interpretation><Conclusion><ConclusionText>Sinus rhythm</ConclusionText><ConclusionText>---</ConclusionText>
  </Conclusion></Interpretation>
 <RestingECGMeasurements><VentricularRate units="BPM">75</VentricularRate><PQInterval units="ms">150</PQInterval>
  <MeasurementTable><LeadOrder>I, II</LeadOrder><PAmplitude units="uV">58, </PAmplitude></MeasurementTable>
  <QOnset units="ms">432</QOnset>{beat}</RestingECGMeasurements>
 <StripData>{_cardiosoft_leads(truth)}<ArrhythmiaResults><Time units="ms">320</Time><BeatClass>dominant</BeatClass>
 </ArrhythmiaResults></StripData>{_disclosure(disclosure)}
</CardiologyXML>""".replace("\n", "\r\n").encode("latin-1")


def _cardiosoft_leads(truth: Truth) -> str:
    leads = []
    for name, row in zip(truth.names, truth.digits, strict=True):
        lines = [",".join(map(str, row[start : start + 300])) for start in range(0, row.size, 300)]
        text = ", \n\t\t".join(lines)
        leads.append(f'<WaveformData lead="{name}">\t\t{text}</WaveformData>')
    return (
        f'<NumberOfLeads>{len(truth.names)}</NumberOfLeads><SampleRate units="Hz">{truth.frequency}</SampleRate>'
        f"<ChannelSampleCountTotal>{truth.digits.shape[1]}</ChannelSampleCountTotal>"
        f'<Resolution units="uVperLsb">{truth.lsb_uv:g}</Resolution>{"".join(leads)}'
    )


def _disclosure(truth: Truth | None) -> str:
    if truth is None:
        return ""
    seconds = truth.digits.shape[1] // truth.frequency
    lines = [
        ",".join(map(str, row[second * truth.frequency : (second + 1) * truth.frequency])) + ",\n"
        for second in range(seconds)
        for row in truth.digits
    ]
    return (
        f'<FullDisclosure><SampleRate units="Hz">{truth.frequency}</SampleRate>'
        f'<Resolution units="uVperLsb">{truth.lsb_uv:g}</Resolution><LeadOrder>{",".join(truth.names)}</LeadOrder>'
        f"<FullDisclosureData>\n{''.join(lines)}\t\t<SampleCountTotal>{truth.digits.size}</SampleCountTotal>"
        "</FullDisclosureData></FullDisclosure>"
    )


def aecg(truth: Truth, *, median: Truth | None = None, time: str = "", scale: str = "", prefix: str = "") -> bytes:
    """HL7 aECG: a rhythm series, the representative beat derived from it, numbers, waves and a sentence."""
    beat = ""
    if median is not None:
        beat = (
            '<derivation><derivedSeries><code code="REPRESENTATIVE_BEAT"/><component><sequenceSet>'
            '<component><sequence><code code="TIME_RELATIVE"/><value xsi:type="GLIST_PQ"><head value="0" unit="s"/>'
            f'<increment value="{1000 / median.frequency:g}" unit="ms"/></value></sequence></component>'
            f"{_aecg_leads(median, '')}</sequenceSet></component><subjectOf><annotationSet>"
            '<component><annotation><code code="MDC_ECG_WAVC"/><value xsi:type="CE" code="MDC_ECG_WAVC_PWAVE"/>'
            '<support><supportingROI><component><boundary><code code="TIME_RELATIVE"/><value xsi:type="IVL_PQ">'
            '<low value="100" unit="ms"/><high value="200" unit="ms"/></value></boundary></component></supportingROI>'
            "</support></annotation></component></annotationSet></subjectOf></derivedSeries></derivation>"
        )
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<AnnotatedECG xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <id root="61d1a24f-b47e-41aa-ae95-f8ac302f4eeb"/>
 <effectiveTime><low value="20230429224116"/></effectiveTime>
 <componentOf><timepointEvent><componentOf><subjectAssignment><subject><trialSubject>
  <id root="1.2" extension="SBJ-1"/>
  <subjectDemographicPerson><name>Zhao</name><administrativeGenderCode code="M"/><birthTime value="19530508"/>
  </subjectDemographicPerson></trialSubject></subject></subjectAssignment></componentOf></timepointEvent>
  </componentOf>
 <component><series><code code="RHYTHM"/><effectiveTime><low value="20230429224116"/></effectiveTime>
  <component><sequenceSet><component><sequence><code code="TIME_ABSOLUTE"/>{time or _aecg_time(truth)}</sequence>
  </component>
  {_aecg_leads(truth, scale)}</sequenceSet></component>
  <subjectOf><annotationSet>
   <component><annotation><code code="MDC_ECG_HEART_RATE"/><value xsi:type="PQ" value="75" unit="/min"/>
  </annotation></component>
   <component><annotation><code code="MDC_ECG_INTERPRETATION"/><component><annotation>
    <code code="MDC_ECG_INTERPRETATION_STATEMENT"/><value xsi:type="ST">窦性心律</value></annotation></component>
  </annotation></component>
   <component><annotation><code code="MDC_ECG_WAVC_TYPE"/><value xsi:type="CE" code="MDC_ECG_WAVC_RWAVE"/>
  <component><annotation>
    <code code="MDC_ECG_WAVC_TYPE"/><value xsi:type="CE" code="MDC_ECG_WAVC_PEAK"/><support><supportingROI>
    <component><boundary><code code="TIME_RELATIVE"/><value xsi:type="PQ" value="320" unit="ms"/></boundary>
  </component>
    <component><boundary><code code="MDC_ECG_LEAD_I"/></boundary></component>
    </supportingROI></support></annotation></component></annotation></component>
  </annotationSet></subjectOf>{beat}
 </series></component>
</AnnotatedECG>"""
    if prefix:
        text = re.sub(r"<(/?)(?=[A-Za-z])", rf"<\1{prefix}:", text.replace("xmlns=", f"xmlns:{prefix}="))
    return text.encode()


def _aecg_time(truth: Truth) -> str:
    return (
        '<value xsi:type="GLIST_TS"><head value="20230429224116.000"/>'
        f'<increment value="{1 / truth.frequency:g}" unit="s"/></value>'
    )


def _aecg_leads(truth: Truth, scale: str) -> str:
    scale = scale or f'<origin value="0" unit="uV"/><scale value="{truth.lsb_uv:g}" unit="uV"/>'
    return "".join(
        f'<component><sequence><code code="MDC_ECG_LEAD_{name.upper()}"/><value xsi:type="SLIST_PQ">{scale}'
        f"<digits>{' '.join(map(str, row))}</digits></value></sequence></component>"
        for name, row in zip(truth.names, truth.digits, strict=True)
    )


def sierra(
    truth: Truth, *, version: str = "1.04", plain: bool = False, calibration: bool = True, utf16: bool = True
) -> bytes:
    """Philips Sierra XML: XLI or plain samples, with 1 s of calibration tail (350 zeros, 100 of 1 mV, 50 zeros)."""
    digits = truth.digits
    if calibration:
        tail = np.zeros((digits.shape[0], 500), np.int64)
        tail[:, 350:450] = round(1000 / truth.lsb_uv)
        digits = np.concatenate([digits, tail], axis=1)
    if plain:
        encoding, data = 'dataencoding="Plain" compression="Uncompressed"', " ".join(map(str, digits.ravel()))
    else:
        encoding = 'dataencoding="Base64" compression="XLI"'
        data = base64.encodebytes(
            b"".join(_xli(row) for row in (_limb_residuals(digits) if truth.names[0] == "I" else digits))
        ).decode()
    duration = round(digits.shape[1] / truth.frequency * 1000)
    if version == "1.03":
        encoding = encoding.replace("compression=", 'compressflag="True" compressmethod=') + ' nbitspersample="16"'
        labels, section, interval = "", "interpretationmeasurements", "<meanprint>150</meanprint>"
        scale = f"<signalresolution>{truth.lsb_uv:g}</signalresolution><signalbandwidth>0.05-150</signalbandwidth>"
    else:
        labels, section, interval = f'leadlabels="{" ".join(truth.names)}"', "globalmeasurements", "<print>150</print>"
        scale = f"<resolution>{truth.lsb_uv:g}</resolution><hipass>0.05</hipass>"
    names = "".join(f'<leadmeasurement leadname="{name}"/>' for name in truth.names)
    text = f"""<?xml version="1.0" encoding="{"utf-16" if utf16 else "utf-8"}"?>
<restingecgdata xmlns="http://www3.medical.philips.com">
 <documentinfo><documenttype>PhilipsECG</documenttype><documentversion>{version}</documentversion></documentinfo>
 <dataacquisition date="2008-12-23" time="19:44:46"><machine machineid="E1">PageWriter</machine>
  <signalcharacteristics><samplingrate>{truth.frequency}</samplingrate>{scale}<numberchannelsvalid>{len(truth.names)}</numberchannelsvalid>
  </signalcharacteristics></dataacquisition>
 <patient><generalpatientdata><patientid>99</patientid><age><years>50</years></age><sex>Female</sex>
  </generalpatientdata></patient>
 <internalmeasurements><crossleadmeasurements><pacepulses><pacepulse starttime="400"/></pacepulses>
  </crossleadmeasurements></internalmeasurements>
 <measurements><leadmeasurements>{names}</leadmeasurements></measurements>
 <interpretations><interpretation><{section}><heartrate>75</heartrate>{interval}<pfrontaxis>Failed</pfrontaxis></{section}>
  <severity code="ON">- OTHERWISE NORMAL ECG -</severity>
  <statement><statementcode>SB</statementcode><leftstatement>SINUS BRADYCARDIA</leftstatement>
  <rightstatement>V-rate 60</rightstatement></statement>
 </interpretation></interpretations>
 <waveforms>
  <parsedwaveforms durationperchannel="{duration}" bitspersample="16" {encoding} {labels}>{data}</parsedwaveforms>
  </waveforms>
</restingecgdata>"""
    return text.encode("utf-16" if utf16 else "utf-8")


def _limb_residuals(digits: Digits) -> Digits:
    """What XLI stores in place of III, aVR, aVL, aVF: the difference from what I and II predict."""
    one, two, three = digits[0], digits[1], digits[2]
    stored = digits.copy()
    stored[2] = two - one - three
    stored[3] = -digits[3] - np.trunc((one + two) / 2).astype(np.int64)
    stored[4] = np.trunc((one - three) / 2).astype(np.int64) - digits[4]
    stored[5] = np.trunc((two + three) / 2).astype(np.int64) - digits[5]
    return stored


def _xli(row: Digits) -> bytes:
    """One channel: second differences biased by 64, high bytes before low bytes, LZW with 10-bit codes."""
    residual = [int(row[0]), int(row[1])]
    first = (int(2 * row[1] - row[0] - row[2]) + 32768) % 65536 - 32768
    for index in range(3, row.size + 1):
        change = int(2 * row[index - 1] - row[index - 2] - row[index]) if index < row.size else 0
        residual.append(change + 64)
    words = np.array(residual[: row.size], np.int64) & 0xFFFF
    return _lzw((words >> 8).astype(np.uint8).tobytes() + (words & 0xFF).astype(np.uint8).tobytes(), first)


def _lzw(data: bytes, first: int) -> bytes:
    table = {bytes((value,)): value for value in range(256)}
    codes, phrase = [], b""
    for value in data:
        longer = phrase + bytes((value,))
        if longer in table:
            phrase = longer
            continue
        codes.append(table[phrase])
        if len(table) < 1023:
            table[longer] = len(table)
        phrase = bytes((value,))
    codes += [table[phrase], 1023]
    bits = "".join(f"{code:010b}" for code in codes)
    bits += "0" * (-len(bits) % 16)
    payload = int(bits, 2).to_bytes(len(bits) // 8, "big")
    return struct.pack("<ihh", len(payload), 1, first) + payload
