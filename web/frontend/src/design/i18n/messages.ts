import { accessMessages } from './access';
import { adminMessages } from './admin';
import { clinicMessages } from './clinic';
import { commonMessages } from './common';
import { readingMessages } from './reading';
import { registryMessages } from './registry';

export const messages = {
  ...commonMessages,
  ...readingMessages,
  ...clinicMessages,
  ...adminMessages,
  ...registryMessages,
  ...accessMessages,
} as const;

export type MessageKey = keyof typeof messages;
