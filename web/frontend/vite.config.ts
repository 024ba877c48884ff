import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const SERVER = process.env['DEV_SERVER'] ?? 'http://127.0.0.1:8000';

const INLINE_STYLE = "textElement.setAttribute('style', combinedStyle)";

/** Cornerstone styles its text boxes by an attribute, which a strict Content-Security-Policy blocks; CSSOM is allowed. */
function styleTextBoxesByCssom(): Plugin {
  return {
    name: 'style-text-boxes-by-cssom',
    apply: 'build',
    transform: {
      filter: { id: /drawingSvg\/drawTextBox\.js$/ },
      handler(code) {
        if (!code.includes(INLINE_STYLE)) this.error('drawTextBox.js has changed: see whether it still sets a style attribute');
        return { code: code.replace(INLINE_STYLE, 'textElement.style.cssText = combinedStyle'), map: null };
      },
    },
  };
}

/** What no picture of this product needs: vtk.js on WebGPU (it draws by WebGL), and the XML of stored meshes. */
function leaveOut(): Plugin {
  const nothing = '\0left-out';
  return {
    name: 'leave-out',
    enforce: 'pre',
    resolveId: { filter: { id: /^xmlbuilder2$|\/WebGPU\/Profiles\/\w+\.js$/ }, handler: () => nothing },
    load: {
      filter: { id: /^\0left-out$/ },
      handler: () => "export function create() { throw new Error('XML meshes are left out of this build'); }",
    },
  };
}

/** A gzipped sibling for every asset that gains by it: the server hands it out, and a thin line carries a quarter. */
function packAssets(): Plugin {
  let folder = '';
  return {
    name: 'pack-assets',
    apply: 'build',
    configResolved: ({ root, build }) => {
      folder = join(root, build.outDir, build.assetsDir);
    },
    closeBundle: () => {
      for (const name of readdirSync(folder).filter((file) => /\.(?:js|css|wasm|svg)$/.test(file))) {
        writeFileSync(join(folder, `${name}.gz`), gzipSync(readFileSync(join(folder, name)), { level: 9 }));
      }
    },
  };
}

const READING = ['src/viewer/index.ts', 'src/report/ReadingPage.tsx']; // the largest first

/** The reading page has an index of its own, which names all of its code: nothing waits for what asks for it. */
function readingIndex(): Plugin {
  return {
    name: 'reading-index',
    apply: 'build',
    writeBundle({ dir = '' }, bundle) {
      const known = readFileSync(join(dir, 'index.html'), 'utf8');
      const files = new Set<string>();
      const add = (file: string): void => {
        const chunk = bundle[file];
        if (chunk?.type !== 'chunk' || files.has(file)) return;
        files.add(file);
        chunk.imports.forEach(add);
        chunk.viteMetadata?.importedCss.forEach((css) => files.add(css));
      };
      for (const page of READING) {
        for (const chunk of Object.values(bundle)) if (chunk.type === 'chunk' && chunk.facadeModuleId?.endsWith(page)) add(chunk.fileName);
      }
      const links = [...files].filter((file) => !known.includes(file)).map((file) =>
        file.endsWith('.css') ? `<link rel="preload" as="style" href="/${file}">` : `<link rel="modulepreload" crossorigin href="/${file}">`);
      writeFileSync(join(dir, 'reading.html'), known.replace('</head>', `${links.join('')}</head>`));
    },
  };
}

// `vite build` makes the product; `vite build --mode viewer-test` or `ecg-test` only the page on which that is tested.
export default defineConfig(({ mode }) => {
  const testPage = mode === 'viewer-test' || mode === 'ecg-test';
  return {
    base: '/',
    plugins: [react(), leaveOut(), styleTextBoxesByCssom(), packAssets(), ...(testPage ? [] : [readingIndex()])],
    server: { proxy: { '/api': SERVER, '/dicom-web': SERVER } },
    // Cornerstone's codecs find their .wasm and worker beside the module, so the dev server must not bundle them.
    optimizeDeps: { exclude: ['@cornerstonejs/dicom-image-loader'], include: ['dicom-parser', 'events'] },
    worker: { format: 'es' as const },
    build: {
      target: 'es2023',
      outDir: testPage ? `../../build/${mode}` : '../static',
      emptyOutDir: true,
      // A data: URL would need a wider Content-Security-Policy; codecs must stay files that load on demand.
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 4000,
      rolldownOptions: { input: testPage ? `${mode}.html` : 'index.html' },
    },
    test: { environment: 'happy-dom', include: ['src/**/*.test.{ts,tsx}'], passWithNoTests: true },
  };
});
