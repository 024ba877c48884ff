import { begin, start } from '../api/ahead';
import { readJson } from '../api/client';
import { session } from '../api/session';
import { worklist } from '../api/worklist';
import type { Instance } from '../viewer/dicom/json';
import { Viewer } from '../viewer/later';
import { placeOf, seriesOf } from '../viewer/study/images';
import { FRAME, metadataOf } from '../viewer/study/request';
import { ReadingPage } from './pages';

const OUTSIDE = /^\/(?:share|embed)\//;
const READING = /^\/read\/([\d.]+)$/;

/** What the page of this address will ask the server first is asked for at once, while its code is on its way. */
export function askAhead(address: string): void {
  if (OUTSIDE.test(address)) return;
  void session.ahead();
  const uid = READING.exec(address)?.[1];
  if (uid === undefined) return;
  void ReadingPage.ahead();
  void worklist.detailAhead(uid).then((detail) => detail && askForFilm(detail.study_instance_uid));
}

/** The metadata at once; the first frame when the viewer's code is here, with which it would share a thin line. */
async function askForFilm(studyInstanceUid: string): Promise<void> {
  const study = placeOf('/dicom-web', studyInstanceUid);
  const { url, ...asked } = metadataOf(study);
  const answer = await begin(url, asked);
  if (answer === undefined) return;
  const [first] = seriesOf(study, await readJson<Instance[]>(answer));
  await Viewer.ahead();
  const frame = first?.images[0]?.imageUrl;
  if (frame !== undefined) void start(frame, FRAME); // not in a copy: nobody would read it
}
