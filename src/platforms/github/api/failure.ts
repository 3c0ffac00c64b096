import { isoSeconds } from "../../../domain/dates.ts";
import type { Described } from "../../../domain/verdict.ts";
import { type ApiFailure, quoted, ReportingError } from "../../api-failure.ts";
import type { GitHubEvent } from "../event.ts";

/** What was tried, for the error message. */
export interface Attempt {
  /** `The comment on pull request #7 could not be written`, without a full stop. */
  readonly failed: string;
  /** What a workflow's `permissions` must include: `pull-requests: write`. */
  readonly permission: string;
  /** The setting that avoids the request; `comment: never` by default. */
  readonly without?: string | undefined;
  /** Limits for one request and for all of them together, in milliseconds. */
  readonly timeoutMs: number;
  readonly budgetMs: number;
}

const ABOUT_ONE: ReadonlySet<number | undefined> = new Set([400, 413, 422]);

/** Whether GitHub would also refuse, or fail to answer, the next request of this kind. */
export function concernsAll(thrown: unknown): boolean {
  return thrown instanceof ReportingError && !ABOUT_ONE.has(thrown.status);
}

type Situation = Pick<GitHubEvent, "name" | "apiUrl" | "pullRequest" | "privileged" | "dependabot">;

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

/** Whether GitHub refused because of too many requests. It answers 429 or 403 then. */
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

/** Another run can write a comment. For anything else, the branch's own run does it after the merge. */
function withoutFork({ without }: Attempt): string {
  return without === undefined
    ? "Judge the report in a `workflow_run` workflow, as docs/fork-pull-requests.md of Image Gate shows, or set `comment: never`."
    : `Set \`${without}\` for pull requests from forks; after the merge the branch's own run does it.`;
}

function doWithout({ without = "comment: never" }: Attempt): string {
  return `set \`${without}\``;
}

/** The status with GitHub's message, without the address of a documentation page: `(401: Bad credentials)`. */
function answered({ status, message }: ApiFailure): string {
  const text = quoted(message.replace(/ - https:\/\/docs\.github\.com\S*$/, ""));
  return text === "" ? `(${status})` : `(${status}: ${text})`;
}

function readOnlyToken(failure: ApiFailure, attempt: Attempt, situation: Situation): Described | undefined {
  const { failed, permission } = attempt;
  if (situation.pullRequest?.fork && !situation.privileged)
    return {
      code: "github-fork-read-only",
      what: `${failed}: the pull request comes from a fork, and the token of such a run may only read, never \`${permission}\` ${answered(failure)}`,
      remedy: withoutFork(attempt),
    };
  if (situation.dependabot)
    return {
      code: "github-dependabot-read-only",
      what: `${failed}: Dependabot started this run, and its token may only read unless the workflow says more ${answered(failure)}`,
      remedy: `Add \`${permission}\` to the job's \`permissions\`, or judge the report in a \`workflow_run\` workflow as docs/fork-pull-requests.md of Image Gate shows.`,
    };
  return undefined;
}

/**
 * GitHub's message if a repository has no code scanning:
 * `Advanced Security must be enabled for this repository to use …`.
 */
const SWITCHED_OFF =
  /code scanning is (?:not enabled|disabled)|not enabled for code scanning|(?:code|advanced) security must be enabled/i;

/** `The Dependency graph is disabled for this repository. Please enable it before submitting snapshots.`, as a 404. */
const WITHOUT_GRAPH = /dependency graph is (?:disabled|not enabled)/i;

/** The repository is archived or has the feature switched off, so no token could do it. */
function closed({ message, status }: ApiFailure, attempt: Attempt): Described | undefined {
  const { failed } = attempt;
  if (WITHOUT_GRAPH.test(message))
    return {
      code: "dependency-graph-off",
      what: `${failed}: the dependency graph is switched off for this repository (${status}: ${quoted(message)})`,
      remedy: `Switch it on in the repository's settings under "Advanced Security", or ${doWithout(attempt)}.`,
    };
  if (SWITCHED_OFF.test(message))
    return {
      code: "code-scanning-off",
      what: `${failed}: code scanning is switched off for this repository (403: ${quoted(message)})`,
      remedy: `Switch it on in the repository's settings under "Advanced Security" (a private repository needs a licence for GitHub Code Security), or ${doWithout(attempt)}.`,
    };
  if (/\barchived\b/i.test(message))
    return {
      code: "github-archived",
      what: `${failed}: the repository is archived, so nothing can be written to it (403: ${quoted(message)})`,
      remedy: `Unarchive it, or ${doWithout(attempt)}.`,
    };
  return undefined;
}

/** A 403 that is not a rate limit. */
function forbidden(failure: ApiFailure, attempt: Attempt, situation: Situation): Described {
  const { failed, permission } = attempt;
  if (/\blocked\b/i.test(failure.message))
    return {
      code: "github-conversation-locked",
      what: `${failed}: the conversation is locked`,
      remedy: `Unlock it, or ${doWithout(attempt)}.`,
    };
  const shut = closed(failure, attempt);
  if (shut !== undefined) return shut;
  const named = /not accessible by (integration|personal access token)/i.test(failure.message);
  if (!named)
    return {
      code: "github-refused",
      what: `${failed}: GitHub refused it (403: ${quoted(failure.message)})`,
      remedy: `Give the token \`${permission}\`, and see whether a rule of the organization (single sign-on, allowed addresses) or an archived repository stands in the way.`,
    };
  const readOnly = /: (write|admin)$/.test(permission) ? readOnlyToken(failure, attempt, situation) : undefined;
  if (readOnly) return readOnly;
  const others = acceptedPermissions(failure.headers["x-accepted-github-permissions"]);
  const hint = others.length > 0 ? ` GitHub would accept any of these: ${others.join(" or ")}.` : "";
  return {
    code: "github-permission-missing",
    what: `${failed}: the token lacks a permission (403: ${quoted(failure.message)})`,
    remedy: `Add \`${permission}\` to the job's \`permissions\`.${hint}`,
  };
}

function unprocessable(failure: ApiFailure, { failed }: Attempt): Described {
  if (/too long|maximum is \d+/i.test(failure.message))
    return {
      code: "github-text-too-long",
      what: `${failed}: GitHub finds the text too long (422: ${quoted(failure.message)})`,
      remedy: "Read the job summary, which has more room; please report this to Image Gate.",
    };
  return {
    code: "github-text-refused",
    what: `${failed}: GitHub did not accept the request (422: ${quoted(failure.message)})`,
    remedy: "Read the job summary; if it happens again, please report this to Image Gate.",
  };
}

function notFound(failure: ApiFailure, { failed, permission }: Attempt): Described {
  return {
    code: "github-not-found",
    what: `${failed}: GitHub finds nothing there, or hides it from this token ${answered(failure)}`,
    remedy: `Give the token \`${permission}\` for this repository; a job's \`permissions\` set everything that they do not name to none.`,
  };
}

function byStatus(failure: ApiFailure, attempt: Attempt, situation: Situation): Described {
  const { failed } = attempt;
  if (isRateLimit(failure))
    return {
      code: "github-rate-limited",
      what: `${failed}: GitHub accepts no more requests ${untilWhen(failure.headers)} ${answered(failure)}`,
      remedy: "Run the job again then, or give `token` one with a limit of its own.",
    };
  switch (failure.status) {
    case 400:
      return {
        code: "github-refused",
        what: `${failed}: GitHub answered 400 (${quoted(failure.message)})`,
        remedy: "Please report this to Image Gate, with GitHub's words.",
      };
    case 401:
      return {
        code: "github-token-refused",
        what: `${failed}: GitHub does not know the token, or it has expired ${answered(failure)}`,
        remedy: "Leave the input `token` at its default, or renew the secret that it is taken from.",
      };
    case 403:
      return forbidden(failure, attempt, situation);
    case 404:
      return closed(failure, attempt) ?? notFound(failure, attempt);
    case 410:
      return {
        code: "github-gone",
        what: `${failed}: it is gone, or switched off for this repository ${answered(failure)}`,
        remedy: `Look in the repository's settings, or ${doWithout(attempt)}.`,
      };
    case 413:
      return {
        code: "github-too-large",
        what: `${failed}: GitHub finds it too large (413: ${quoted(failure.message)})`,
        remedy: `Judge fewer targets in one step, or ${doWithout(attempt)}; please report this to Image Gate.`,
      };
    case 422:
      return unprocessable(failure, attempt);
    default:
      return {
        code: (failure.status ?? 0) >= 500 ? "github-unavailable" : "github-refused",
        what: `${failed}: GitHub answered ${failure.status} (${quoted(failure.message)})`,
        remedy: "Run the job again; https://www.githubstatus.com tells of disturbances.",
      };
  }
}

/** Turns a failed request into code, cause and remedy. Pure. */
export function describeApiFailure(failure: ApiFailure, attempt: Attempt, situation: Situation): Described {
  const { failed } = attempt;
  const host = URL.canParse(situation.apiUrl) ? new URL(situation.apiUrl).host : "GitHub";
  switch (failure.kind) {
    case "status":
      return byStatus(failure, attempt, situation);
    case "network":
      return {
        code: "github-unreachable",
        what: `${failed}: ${host} cannot be reached (${quoted(failure.message)})`,
        remedy: `Open port 443 to ${host} for the runner, or set \`https_proxy\` and \`no_proxy\`; name the file of your own certificate authority by SSL_CERT_FILE or NODE_EXTRA_CA_CERTS.`,
      };
    case "timeout":
      return {
        code: "github-timeout",
        what: `${failed}: ${host} did not answer within ${attempt.timeoutMs / 1000} s`,
        remedy: "Run the job again; https://www.githubstatus.com tells of disturbances.",
      };
    case "budget":
      return {
        code: "github-time-used-up",
        what: `${failed}: the ${attempt.budgetMs / 1000} s for reporting are used up`,
        remedy: "Run the job again; https://www.githubstatus.com tells of disturbances.",
      };
    case "unreadable":
      return {
        code: "github-answer-unreadable",
        what: `${failed}: ${host} gave an answer that is not what GitHub's API gives (${quoted(failure.message)})`,
        remedy: "See whether GITHUB_API_URL or a proxy leads to another server.",
      };
    case "elsewhere":
      return {
        code: "github-redirected-elsewhere",
        what: `${failed}: ${host} redirects to another server (${quoted(failure.message)}), which must not get the token`,
        remedy: "See whether GITHUB_API_URL or a proxy leads to another server.",
      };
    case "cancelled":
      return {
        code: "github-request-cancelled",
        what: `${failed}: the run was cancelled`,
        remedy: "Run the job again.",
      };
  }
}
