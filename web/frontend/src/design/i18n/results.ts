/** [中文, English] */
export const resultMessages = {
  'film.title': ['影像', 'Film'],
  'film.preview': ['预览图，不作诊断', 'Preview, not for diagnosis'],
  'film.swipe': ['预览图，共 {n} 幅，左右滑动；不作诊断', '{n} previews, swipe; not for diagnosis'],
  'film.whole': ['原始影像', 'Original images'],
  'film.open': ['看原图', 'Open the originals'],
  'film.close': ['回到预览', 'Back to the preview'],
  'film.number': ['预览图 {n} / {all}', 'Preview {n} of {all}'],
  'film.openNumber': ['看原图（第 {n} 幅）', 'Open the originals (image {n})'],
  'results.title': ['历次结果', 'Results through time'],
  'results.count': ['历次结果（{n}）', 'Results through time ({n})'],
  'results.trend': ['历次结果走势：实心为阳性，空心为阴性', 'Results through time: filled is positive, hollow is negative'],
  'results.none': ['还没有签发的报告', 'No report was issued yet'],
  'results.this': ['本次', 'This one'],
  'results.elsewhere': ['外单位', 'Another unit'],
} as const;
