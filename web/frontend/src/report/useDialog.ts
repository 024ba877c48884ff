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
      if (document.activeElement instanceof HTMLElement && document.activeElement !== document.body) {
        before.current = document.activeElement;
        // From this key on nothing is typed into the report, however long the dialog takes to appear.
        document.activeElement.blur();
      }
      setName(next);
    },
    close: () => {
      setName('none');
      setTimeout(() => before.current?.focus(), 0);
    },
  };
}
