import { accessMessages } from './access';
import { adminMessages } from './admin';
import { clinicMessages } from './clinic';
import { commonMessages } from './common';
import { keyMessages } from './keys';
import { readingMessages } from './reading';

export const messages = {
  ...commonMessages,
  ...readingMessages,
  ...clinicMessages,
  ...adminMessages,
  ...accessMessages,
  ...keyMessages,
} as const;

export type MessageKey = keyof typeof messages;
