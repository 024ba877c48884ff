import { getConfiguration, imageLoader, init as initCore, Settings, utilities } from '@cornerstonejs/core';
import { init as initLoader } from '@cornerstonejs/dicom-image-loader';
import {
  addTool, AngleTool, annotation, CobbAngleTool, EllipticalROITool, init as initTools, LengthTool, PanTool,
  RectangleROITool, ZoomTool,
} from '@cornerstonejs/tools';
import { FrameError } from './frameBytes';
import { loadFrame } from './frameLoader';
import { WindowTool } from './windowTool';

let done = false;

/** Start Cornerstone once for the page: loaders, tools, streaming and the look of measurements. */
export function setUpCornerstone(): void {
  if (done) return;
  done = true;
  // One picture needs one WebGL context; its default of seven is built before the first film.
  const usual = getConfiguration();
  initCore({ ...usual, rendering: { ...usual.rendering, webGlContextCount: 1 } });
  // Its cursors are blob: images, which the Content-Security-Policy blocks; viewer.css has ours.
  Settings.getRuntimeSettings().set('useCursors', false);
  // The page, the browser and the picture want processors, too.
  initLoader({ maxWebWorkers: navigator.hardwareConcurrency > 2 ? 2 : 1 });
  imageLoader.registerImageLoader('wadors', loadFrame);
  initTools();
  // Its cache throws every failed load once more where nobody can catch it; the stage has heard of it already.
  window.addEventListener('unhandledrejection', (event) => {
    if (event.reason instanceof FrameError) event.preventDefault();
  });
  for (const tool of [WindowTool, ZoomTool, PanTool, LengthTool, AngleTool, CobbAngleTool, RectangleROITool, EllipticalROITool]) {
    addTool(tool);
  }
  utilities.imageRetrieveMetadataProvider.add('stack', {
    retrieveOptions: { single: { streaming: true } },
    stages: [{ id: 'film', retrieveType: 'single' }],
  });
  const style = annotation.config.style.getDefaultToolStyles();
  annotation.config.style.setDefaultToolStyles({
    ...style,
    global: {
      ...style['global'],
      color: '#ffd666', colorHighlighted: '#fff1b8', colorSelected: '#fff1b8', lineWidth: '1.5', lineDash: '',
      textBoxColor: '#ffe58f', textBoxColorHighlighted: '#fffbe6', textBoxColorSelected: '#fffbe6',
      textBoxFontFamily: 'system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif', textBoxFontSize: '14px',
      textBoxBackground: 'rgba(0, 0, 0, 0.55)', textBoxMargin: '4', textBoxBorderRadius: '3',
      textBoxLinkLineColor: '#ffd666', textBoxLinkLineWidth: '1', textBoxLinkLineDash: '2,3', shadow: true,
    },
  });
}
