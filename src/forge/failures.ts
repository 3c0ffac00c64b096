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
  /** The remedy for a token that the server refuses. */
  readonly tokenFrom: string;
  /** A source for disturbances: `https://www.githubstatus.com tells of disturbances`. */
  readonly disturbances: string;
  /** Why the token may only read, whatever the workflow says. */
  readonly readOnly?: "fork" | "dependabot" | undefined;
  /** The token is the job's own, of GitLab. */
  readonly isJobToken?: boolean | undefined;
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

interface Case extends Attempt {
  readonly failure: ApiFailure;
  readonly status: number;
  /** The server's message on one line, shortened. */
  readonly said: string;
  /** The status with the message: `(403: Forbidden)`. */
  readonly answer: string;
  /** The same without the address of a documentation page, which fills a line. */
  readonly brief: string;
  /** `set …`, as an end of a remedy. */
  readonly doWithout: string;
  readonly server: Server;
}

/** A kind of failure. `what` follows what has failed, and a colon. A code with `*` begins with the server's prefix. */
interface Row {
  readonly code: string;
  readonly if: (found: Case) => boolean;
  readonly what: (found: Case) => string;
  readonly remedy: (found: Case) => string;
}

const AGAIN = "Run the job again";
const again = ({ server }: Case) => `${AGAIN}; ${server.disturbances}.`;
const tooMany = "accepts no more requests";

const ofKind =
  (kind: ApiFailure["kind"]): Row["if"] =>
  ({ failure }) =>
    failure.kind === kind;
const onGitHub =
  (statuses: readonly number[], message?: RegExp): Row["if"] =>
  ({ server, status, failure }) =>
    server.prefix === "github" && statuses.includes(status) && (message === undefined || message.test(failure.message));
const onGitLab =
  (status: number, message?: RegExp): Row["if"] =>
  (found) =>
    found.server.prefix === "gitlab" && found.status === status && (message?.test(found.failure.message) ?? true);

const NO_ACCESS = /not accessible by (integration|personal access token)/i;
const mayNot =
  (reader: Server["readOnly"]): Row["if"] =>
  (found) =>
    found.server.readOnly === reader && onGitHub([403], NO_ACCESS)(found) && /: (write|admin)$/.test(found.needs);
const IN_SETTINGS = 'Switch it on in the repository\'s settings under "Advanced Security"';

/** The first row that fits counts. */
const ROWS: readonly Row[] = [
  {
    code: "*-unreachable",
    if: ofKind("network"),
    what: ({ server, said }) => `${server.host} cannot be reached (${said})`,
    remedy: ({ server }) =>
      `Open the way to ${server.host} for the runner, or set \`https_proxy\` and \`no_proxy\`; name the file of your own certificate authority with ${server.prefix === "gitlab" ? "CI_SERVER_TLS_CA_FILE" : "SSL_CERT_FILE"} or NODE_EXTRA_CA_CERTS.`,
  },
  {
    code: "*-timeout",
    if: ofKind("timeout"),
    what: ({ server, timeoutMs }) => `${server.host} did not answer within ${timeoutMs / 1000} s`,
    remedy: again,
  },
  {
    code: "*-time-used-up",
    if: ofKind("budget"),
    what: ({ budgetMs }) => `the ${budgetMs / 1000} s for it are used up`,
    remedy: again,
  },
  {
    code: "*-answer-unreadable",
    if: ofKind("unreadable"),
    what: ({ server, said }) => `${server.host} gave an answer that its API does not give (${said})`,
    remedy: ({ server }) => `See whether ${server.variable} or a proxy leads to another server.`,
  },
  {
    code: "*-redirected-elsewhere",
    if: ofKind("elsewhere"),
    what: ({ server, said }) => `${server.host} redirects to ${said}, which must not get the token`,
    remedy: ({ server }) =>
      `See whether ${server.variable} leads to another server, or a proxy in front of it wants a login.`,
  },
  {
    code: "*-request-cancelled",
    if: ofKind("cancelled"),
    what: () => "the run was cancelled",
    remedy: () => `${AGAIN}.`,
  },
  {
    code: "*-rate-limited",
    if: ({ failure }) => isRateLimit(failure),
    what: ({ server, failure, brief }) => `${server.name} ${tooMany} ${untilWhen(failure.headers)} ${brief}`,
    remedy: () => `${AGAIN} then, or use a token with its own limit.`,
  },
  {
    code: "*-token-refused",
    if: ({ status }) => status === 401,
    what: ({ server, brief }) => `${server.name} does not know the token, or it has expired ${brief}`,
    remedy: ({ server, needs }) =>
      server.isJobToken
        ? `The job's own token may not do this on this server: use a project access token with ${needs}.`
        : server.tokenFrom,
  },
  {
    code: "github-conversation-locked",
    if: onGitHub([403], /\blocked\b/i),
    what: () => "the conversation is locked",
    remedy: ({ doWithout }) => `Unlock it, or ${doWithout}.`,
  },
  {
    // `The Dependency graph is disabled for this repository. Please enable it before submitting snapshots.`, as a 404.
    code: "dependency-graph-off",
    if: onGitHub([403, 404], /dependency graph is (?:disabled|not enabled)/i),
    what: ({ answer }) => `the dependency graph is switched off for this repository ${answer}`,
    remedy: ({ doWithout }) => `${IN_SETTINGS}, or ${doWithout}.`,
  },
  {
    // `Advanced Security must be enabled for this repository to use …`.
    code: "code-scanning-off",
    if: onGitHub(
      [403, 404],
      /code scanning is (?:not enabled|disabled)|not enabled for code scanning|(?:code|advanced) security must be enabled/i,
    ),
    what: ({ answer }) => `code scanning is switched off for this repository ${answer}`,
    remedy: ({ doWithout }) =>
      `${IN_SETTINGS} (a private repository needs a licence for GitHub Code Security), or ${doWithout}.`,
  },
  {
    code: "github-archived",
    if: onGitHub([403, 404], /\barchived\b/i),
    what: ({ answer }) => `the repository is archived, so nothing can be written to it ${answer}`,
    remedy: ({ doWithout }) => `Unarchive it, or ${doWithout}.`,
  },
  {
    code: "github-fork-read-only",
    if: mayNot("fork"),
    what: ({ needs, brief }) =>
      `the pull request comes from a fork, and the token of such a run may only read, never \`${needs}\` ${brief}`,
    // Another run can write a comment. For anything else, the branch's own run does it after the merge.
    remedy: ({ without }) =>
      without === undefined
        ? "Judge the report in a `workflow_run` workflow, as docs/fork-pull-requests.md of Image Gate shows, or set `comment: never`."
        : `Set \`${without}\` for pull requests from forks; after the merge the branch's own run does it.`,
  },
  {
    code: "github-dependabot-read-only",
    if: mayNot("dependabot"),
    what: ({ brief }) =>
      `Dependabot started this run, and its token may only read unless the workflow says more ${brief}`,
    remedy: ({ needs }) =>
      `Add \`${needs}\` to the job's \`permissions\`, or judge the report in a \`workflow_run\` workflow as docs/fork-pull-requests.md of Image Gate shows.`,
  },
  {
    code: "github-permission-missing",
    if: onGitHub([403], NO_ACCESS),
    what: ({ answer }) => `the token lacks a permission ${answer}`,
    remedy: ({ needs, failure }) => {
      const others = acceptedPermissions(failure.headers["x-accepted-github-permissions"]);
      const hint = others.length > 0 ? ` GitHub would accept any of these: ${others.join(" or ")}.` : "";
      return `Add \`${needs}\` to the job's \`permissions\`.${hint}`;
    },
  },
  {
    code: "*-refused",
    if: onGitHub([403]),
    what: ({ server, answer }) => `${server.name} refused it ${answer}`,
    remedy: ({ needs }) =>
      `Give the token \`${needs}\`, and see whether a rule of the organization (single sign-on, allowed addresses) or an archived repository stands in the way.`,
  },
  {
    code: "gitlab-forbidden",
    if: onGitLab(403),
    what: ({ server, answer }) => `${server.name} does not allow it to this token ${answer}`,
    remedy: ({ needs }) => `Give the token ${needs}.`,
  },
  {
    code: "*-not-found",
    if: ({ status }) => status === 404,
    what: ({ server, brief }) => `${server.name} finds nothing there, or hides it from this token ${brief}`,
    remedy: ({ server, needs }) =>
      server.prefix === "github"
        ? `Give the token \`${needs}\` for this repository; a job's \`permissions\` set everything that they do not name to none.`
        : `Give the token ${needs} in the project that has it; a token of a fork does not reach the target project.`,
  },
  {
    code: "issues-off",
    if: onGitHub([410], /issues .*disabled/i),
    what: ({ answer }) => `issues are switched off for this repository ${answer}`,
    remedy: ({ doWithout }) => `Switch them on in its settings, or ${doWithout}.`,
  },
  {
    code: "github-gone",
    if: onGitHub([410]),
    what: ({ brief }) => `it is gone, or switched off for this repository ${brief}`,
    remedy: ({ doWithout }) => `Look in the repository's settings, or ${doWithout}.`,
  },
  {
    code: "github-too-large",
    if: onGitHub([413]),
    what: ({ server, answer }) => `${server.name} finds it too large ${answer}`,
    remedy: ({ doWithout }) => `Judge fewer targets in one step, or ${doWithout}; please report this to Image Gate.`,
  },
  {
    code: "github-text-too-long",
    if: onGitHub([422], /too long|maximum is \d+/i),
    what: ({ server, answer }) => `${server.name} finds the text too long ${answer}`,
    remedy: () => "Read the job summary, which has more room; please report this to Image Gate.",
  },
  {
    code: "github-text-refused",
    if: onGitHub([422]),
    what: ({ server, answer }) => `${server.name} did not accept the request ${answer}`,
    remedy: () => "Read the job summary; if it happens again, please report this to Image Gate.",
  },
  {
    // GitLab takes at most 5,000 notes of a merge request.
    code: "gitlab-notes-full",
    if: onGitLab(400, /maximum number of comments exceeded/i),
    what: ({ answer }) => `the merge request has as many notes as GitLab allows ${answer}`,
    remedy: () => "Delete some of its notes, or open a new merge request.",
  },
  {
    code: "*-unavailable",
    if: ({ status }) => status >= 500,
    what: ({ server, answer }) => `${server.name} answered ${answer}`,
    remedy: again,
  },
  {
    code: "*-refused",
    if: () => true,
    what: ({ server, answer }) => `${server.name} did not accept the request ${answer}`,
    remedy: ({ server }) => `${AGAIN}; if it stays, please report it to Image Gate, with the words of ${server.name}.`,
  },
];

/** Turns a failed request into code, cause and remedy. */
export function describeFailure(failure: ApiFailure, attempt: Attempt, server: Server): ReportingError {
  const { status = 0, message } = failure;
  const inBrackets = (text: string) => (text === "" ? `(${status})` : `(${status}: ${text})`);
  const found: Case = {
    ...attempt,
    failure,
    status,
    said: quoted(message),
    answer: inBrackets(quoted(message)),
    brief: inBrackets(quoted(message.replace(/ - https:\/\/docs\.github\.com\S*$/, ""))),
    doWithout: `set \`${attempt.without ?? "comment: never"}\``,
    server,
  };
  const row = ROWS.find((each) => each.if(found)) as Row;
  const described = {
    code: row.code.replace("*", server.prefix),
    what: `${attempt.failed}: ${row.what(found)}`,
    remedy: row.remedy(found),
  };
  return new ReportingError(described, failure);
}

const ABOUT_ONE: ReadonlySet<number | undefined> = new Set([400, 413, 422]);

/** Whether the server would also refuse, or fail to answer, the next request of this kind. */
export function concernsAll(thrown: unknown): boolean {
  return thrown instanceof ReportingError && !ABOUT_ONE.has(thrown.status);
}

/**
 * The permissions that GitHub says it would have accepted, in the form that a workflow uses. In the header, `;`
 * separates alternatives and `,` separates permissions that are needed together: `issues=write; pull_requests=write`.
 */
export function acceptedPermissions(header: string | undefined): string[] {
  return (header ?? "").split(";").flatMap((alternative) => {
    const pairs = alternative.split(",").map((pair) => /^\s*([a-z_]+)=(read|write|admin)\s*$/.exec(pair));
    if (pairs.some((pair) => pair === null)) return [];
    return [pairs.map((pair) => `${pair?.[1]?.replaceAll("_", "-")}: ${pair?.[2]}`).join(" with ")];
  });
}

/** Whether there were too many requests. GitLab answers 429 then, GitHub 429 or 403. */
export function isRateLimit({ status, headers, message }: ApiFailure): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  return (
    headers["retry-after"] !== undefined ||
    headers["x-ratelimit-remaining"] === "0" ||
    /secondary rate|rate limit exceeded/i.test(message)
  );
}

function untilWhen(headers: ApiFailure["headers"]): string {
  const seconds = Number(headers["retry-after"]);
  if (headers["retry-after"] !== undefined && Number.isFinite(seconds)) return `for another ${seconds} seconds`;
  const reset = Number(headers["x-ratelimit-reset"]) * 1000;
  // 8.64e15 ms is the last instant that a Date can hold.
  if (headers["x-ratelimit-reset"] !== undefined && Math.abs(reset) <= 8.64e15)
    return `until ${isoSeconds(new Date(reset))}`;
  return "for a minute or more";
}
