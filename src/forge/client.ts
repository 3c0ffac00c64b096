import type { z } from "zod";
import type { ApiFailure } from "./api-failure.ts";
import { describeFailure, type Server } from "./failures.ts";
import { type Limits, type RetryRule, type Sent, sender } from "./sender.ts";

/** A request to a server's API, and what its error's message must say. */
export interface Request {
  /** Method and path: `GET /projects/{project}/issues`; on GitHub below the repository's own path. */
  readonly route: string;
  /** Values by name. Those in braces in the route are encoded into it; the others are the query, or a POST's body. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** `The comments of pull request #7 could not be read`, without a full stop. */
  readonly failed: string;
  /** What the token must be allowed: `pull-requests: write`, or a scope and a role. */
  readonly needs: string;
  /** The setting that avoids the request; `comment: never` by default. */
  readonly without?: string;
  /** It may be sent twice, although it is a POST. */
  readonly repeatable?: boolean;
  /** Longest answer in bytes. */
  readonly maxBytes?: number;
}

/** Makes requests that need the same right. */
export function requestsWith(right: Pick<Request, "needs" | "without">) {
  return (route: string, parameters: Readonly<Record<string, unknown>>, failed: string): Request => ({
    route,
    parameters,
    failed,
    ...right,
  });
}

/** A page of a list. */
export interface Page<T> {
  readonly data: T;
  /** The parameters of the next page, by the link that the server gives; undefined: this is the last one. */
  readonly next: Readonly<Record<string, string>> | undefined;
}

/** Sends a request once. @param isRaw whether to return the answer's bytes instead of its JSON */
export type Exchange = (request: Request, isRaw: boolean, signal: AbortSignal) => Promise<Sent>;

/** Limits of a client; without them 10 s for a request, and 30 s for all. */
export type ClientLimits = { readonly [Name in keyof Limits]?: Limits[Name] | undefined };

/** A connection to a server's API. Everything that it throws is a `ReportingError`. */
export interface Client {
  call<T>(request: Request, schema: z.ZodType<T>): Promise<Page<T>>;
  /**
   * The pages of a list, at most `most`.
   * @param tooMany the error if there are more; without it the rest is left out
   */
  pages<T>(request: Request, schema: z.ZodType<T>, most: number, tooMany?: () => Error): AsyncGenerator<T>;
  /** The same pages as one list. */
  all<T>(request: Request, schema: z.ZodType<readonly T[]>, most: number): Promise<T[]>;
  /** The bytes of a file. */
  bytes(request: Request): Promise<Buffer>;
  /** Sends a request by another function. */
  send(request: Request, exchange: Exchange, rule?: RetryRule): Promise<Sent>;
}

/**
 * A client; nothing is sent yet. While the budget lasts, it waits for rate limits and repeats requests after temporary
 * faults. Each client has its own budget: reading at the beginning of a run and reporting at its end use separate ones.
 */
export function client(server: Server, usual: Exchange, limits: ClientLimits): Client {
  const { timeoutMs = 10_000, budgetMs = 30_000 } = limits;
  const sendWithin = sender({ ...limits, timeoutMs, budgetMs });
  const failed = ({ failed, needs, without }: Request, failure: ApiFailure) =>
    describeFailure(failure, { failed, needs, without, timeoutMs, budgetMs }, server);

  async function sent(request: Request, isRaw: boolean, exchange: Exchange, rule?: RetryRule): Promise<Sent> {
    // A second POST could write a second comment.
    const repeatable = request.repeatable ?? !request.route.startsWith("POST ");
    const result = await sendWithin((signal) => exchange(request, isRaw, signal), rule ?? { repeatable });
    if ("kind" in result) throw failed(request, result);
    return result;
  }
  async function call<T>(request: Request, schema: z.ZodType<T>): Promise<Page<T>> {
    const { data, headers } = await sent(request, false, usual);
    const parsed = schema.safeParse(data);
    if (parsed.success) return { data: parsed.data, next: nextPage(headers) };
    const path = parsed.error.issues[0]?.path.map(String).join(".");
    const message = typeof data === "string" ? "not JSON" : `unexpected value at ${path || "the top"}`;
    throw failed(request, { kind: "unreadable", message, headers: {} });
  }
  async function* pages<T>(request: Request, schema: z.ZodType<T>, most: number, tooMany?: () => Error) {
    let { parameters = {} } = request;
    for (let page = 1; page <= most; page++) {
      const { data, next } = await call({ ...request, parameters }, schema);
      yield data;
      if (next === undefined) return;
      parameters = { ...parameters, ...next };
    }
    if (tooMany) throw tooMany();
  }
  return {
    call,
    pages,
    async all<T>(request: Request, schema: z.ZodType<readonly T[]>, most: number) {
      const found: T[] = [];
      for await (const page of pages(request, schema, most)) found.push(...page);
      return found;
    },
    bytes: async (request) => (await sent(request, true, usual)).data as Buffer,
    send: (request, exchange, rule) => sent(request, true, exchange, rule),
  };
}

/**
 * Only the query of the link counts: a server behind a proxy may name itself by another address. If the proxy drops the
 * link, GitLab has the page's number in a header of its own.
 */
function nextPage({ link = "", "x-next-page": page = "" }: Sent["headers"]): Page<unknown>["next"] {
  const [, address = ""] = /<([^>]*)>\s*;\s*rel="?next"?/.exec(String(link)) ?? [];
  if (URL.canParse(address)) return Object.fromEntries(new URL(address).searchParams);
  return /^\d{1,9}$/.test(String(page)) ? { page: String(page) } : undefined;
}
