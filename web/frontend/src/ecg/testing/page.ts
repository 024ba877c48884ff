import { EcgPainter, type Group } from '../index';
import './page.css';

declare global {
  interface Window {
    ecgPainter?: EcgPainter;
  }
}

/** As a test writes it: microvolts, null where nothing was measured. */
interface Stored {
  readonly samplingFrequency: number;
  readonly leads: readonly { readonly name: string; readonly samples: readonly (number | null)[] }[];
}

/** `ecg-test.html#record=record.json&width=1900&height=1000`: draws the record, and gives tests the painter. */
async function open(): Promise<void> {
  const query = new URLSearchParams(window.location.hash.slice(1));
  const answer = await fetch(query.get('record') ?? 'record.json');
  const stored = (await answer.json()) as Stored;
  const leads = stored.leads.map(({ name, samples }) => ({ name, samples: Float32Array.from(samples, (value) => value ?? NaN) }));
  const group: Group = { samplingFrequency: stored.samplingFrequency, leads };
  const host = document.getElementById('sheet');
  if (host === null) throw new Error('the page has no place for the sheet');
  const painter = new EcgPainter(host, group);
  painter.resize(Number(query.get('width') ?? 1900), Number(query.get('height') ?? 1000));
  painter.listen((found) => {
    host.dataset['reading'] = JSON.stringify(found);
  });
  window.ecgPainter = painter;
}

await open();
