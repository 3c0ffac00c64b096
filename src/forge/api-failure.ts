import type { Problem } from "../domain/verdict.ts";
import { GateError } from "../system/errors.ts";

/** Why a request to a platform's API failed. */
export interface ApiFailure {
  readonly kind: "status" | "network" | "timeout" | "unreadable" | "cancelled";
  /** HTTP status; only if the kind is `status`. */
  readonly status?: number | undefined;
  /** The message from the platform or the network; it is shown shortened, on one line. */
  readonly message: string;
  /** The names are in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/**
 * A request to a platform's API failed. If the request only reports, it is a warning and does not change the verdict.
 */
export class ReportingError extends GateError {
  /** The platform's HTTP status, if it answered. */
  readonly status: number | undefined;

  constructor({ code, what, remedy }: Problem, failure?: Pick<ApiFailure, "status">, options?: { cause?: unknown }) {
    super(code, what, remedy, options);
    this.status = failure?.status;
  }
}

/** A platform's message on one line, shortened to `most` UTF-16 units, without control characters. */
export function quoted(message: string, most = 200): string {
  const line = message.replace(/[\p{C}\p{Z}]+/gu, " ").trim();
  return line.length > most ? `${line.slice(0, most)} …` : line;
}

/** For `catch`: handles a failed request. Any other error is thrown again. */
export function onFailure<T>(handle: (failure: ReportingError) => T): (thrown: unknown) => T {
  return (thrown) => {
    if (thrown instanceof ReportingError) return handle(thrown);
    throw thrown;
  };
}

/** The answer; undefined if the server answered with one of these statuses instead. */
export function unlessStatus<T>(statuses: readonly number[], request: Promise<T>): Promise<T | undefined> {
  return request.catch(
    onFailure((failure) => {
      if (!statuses.includes(failure.status ?? 0)) throw failure;
      return undefined;
    }),
  );
}
