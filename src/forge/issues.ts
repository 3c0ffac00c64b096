import { z } from "zod";
import type { OwnIssue } from "../domain/tracking/issue.ts";
import { readIssueMarker } from "../domain/tracking/marker.ts";
import { GateError } from "../system/errors.ts";
import { unlessStatus } from "./api-failure.ts";
import type { Client, Request } from "./client.ts";
import { concernsOne } from "./failures.ts";
import type { IssueChange, IssueTracker, NewIssue } from "./forge.ts";
import { once } from "./once.ts";
import { normalised } from "./own-text.ts";

/** An issue as its server gives it. */
export interface Issue extends Omit<OwnIssue, "about"> {
  /** The token's own account has opened it. */
  readonly isByUs: boolean;
  readonly labels: readonly string[];
  readonly assignees: readonly string[];
}

/** A repository's issues, as their server lets them be read and written. It decides nothing. */
export interface IssueServer {
  readonly name: string;
  readonly api: Client;
  /** An answer that has one issue. */
  readonly issue: z.ZodType<Issue>;
  readonly right: Pick<Request, "needs" | "without">;
  /** The path of all issues. An issue's path adds its number, and its comments' path adds this word. */
  readonly path: string;
  readonly comments: "comments" | "notes";
  readonly update: "PATCH" | "PUT";
  /** The query that lists all issues of the token's account, open and closed. */
  readonly mine: Request["parameters"];
  /** The parameters of a new issue, and of a change. */
  create(wanted: NewIssue): Promise<Request["parameters"]>;
  change(change: Omit<IssueChange, "comment">): Request["parameters"];
}

/** Time limits of requests about issues. */
export const ISSUE_LIMITS = { timeoutMs: 20_000, budgetMs: 300_000 };
/** 10,000 issues of the token's account; on Forgejo and Gitea 5,000 issues of all accounts. */
const MAX_PAGES = 100;
/** The longest text that is written, in UTF-16 units: GitHub takes 65,536 characters, and counts some as more. */
export const MOST_UNITS = 65_000;

/** The label of all our issues. It only helps people to find them: a person may remove it. */
export const LABEL = "image-gate";

/** Failures that concern one issue, in addition to {@link concernsOne}: it was locked, or deleted meanwhile. */
const ABOUT_ONE = /-conversation-locked$|-not-found$|^issues-not-kept$/;

/** True if a failure concerns only one issue. After any other failure, nothing more is tried. */
export function concernsOneIssue(error: GateError): boolean {
  return concernsOne(error) || ABOUT_ONE.test(error.code);
}

/**
 * The issues that runs of one name keep: the token's own account has opened them, with the run's name in their marker.
 * A user can copy a marker, but cannot write as the token's account.
 * @param scope the run's name: issues of other runs are not seen
 * @param begin called once, with the first question: it may load code, and find out whose token it is
 */
export function issueTracker(scope: string, begin: () => Promise<IssueServer>): IssueTracker {
  const server = once(begin);
  return {
    async ours() {
      const { api, issue, path, mine, right } = await server();
      const failed = "The repository's issues could not be read";
      const list = { route: `GET ${path}`, parameters: mine, failed, ...right };
      const found = new Map<number, OwnIssue>();
      for await (const each of api.items(list, issue, MAX_PAGES, tooMany)) {
        const mark = each.isByUs ? readIssueMarker(each.body) : undefined;
        if (mark?.scope === scope) found.set(each.number, { ...each, about: mark.image });
      }
      return [...found.values()].sort((a, b) => a.number - b.number);
    },
    async open(wanted) {
      const mark = readIssueMarker(wanted.body);
      if (mark?.scope !== scope) throw new Error("an issue's body must begin with its marker");
      const to = await server();
      const failed = `The issue ${JSON.stringify(wanted.title)} could not be opened`;
      const create = async (labels: readonly string[], assignees: readonly string[]) => {
        const parameters = await to.create({ ...wanted, labels: [...new Set([LABEL, ...labels])], assignees });
        return to.api.call({ route: `POST ${to.path}`, parameters, failed, ...to.right }, to.issue);
      };
      // Servers refuse the whole issue if one assignee cannot be assigned. The issue matters more than its assignees.
      const created =
        (await unlessStatus([422], create(wanted.labels, wanted.assignees.map(plainName)))) ?? (await create([], []));
      if (!created.isByUs)
        throw new GateError(
          "issues-identity-unknown",
          `${to.name} opened issue #${created.number} as another account than the token's, so that later runs would not find it`,
          "Leave the input `token` at its default.",
        );
      if (readIssueMarker(created.body)?.image !== mark.image) throw notKept(created.number, to);
      return { ...created, about: mark.image, leftOut: leftOut(created, wanted) };
    },
    async change({ number }, { comment, ...change }) {
      const to = await server();
      const path = `${to.path}/${number}`;
      if (Object.values(change).some((value) => value !== undefined)) {
        const failed = `Issue #${number} could not be updated`;
        const request = { route: `${to.update} ${path}`, parameters: to.change(change), failed, ...to.right };
        const written = await to.api.call(request, to.issue);
        const { body, state } = change;
        const isKept =
          (body === undefined || normalised(written.body) === normalised(body)) &&
          (state === undefined || written.isOpen === (state === "open"));
        // Servers silently keep the old body if the new one is too long.
        if (!isKept) throw notKept(number, to);
      }
      if (comment === undefined) return;
      const failed = `The comment on issue #${number} could not be written`;
      const request = { route: `POST ${path}/${to.comments}`, parameters: { body: comment }, failed, ...to.right };
      await to.api.call(request, z.object({ id: z.int() }));
    },
  };
}

function notKept(number: number, { name }: IssueServer): GateError {
  return new GateError(
    "issues-not-kept",
    `${name} did not keep the new text of issue #${number}`,
    "Read the run's own report instead; if it happens again, please report this to Image Gate.",
  );
}

/** Issues on later pages would be opened a second time. */
function tooMany(): GateError {
  return new GateError(
    "issues-too-many",
    `The token's account has opened more than ${MAX_PAGES} pages of issues and requests to merge here, so that not all could be read`,
    "Use a token of an account, or of an app, that opens fewer.",
  );
}

/** Labels and assignees that the server silently dropped, or that were not sent because the token must not assign. */
function leftOut({ labels, assignees }: Issue, wanted: NewIssue): string[] {
  const missing = (names: readonly string[], there: readonly string[]) => {
    const known = new Set(there.map((name) => name.toLowerCase()));
    return names.filter((name) => !known.has(plainName(name).toLowerCase()));
  };
  return [
    ...missing(wanted.assignees, assignees).map((name) => `the assignee ${name}`),
    ...missing(wanted.labels, labels).map((name) => `the label ${name}`),
  ];
}

/** `octocat` of `@octocat`. */
function plainName(name: string): string {
  return name.replace(/^@/, "");
}
