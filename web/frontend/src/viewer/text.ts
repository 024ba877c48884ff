import type { Language } from './types';

/** What the viewer says, Chinese first. */
const TEXT = {
  loading: ['正在载入影像', 'Loading image'],
  loadingList: ['正在读取检查目录', 'Reading the study'],
  empty: ['该检查没有可显示的影像', 'This study has no images to show'],
  emptyNext: ['影像可能仍在传输，请稍后重试', 'Images may still be on their way; try again shortly'],
  failed: ['影像无法显示', 'The image cannot be shown'],
  retry: ['重试', 'Try again'],
  timeout: ['超时：服务器没有及时送来影像', 'Timed out: the server did not send the image'],
  partial: ['传输中 · 暂非无损', 'Arriving · not lossless yet'],
  lossless: ['完整', 'Complete'],
  lossy: ['源图有损压缩', 'Source is lossy'],
  inverted: ['反相', 'Inverted'],
  image: ['图像', 'Image'],
  series: ['序列', 'Series'],
  zoom: ['缩放', 'Zoom'],
  presets: ['窗值', 'Window'],
  help: ['快捷键', 'Keyboard shortcuts'],
  close: ['关闭', 'Close'],
  toolbar: ['影像工具', 'Image tools'],
  keySaved: ['已采集关键图像', 'Key image taken'],
  waitLossless: ['影像完整后统计', 'Statistics once complete'],
  voiUnreadable: ['影像自带的灰阶曲线无法读取，当前为线性窗', "The image's own grey curve could not be read; a linear window is shown"],
  modalityUnreadable: ['影像的模态查找表无法读取，像素值未换算', "The image's modality table could not be read; values are as stored"],
  noSpacing: ['无像素间距，长度以像素计', 'No pixel spacing: lengths are in pixels'],
  length: ['长度', 'Length'],
  angle: ['角度', 'Angle'],
  cobb: ['Cobb角', 'Cobb angle'],
  rectangle: ['矩形区域', 'Rectangle'],
  ellipse: ['椭圆区域', 'Ellipse'],
  area: ['面积', 'Area'],
  mean: ['均值', 'Mean'],
  deviation: ['标准差', 'SD'],
  range: ['范围', 'Range'],
  mouse: ['左键：当前工具　右键拖动：缩放　中键拖动：平移　滚轮：翻页，单幅时缩放', 'Left: current tool · right drag: zoom · middle drag: pan · wheel: next image, or zoom a single one'],
} as const;

export type TextKey = keyof typeof TEXT;

export function say(key: TextKey, language: Language): string {
  return TEXT[key][language === 'zh' ? 0 : 1];
}
