import 'react';

declare module 'react' {
  interface CSSProperties {
    /** How much of the reading page the film takes. */
    '--lz-share'?: string;
  }
}
