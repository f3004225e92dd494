import { texts } from "../texts";

interface FieldProblem {
  field: string;
  detail: string;
}

/** What the server said when it could not do what was asked (RFC 9457); `message` tells the user what to do. */
export class Problem extends Error {
  override readonly name = "Problem";

  constructor(
    /** The HTTP status, or 0 if there was no answer. */
    readonly status: number,
    detail: string,
    /** What is wrong with single fields, by the field's name. */
    readonly fields: ReadonlyMap<string, string> = new Map(),
  ) {
    super(detail);
  }

  /** No answer at all: the server is away, or we are offline. */
  static offline(): Problem {
    return new Problem(0, texts.problem.offline);
  }

  static async of(response: Response): Promise<Problem> {
    return Problem.parse(response.status, await response.text());
  }

  static parse(status: number, body: string): Problem {
    const fallback = new Problem(status, texts.problem.unreadable(status));
    try {
      const read: unknown = JSON.parse(body);
      if (!isProblem(read)) return fallback;
      const errors = (read.errors ?? []).map((one) => [one.field, one.detail] as const);
      return new Problem(status, read.detail, new Map(errors));
    } catch {
      return fallback;
    }
  }
}

function isProblem(read: unknown): read is { detail: string; errors?: FieldProblem[] } {
  return typeof read === "object" && read !== null && "detail" in read && typeof read.detail === "string";
}

/** Whether the same request may yet succeed: a server that is away or busy comes back, what it refused it refuses again. */
export function mayPass(error: unknown): boolean {
  return !(error instanceof Problem) || error.status === 0 || error.status === 429 || error.status >= 500;
}

/** What to tell the user about any error. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
