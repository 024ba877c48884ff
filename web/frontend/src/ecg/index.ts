export { reading, words, type Reading, type Span } from './calipers';
export { GRID, layOut } from './layout';
export { EcgPainter } from './painter';
export { STANDARD, type Format, type Group, type Lead, type Presentation, type Sheet, type Trace, type View } from './types';
