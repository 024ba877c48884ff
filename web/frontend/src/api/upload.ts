import { askResume, csrfToken, readJson } from './client';
import { ApiError, problemOf, UNREACHABLE } from './problem';
import type { UploadResult } from './studies';

/** One file over XMLHttpRequest: fetch cannot tell how much of the body has left. */

export interface SendFile {
  readonly file: Blob;
  readonly name: string;
  readonly onProgress: (share: number) => void;
  readonly signal: AbortSignal;
}

interface Answer {
  readonly results: readonly UploadResult[];
}

function once({ file, name, onProgress, signal }: SendFile): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const refuse = (problem: ApiError['problem']): void => reject(new ApiError(problem));
    request.open('POST', '/api/uploads');
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.setRequestHeader('X-File-Name', encodeURIComponent(name));
    request.setRequestHeader('X-CSRF-Token', csrfToken());
    request.setRequestHeader('Accept', 'application/json, application/problem+json');
    request.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable && event.total > 0) onProgress(event.loaded / event.total);
    });
    request.addEventListener('error', () => refuse(UNREACHABLE));
    request.addEventListener('abort', () => reject(new DOMException('cancelled', 'AbortError')));
    request.addEventListener('load', () => {
      const response = new Response(request.responseText, { status: request.status });
      if (request.status >= 200 && request.status < 300) {
        readJson<Answer>(response).then(resolve, () => refuse(UNREACHABLE));
      } else {
        problemOf(response).then(refuse, () => refuse(UNREACHABLE));
      }
    });
    signal.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}

export async function sendFile(job: SendFile): Promise<readonly UploadResult[]> {
  try {
    return (await once(job)).results;
  } catch (reason) {
    const expired = reason instanceof ApiError && reason.status === 401;
    if (!expired || !(await askResume())) throw reason;
    return (await once(job)).results;
  }
}
