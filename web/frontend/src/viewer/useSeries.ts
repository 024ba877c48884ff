import { useCallback, useEffect, useState } from 'react';
import { fetchSeries, type ViewerSeries } from './study/images';

export interface SeriesRequest {
  readonly dicomweb: string;
  readonly studyInstanceUid: string;
  readonly series: readonly string[] | undefined;
}

export interface SeriesAnswer {
  /** Undefined while the server is asked. */
  readonly list: readonly ViewerSeries[] | undefined;
  readonly problem: string | undefined;
  /** The series on the screen. */
  readonly current: number;
  readonly choose: (next: (current: number) => number) => void;
  readonly again: () => void;
}

const PATIENCE_MS = 30_000;

interface Answered {
  /** The question this answers; an answer to an older one counts as none. */
  readonly key: string;
  readonly list: readonly ViewerSeries[] | undefined;
  readonly problem: string | undefined;
  readonly current: number;
}

/** The series of a study that hold images. */
export function useSeries({ dicomweb, studyInstanceUid, series }: SeriesRequest): SeriesAnswer {
  const [attempt, setAttempt] = useState(0);
  const [answered, setAnswered] = useState<Answered>();
  const wanted = series?.join(',');
  const key = [attempt, dicomweb, studyInstanceUid, wanted ?? '*'].join(' ');
  useEffect(() => {
    const ending = new AbortController();
    const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(PATIENCE_MS)]);
    fetchSeries(dicomweb, studyInstanceUid, wanted?.split(',').filter(Boolean), signal).then(
      (list) => setAnswered({ key, list: list.filter(({ images }) => images.length > 0), problem: undefined, current: 0 }),
      (error: unknown) => {
        if (!ending.signal.aborted) setAnswered({ key, list: undefined, problem: problemOf(error), current: 0 });
      },
    );
    return () => ending.abort();
  }, [dicomweb, studyInstanceUid, wanted, key]);
  const choose = useCallback((next: (current: number) => number) => {
    setAnswered((before) => before && { ...before, current: within(next(before.current), before.list?.length ?? 1) });
  }, []);
  const answer = answered?.key === key ? answered : undefined;
  return { list: answer?.list, problem: answer?.problem, current: answer?.current ?? 0, choose, again: () => setAttempt(attempt + 1) };
}

function within(index: number, count: number): number {
  return Math.min(count - 1, Math.max(0, index));
}

function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === 'TimeoutError' ? 'timeout' : error.message;
}
