import { accessMessages } from './access';
import { adminMessages } from './admin';
import { clinicMessages } from './clinic';
import { commonMessages } from './common';
import { readingMessages } from './reading';

export const messages = { ...commonMessages, ...readingMessages, ...clinicMessages, ...adminMessages, ...accessMessages } as const;

export type MessageKey = keyof typeof messages;
