import { type ComponentType, type ReactNode, useEffect, useState } from 'react';

export interface Later<P> {
  (props: P): ReactNode;
  /** Fetch the code now, because it will be wanted. */
  readonly ahead: () => Promise<void>;
}

/**
 * A component whose code comes later; `Waiting` stands in its place, and code that does not come is a fault of the page.
 * React's `lazy` shows a fallback even for code that is there, and keeps each for 300 ms so that it does not flicker.
 */
export function later<P extends object>(
  load: () => Promise<{ readonly default: ComponentType<P> }>,
  Waiting: ComponentType,
): Later<P> {
  let known: ComponentType<P> | undefined;
  const come = async (): Promise<void> => {
    known = (await load()).default;
  };

  function Late(props: P): ReactNode {
    const [Part, setPart] = useState(() => known);
    useEffect(() => {
      if (Part !== undefined) return undefined;
      let wanted = true;
      come().then(
        () => wanted && setPart(() => known),
        (reason: unknown) => wanted && setPart(() => { throw reason; }),
      );
      return () => {
        wanted = false;
      };
    }, [Part]);
    return Part === undefined ? <Waiting /> : <Part {...props} />;
  }

  return Object.assign(Late, { ahead: () => come().catch(() => undefined) });
}
