import { useParams } from 'react-router';

import { ReportView } from '../clinic/ReportView';
import { useSession } from '../session/context';
import { placesOf } from '../app/places';

/** A report for those who have no inbox: readers, reviewers, technicians. */
export default function ReportPage() {
  const { reportId = '' } = useParams();
  const { person } = useSession();
  return (
    <section className="lz-page lz-report-page">
      <ReportView key={reportId} reportId={reportId} back={placesOf(person)[0]?.path ?? '/'} />
    </section>
  );
}
