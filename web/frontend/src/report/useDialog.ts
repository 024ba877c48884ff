import { useRef, useState } from 'react';

import type { DialogName } from './Dialogs';

export interface DialogDoor {
  readonly name: DialogName;
  readonly open: (name: DialogName) => void;
  readonly close: () => void;
}

/** One dialog at a time; when it closes, the cursor is where it was before. */
export function useDialog(): DialogDoor {
  const [name, setName] = useState<DialogName>('none');
  const before = useRef<HTMLElement>(null);
  return {
    name,
    open: (next) => {
      if (document.activeElement instanceof HTMLElement) before.current = document.activeElement;
      setName(next);
    },
    close: () => {
      setName('none');
      setTimeout(() => before.current?.focus(), 0);
    },
  };
}
