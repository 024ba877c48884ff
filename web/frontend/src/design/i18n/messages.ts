import { accessMessages } from './access';
import { adminMessages } from './admin';
import { clinicMessages } from './clinic';
import { commonMessages } from './common';
import { hospitalMessages } from './hospital';
import { keyMessages } from './keys';
import { ledgerMessages } from './ledger';
import { matchingMessages } from './matching';
import { peopleMessages } from './people';
import { readingMessages } from './reading';
import { recognitionMessages } from './recognition';
import { registryMessages } from './registry';
import { resultMessages } from './results';

export const messages = {
  ...commonMessages,
  ...readingMessages,
  ...clinicMessages,
  ...adminMessages,
  ...registryMessages,
  ...accessMessages,
  ...keyMessages,
  ...hospitalMessages,
  ...resultMessages,
  ...recognitionMessages,
  ...ledgerMessages,
  ...matchingMessages,
  ...peopleMessages,
} as const;

export type MessageKey = keyof typeof messages;
