import 'antd/dist/reset.css';
import './design/base.css';
import './design/lists.css';
import './design/people.css';
import './design/reading.css';
import './design/reports.css';

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { askAhead } from './app/ahead';
import { App } from './app/App';
import { styleElementsCarryNonce } from './design/nonce';

styleElementsCarryNonce();
askAhead(globalThis.location.pathname);

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root element');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
