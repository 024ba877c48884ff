import { useMemo } from 'react';

import { orderDoor } from '../api/recognition';
import { may, useSession } from '../session/context';
import { OfferPanel } from './OfferPanel';

/** What the county already has for an order that was just registered; silent when there is nothing. */
export function AtOrdering({ orderId }: { readonly orderId: string }) {
  const { person } = useSession();
  const door = useMemo(() => orderDoor(orderId), [orderId]);
  return <OfferPanel door={door} mayDecide={may(person, 'clinician')} quiet />;
}
