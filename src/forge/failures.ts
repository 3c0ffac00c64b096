import { isoSeconds } from "../domain/dates.ts";
import { type ApiFailure, quoted, ReportingError } from "./api-failure.ts";

/** The server that is asked, as far as the words of a failure depend on it. */
export interface Server {
  /** The beginning of its codes. */
  readonly prefix: "github" | "gitlab";
  /** `GitHub`; `the server` if it only has GitHub's API. */
  readonly name: string;
  readonly host: string;
  /** The variable with its API's address. */
  readonly variable: string;
  /** The remedy for a token that the server refuses; `{needs}` in it is the permission. */
  readonly tokenFrom: string;
  /** The remedy for data that it hides from the token, as a clause. */
  readonly hidden: string;
  /** The variable that names a file of authorities. */
  readonly authority: string;
  /** A source for disturbances: `https://www.githubstatus.com tells of disturbances`. */
  readonly disturbances: string;
  /** The run is a fork's, so that its token may only read, whatever the workflow says. */
  readonly isFork?: boolean | undefined;
}

/** The request that was tried, for the error message. */
export interface Attempt {
  /** `The comment on pull request #7 could not be written`, without a full stop. */
  readonly failed: string;
  /** The token's permission: `pull-requests: write` on GitHub, a scope and a role on GitLab. */
  readonly needs: string;
  /** The setting that avoids the request; `comment: never` by default. */
  readonly without?: string | undefined;
  /** Limits for one request and for all of them together, in milliseconds. */
  readonly timeoutMs: number;
  readonly budgetMs: number;
}

interface Case extends Attempt, Pick<ApiFailure, "kind" | "headers" | "message"> {
  readonly status: number;
  readonly server: Server;
}

/**
 * A kind of failure. `what` follows the failed action and a colon. Words in braces are filled in from {@link wordsOf}.
 * A code with `*` begins with the server's prefix; any other row belongs to one server.
 */
interface Row {
  readonly code: string;
  readonly if: (found: Case) => boolean;
  readonly what: string;
  readonly remedy: string;
}

const AGAIN = "Run the job again";

const ofKind =
  (kind: ApiFailure["kind"]): Row["if"] =>
  (found) =>
    found.kind === kind;
const says =
  (statuses: readonly number[], wanted: RegExp): Row["if"] =>
  ({ status, message }) =>
    statuses.includes(status) && wanted.test(message);

/** GitHub's words. */
const hasNoAccess = says([403], /not accessible by (integration|personal access token)/i);

/** The first row that fits counts. */
const ROWS: readonly Row[] = [
  {
    code: "*-unreachable",
    if: ofKind("network"),
    what: "{host} cannot be reached ({said})",
    remedy:
      "Open the way to {host} for the runner, or set `https_proxy` and `no_proxy`; name the file of your certificate authority in {authority} or NODE_EXTRA_CA_CERTS.",
  },
  {
    code: "*-timeout",
    if: ofKind("timeout"),
    what: "{host} did not answer in time ({seconds} s for a request, {allSeconds} s for all)",
    remedy: `${AGAIN}; {disturbances}.`,
  },
  {
    code: "*-answer-unreadable",
    if: ofKind("unreadable"),
    what: "{host} gave an unexpected answer ({said})",
    remedy: "See whether {variable} or a proxy leads to another server, or a proxy in front of it wants a login.",
  },
  {
    code: "*-request-cancelled",
    if: ofKind("cancelled"),
    what: "the run was cancelled",
    remedy: `${AGAIN}.`,
  },
  {
    code: "*-rate-limited",
    if: isRateLimit,
    what: "{name} accepts no more requests {until} {answer}",
    remedy: `${AGAIN} then, or use a token with its own limit.`,
  },
  {
    code: "*-token-refused",
    if: ({ status }) => status === 401,
    what: "{name} does not know the token, or it has expired {answer}",
    remedy: "{tokenFrom}",
  },
  {
    code: "github-conversation-locked",
    if: says([403], /\blocked\b/i),
    what: "the conversation is locked",
    remedy: "Unlock it, or {doWithout}.",
  },
  {
    // `The Dependency graph is disabled for this repository.` is a 404, `Issues are disabled for this repo` a 410.
    code: "github-switched-off",
    if: says([403, 404, 410], /\bdisabled\b|not enabled|must be enabled|\barchived\b/i),
    what: "the repository is archived, or this is switched off for this repository {answer}",
    remedy:
      "Switch it on in the repository's settings, unarchive the repository, or {doWithout}. Code scanning of a private repository needs a licence for GitHub Code Security.",
  },
  {
    code: "github-fork-read-only",
    if: (found) => found.server.isFork === true && hasNoAccess(found) && /: (write|admin)$/.test(found.needs),
    what: "the pull request comes from a fork, and the token of such a run may only read, never {needs} {answer}",
    remedy:
      "For pull requests from forks {doWithout}, or use a run with more rights, as docs/fork-pull-requests.md of Image Gate shows.",
  },
  {
    // A run that Dependabot started may only read as well, unless the workflow says more.
    code: "github-permission-missing",
    if: hasNoAccess,
    what: "the token lacks a permission {answer}",
    remedy: "Add {needs} to the job's `permissions`.",
  },
  {
    code: "*-forbidden",
    if: ({ status }) => status === 403,
    what: "{name} does not allow it to this token {answer}",
    remedy: "Give the token {needs}, and see whether a rule is in the way (single sign-on, allowed addresses).",
  },
  {
    code: "*-not-found",
    if: ({ status }) => status === 404,
    what: "{name} finds nothing there, or hides it from this token {answer}",
    remedy: "Give the token {needs} where it is looked for; {hidden}.",
  },
  {
    // GitLab takes at most 5,000 notes of a merge request: `Maximum number of comments exceeded`, a 400.
    code: "*-over-limit",
    if: (found) => found.status === 413 || says([400, 422], /too long|\bmaximum\b/i)(found),
    what: "it is over a limit of {name} {answer}",
    remedy:
      "Do what the answer asks for, or {doWithout}. If no limit of yours is meant, please report it to Image Gate.",
  },
  {
    code: "*-unavailable",
    if: ({ status }) => status >= 500,
    what: "{name} answered {answer}",
    remedy: `${AGAIN}; {disturbances}.`,
  },
  {
    code: "*-refused",
    if: () => true,
    what: "{name} did not accept the request {answer}",
    remedy: `${AGAIN}; if it stays, please report it to Image Gate, with the words of {name}.`,
  },
];

function wordsOf({ server, without, needs, status, message, headers, timeoutMs, budgetMs }: Case) {
  const free = limitEndsAt({ headers });
  const said = quoted(message.replace(/ - https:\/\/docs\.github\.com\S*$/, ""));
  return {
    ...server,
    needs: needs.replace(/^[a-z-]+: [a-z]+$/, "`$&`"),
    /** The server's message on one line, shortened; and the status with it: `(403: Forbidden)`. */
    said,
    answer: said === "" ? `(${status})` : `(${status}: ${said})`,
    doWithout: `set \`${without ?? "comment: never"}\``,
    until: free === undefined ? "for a minute or more" : `until ${isoSeconds(new Date(free))}`,
    seconds: timeoutMs / 1000,
    allSeconds: budgetMs / 1000,
  };
}

/** Turns a failed request into code, cause and remedy. */
export function describeFailure(failure: ApiFailure, attempt: Attempt, server: Server): ReportingError {
  const found: Case = { ...attempt, status: 0, ...failure, server };
  const isHere = ({ code }: Row) => code.startsWith("*") || code.startsWith(server.prefix);
  const row = ROWS.find((each) => isHere(each) && each.if(found)) as Row;
  const words = new Map<string, unknown>(Object.entries(wordsOf(found)));
  const filled = (text: string) => text.replace(/\{(\w+)\}/g, (_, name) => String(words.get(name)));
  const described = {
    code: row.code.replace("*", server.prefix),
    what: `${attempt.failed}: ${filled(row.what)}`,
    remedy: filled(row.remedy.replace("{tokenFrom}", server.tokenFrom)),
  };
  return new ReportingError(described, failure);
}

/**
 * True if a failure concerns only the data of this request. After any other, the server would refuse the next one too.
 */
export function concernsOne({ code }: { readonly code: string }): boolean {
  return /-(?:refused|over-limit)$/.test(code) && !code.endsWith("token-refused");
}

/** True if there were too many requests. GitLab answers 429 then, GitHub 429 or 403. */
export function isRateLimit({ status, headers, message }: Pick<ApiFailure, "status" | "headers" | "message">): boolean {
  if (status !== 403) return status === 429;
  const isNamed = headers["retry-after"] !== undefined || headers["x-ratelimit-remaining"] === "0";
  return isNamed || /secondary rate|rate limit exceeded/i.test(message);
}

/** When a server takes requests again that has limited them, in milliseconds since 1970. Undefined: it does not say. */
export function limitEndsAt({ headers }: Pick<ApiFailure, "headers">): number | undefined {
  const { "retry-after": after = "", "x-ratelimit-remaining": left, "x-ratelimit-reset": reset = "" } = headers;
  if (/^\d{1,9}$/.test(after)) return Date.now() + Number(after) * 1000;
  return left === "0" && /^\d{1,11}$/.test(reset) ? Number(reset) * 1000 : undefined;
}
