import { type ApiFailure, quoted, ReportingError } from "../../api-failure.ts";

/** What was tried, for the error's message. */
export interface Attempt {
  /** `The note on !7 could not be written`, without a full stop. */
  readonly failed: string;
  /** What the token needs: `the scope \`api\` and the role Reporter`. */
  readonly needs: string;
  readonly host: string;
  /** Limits for one request and for all of them together, in milliseconds. */
  readonly timeoutMs: number;
  readonly budgetMs: number;
  /** The request was sent with the job's own token. */
  readonly isJobToken: boolean;
}

/** The status with GitLab's message: `(403: Forbidden)`. */
function answered({ status, message }: ApiFailure): string {
  const text = quoted(message);
  return text === "" ? `(${status})` : `(${status}: ${text})`;
}

/** GitLab takes at most 5,000 notes of a merge request. */
const NOTES_FULL = /maximum number of comments exceeded/i;

function rightsError(failure: ApiFailure, { failed, needs, isJobToken }: Attempt): ReportingError {
  const { status } = failure;
  if (status === 401)
    return new ReportingError(
      {
        code: "gitlab-token-refused",
        what: `${failed}: GitLab does not accept the token ${answered(failure)}`,
        remedy: isJobToken
          ? `The job's own token may not do this on this server: use a project access token with ${needs}.`
          : "It may have expired, been revoked or be of another server: make a new project access token.",
      },
      failure,
    );
  if (status === 403)
    return new ReportingError(
      {
        code: "gitlab-forbidden",
        what: `${failed}: GitLab does not allow it to this token ${answered(failure)}`,
        remedy: `Give the token ${needs}.`,
      },
      failure,
    );
  return new ReportingError(
    {
      code: "gitlab-not-found",
      what: `${failed}: GitLab finds nothing there, or hides it from this token ${answered(failure)}`,
      remedy: `Give the token ${needs} in the project that has it; a token of a fork does not reach the target project.`,
    },
    failure,
  );
}

function statusError(failure: ApiFailure, attempt: Attempt): ReportingError {
  const { failed } = attempt;
  const { status = 0, headers } = failure;
  if ([401, 403, 404].includes(status)) return rightsError(failure, attempt);
  if (status === 429)
    return new ReportingError(
      {
        code: "gitlab-rate-limited",
        what: `${failed}: GitLab accepts no more requests for ${headers["retry-after"] ?? "some"} seconds ${answered(failure)}`,
        remedy: "Run the job again then.",
      },
      failure,
    );
  if (status === 400 && NOTES_FULL.test(failure.message))
    return new ReportingError(
      {
        code: "gitlab-notes-full",
        what: `${failed}: the merge request has as many notes as GitLab allows ${answered(failure)}`,
        remedy: "Delete some of its notes, or open the merge request anew.",
      },
      failure,
    );
  if (status >= 500)
    return new ReportingError(
      {
        code: "gitlab-unavailable",
        what: `${failed}: GitLab answered ${answered(failure)}`,
        remedy: "Run the job again; ask those who run the server if it stays.",
      },
      failure,
    );
  return new ReportingError(
    {
      code: "gitlab-refused",
      what: `${failed}: GitLab did not accept the request ${answered(failure)}`,
      remedy: "If it happens again, please report this to Image Gate, with GitLab's words.",
    },
    failure,
  );
}

/** Turns a failed request into code, cause and remedy. Pure. */
export function describeFailure(failure: ApiFailure, attempt: Attempt): ReportingError {
  const { failed, host, timeoutMs, budgetMs } = attempt;
  switch (failure.kind) {
    case "status":
      return statusError(failure, attempt);
    case "network":
      return new ReportingError({
        code: "gitlab-unreachable",
        what: `${failed}: ${host} cannot be reached (${quoted(failure.message)})`,
        remedy:
          "Let the runner reach it, or set `https_proxy` and `no_proxy`; name the file of your own certificate authority by CI_SERVER_TLS_CA_FILE or NODE_EXTRA_CA_CERTS.",
      });
    case "timeout":
      return new ReportingError({
        code: "gitlab-timeout",
        what: `${failed}: ${host} did not answer within ${timeoutMs / 1000} s`,
        remedy: "Run the job again; ask those who run the server if it stays.",
      });
    case "budget":
      return new ReportingError({
        code: "gitlab-time-used-up",
        what: `${failed}: the ${budgetMs / 1000} s for it are used up`,
        remedy: "Run the job again.",
      });
    case "unreadable":
      return new ReportingError({
        code: "gitlab-answer-unreadable",
        what: `${failed}: ${host} gave an answer that is not what GitLab's API gives (${quoted(failure.message)})`,
        remedy: "See whether CI_API_V4_URL or a proxy leads to another server.",
      });
    case "elsewhere":
      return new ReportingError({
        code: "gitlab-redirected-elsewhere",
        what: `${failed}: ${host} redirects to ${quoted(failure.message)}, such as a page to log in, which must not get the token`,
        remedy: "See whether a proxy in front of GitLab wants a login, and let the API pass it.",
      });
    case "cancelled":
      return new ReportingError({
        code: "gitlab-request-cancelled",
        what: `${failed}: the run was cancelled`,
        remedy: "Run the job again.",
      });
  }
}
