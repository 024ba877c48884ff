/** What the server says when it refuses: RFC 9457 problem details with a stable code and words in two languages. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly detailEn: string;
}

export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(`${problem.code}: ${problem.detailEn}`);
    this.name = 'ApiError';
    this.problem = problem;
  }

  get status(): number {
    return this.problem.status;
  }

  get code(): string {
    return this.problem.code;
  }

  /** The request never got an answer (or a gateway on the way gave up): the same request may be sent again. */
  get unreachable(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }
}

export const UNREACHABLE: Problem = {
  status: 0,
  code: 'network-unreachable',
  detail: '连接不上服务器，请检查网络。',
  detailEn: 'The server cannot be reached. Please check the network.',
};

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Read a refusal, whatever shape it has: a proxy's HTML page must still become a sentence. */
export async function problemOf(response: Response): Promise<Problem> {
  const fallback = `HTTP ${response.status}`;
  try {
    const body: unknown = await response.json();
    if (typeof body === 'object' && body !== null) {
      const fields = new Map<string, unknown>(Object.entries(body));
      const title = text(fields.get('title')) || fallback;
      const detail = text(fields.get('detail')) || title;
      return {
        status: response.status,
        code: text(fields.get('code')) || `http-${response.status}`,
        detail,
        detailEn: text(fields.get('detail_en')) || detail,
      };
    }
  } catch {
    // Not JSON: the status line is all there is to say.
  }
  return { status: response.status, code: `http-${response.status}`, detail: fallback, detailEn: fallback };
}

export function toApiError(reason: unknown): ApiError {
  return reason instanceof ApiError ? reason : new ApiError(UNREACHABLE);
}
