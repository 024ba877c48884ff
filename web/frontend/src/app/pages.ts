import { later } from '../design/later';
import { LoadingPage } from '../design/states';

/** The pages; the code of each comes when it is opened, or ahead of it. */

export const WorklistPage = later(() => import('../worklist/WorklistPage'), LoadingPage);
export const ReadingPage = later(() => import('../report/ReadingPage'), LoadingPage);
export const UploadPage = later(() => import('../upload/UploadPage'), LoadingPage);
export const StudiesPage = later(() => import('../upload/StudiesPage'), LoadingPage);
export const OrdersPage = later(() => import('../registration/OrdersPage'), LoadingPage);
export const ReportPage = later(() => import('../report/ReportPage'), LoadingPage);
export const SlipPage = later(() => import('../registration/SlipPage'), LoadingPage);
export const UnmatchedPage = later(() => import('../matching/UnmatchedPage'), LoadingPage);
export const PatientsPage = later(() => import('../patients/PatientsPage'), LoadingPage);
export const PersonPage = later(() => import('../patients/PersonPage'), LoadingPage);
export const CataloguePage = later(() => import('../catalogue/CataloguePage'), LoadingPage);
export const InboxPage = later(() => import('../clinic/InboxPage'), LoadingPage);
export const EmergencyPage = later(() => import('../clinic/EmergencyPage'), LoadingPage);
export const RosterPage = later(() => import('../roster/RosterPage'), LoadingPage);
export const AccountPage = later(() => import('../account/AccountPage'), LoadingPage);
export const RecognitionPage = later(() => import('../recognition/RecognitionPage'), LoadingPage);
export const LedgerPage = later(() => import('../recognition/LedgerPage'), LoadingPage);
export const QualityPage = later(() => import('../recognition/QualityPage'), LoadingPage);
export const EmbedPage = later(() => import('../recognition/EmbedPage'), LoadingPage);
export const SharePage = later(() => import('../share/SharePage'), LoadingPage);
export const AdminPage = later(() => import('../admin/AdminPage'), LoadingPage);
