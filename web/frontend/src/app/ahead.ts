import { begin } from '../api/ahead';
import { session } from '../api/session';
import { worklist } from '../api/worklist';
import { metadataOf } from '../viewer/study/request';

const OUTSIDE = /^\/(?:share|embed)\//;
const READING = /^\/read\/([\d.]+)$/;

/** What the page of this address will ask the server first is asked for at once, while its code is on its way. */
export function askAhead(address: string): void {
  if (OUTSIDE.test(address)) return;
  void session.ahead();
  const uid = READING.exec(address)?.[1];
  if (uid === undefined) return;
  void worklist.detailAhead(uid).then((detail) => {
    if (detail === undefined) return;
    const { url, ...asked } = metadataOf(`/dicom-web/studies/${detail.study_instance_uid}`);
    void begin(url, asked);
  });
}
