import { begin, fetchBegun } from './ahead';
import { ApiError, problemOf, UNREACHABLE } from './problem';

/** The one way to the server: CSRF, problem+json, retry of safe requests, and a sign-in in between when it expired. */

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Request {
  readonly method?: Method;
  readonly json?: unknown;
  readonly body?: Blob;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Sign-in itself must not ask for a sign-in. */
  readonly anonymous?: boolean;
}

/** Asked when the session has expired; resolves true when the same person has signed in again. */
export type ResumeSession = () => Promise<boolean>;

const UNFINISHED: ReadonlySet<string> = new Set(['password-change-needed', 'second-factor-needed']);
const SAFE_RETRIES_MS = [300, 1200] as const;

let csrf = '';
let resume: ResumeSession = () => Promise.resolve(false);
let unfinished: () => void = () => undefined;
let language: 'zh' | 'en' = 'zh';

export function setCsrf(token: string): void {
  csrf = token;
}

export function csrfToken(): string {
  return csrf;
}

export function onExpired(ask: ResumeSession): void {
  resume = ask;
}

/** Told when the server wants something of the sign-in done first, such as a new password. */
export function onUnfinished(tell: () => void): void {
  unfinished = tell;
}

export function askResume(): Promise<boolean> {
  return resume();
}

export function setRequestLanguage(next: 'zh' | 'en'): void {
  language = next;
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((done) => {
    setTimeout(done, milliseconds);
  });

function headersOf(request: Request, method: Method): Headers {
  const headers = new Headers(request.headers);
  headers.set('Accept', 'application/json, application/problem+json');
  headers.set('Accept-Language', language === 'zh' ? 'zh-CN, en;q=0.5' : 'en, zh-CN;q=0.5');
  if (request.json !== undefined) headers.set('Content-Type', 'application/json');
  if (method !== 'GET' && csrf !== '') headers.set('X-CSRF-Token', csrf);
  return headers;
}

async function once(path: string, request: Request, method: Method): Promise<Response> {
  const init: RequestInit = { method, headers: headersOf(request, method), credentials: 'same-origin' };
  if (request.json !== undefined) init.body = JSON.stringify(request.json);
  else if (request.body !== undefined) init.body = request.body;
  if (request.signal !== undefined) init.signal = request.signal;
  let response: Response;
  try {
    response = await (method === 'GET' ? fetchBegun : fetch)(path, init);
  } catch (reason) {
    if (reason instanceof DOMException && reason.name === 'AbortError') throw reason;
    throw new ApiError(UNREACHABLE);
  }
  if (!response.ok) throw new ApiError(await problemOf(response));
  return response;
}

async function withRetry(path: string, request: Request, method: Method): Promise<Response> {
  const waits = method === 'GET' ? SAFE_RETRIES_MS : [];
  for (const wait of waits) {
    try {
      return await once(path, request, method);
    } catch (reason) {
      if (!(reason instanceof ApiError) || !reason.unreachable) throw reason;
      await pause(wait);
    }
  }
  return once(path, request, method);
}

export async function send(path: string, request: Request = {}): Promise<Response> {
  const method = request.method ?? 'GET';
  try {
    return await withRetry(path, request, method);
  } catch (reason) {
    if (reason instanceof ApiError && UNFINISHED.has(reason.code)) unfinished();
    const expired = reason instanceof ApiError && reason.status === 401 && request.anonymous !== true;
    if (!expired || !(await resume())) throw reason;
    return withRetry(path, request, method);
  }
}

/** The one place where an answer gets its type: the shape is the server's contract, an empty answer is undefined. */
export async function readJson<T>(response: Response): Promise<T> {
  const body = await response.text();
  const value: unknown = body === '' ? undefined : JSON.parse(body);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the contract tests of the routes guard the shape
  return value as T;
}

/** Ask ahead for what `call` will be asked for soon; undefined when it is refused or does not come. */
export async function callAhead<T>(path: string): Promise<T | undefined> {
  const response = await begin(path, { headers: headersOf({}, 'GET'), credentials: 'same-origin' });
  return response && readJson<T>(response);
}

export async function call<T>(path: string, request: Request = {}): Promise<T> {
  return readJson<T>(await send(path, request));
}

export function query(values: Readonly<Record<string, string | number | boolean | null | undefined>>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== null && value !== '') parameters.set(name, String(value));
  }
  const rendered = parameters.toString();
  return rendered === '' ? '' : `?${rendered}`;
}

/** One segment of an address. */
export const segment = encodeURIComponent;
