import type { OwnIssue } from "../domain/tracking/issue.ts";
import { readIssueMarker } from "../domain/tracking/marker.ts";
import { GateError } from "../system/errors.ts";
import { concernsOne } from "./failures.ts";
import type { IssueChange, IssueTracker, NewIssue, OpenedIssue } from "./forge.ts";
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
  /** Open and closed ones. @throws GateError `issues-too-many` if there are more pages than are read */
  pages(): AsyncIterable<readonly Issue[]>;
  create(wanted: NewIssue): Promise<Issue>;
  update(number: number, change: Omit<IssueChange, "comment">): Promise<Issue>;
  comment(number: number, body: string): Promise<unknown>;
}

/** The label of all our issues. It only helps people to find them: a person may remove it. */
export const LABEL = "image-gate";

/** Failures that concern one issue, beside those of {@link concernsOne}: it was locked, or deleted meanwhile. */
const ABOUT_ONE = /-conversation-locked$|-not-found$|^issues-not-kept$/;

/** The tracker's own properties, without a request. */
export interface TrackerFacts extends Pick<IssueTracker, "mostUnits" | "readOnlyBecause"> {
  /** The run's name: issues of other runs are not seen. */
  readonly scope: string;
}

/**
 * The issues that runs of one name keep: those that the token's own account has opened, with the run's name in their
 * marker. A person may copy a marker, but not be the token's account.
 * @param begin called once, with the first question: it may load code, and find out whose token it is
 */
export function issueTracker({ scope, ...facts }: TrackerFacts, begin: () => Promise<IssueServer>): IssueTracker {
  const server = once(begin);
  const notKept = (number: number, { name }: IssueServer) =>
    new GateError(
      "issues-not-kept",
      `${name} did not keep what was written to issue #${number}`,
      "Read the run's own report instead; if it happens again, please report this to Image Gate.",
    );
  return {
    ...facts,
    concernsOne: (error) => concernsOne(error) || ABOUT_ONE.test(error.code),
    async ours() {
      const found = new Map<number, OwnIssue>();
      for await (const issues of (await server()).pages())
        for (const issue of issues) {
          const mark = issue.isByUs ? readIssueMarker(issue.body) : undefined;
          if (mark?.scope === scope) found.set(issue.number, toOwn(issue, mark.image));
        }
      return [...found.values()].sort((a, b) => a.number - b.number);
    },
    async open(wanted): Promise<OpenedIssue> {
      const mark = readIssueMarker(wanted.body);
      if (mark?.scope !== scope) throw new Error("an issue's body must begin with its marker");
      const to = await server();
      const created = await to.create(wanted);
      if (!created.isByUs)
        throw new GateError(
          "issues-identity-unknown",
          `${to.name} opened issue #${created.number} as another account than the token's, so that later runs would not find it`,
          "Leave the input `token` at its default.",
        );
      if (readIssueMarker(created.body)?.image !== mark.image) throw notKept(created.number, to);
      return { ...toOwn(created, mark.image), leftOut: leftOut(created, wanted) };
    },
    async change({ number }, { comment, ...change }) {
      const to = await server();
      if (Object.values(change).some((value) => value !== undefined)) {
        const written = await to.update(number, change);
        const { body, state } = change;
        const isKept =
          (body === undefined || normalised(written.body) === normalised(body)) &&
          (state === undefined || written.isOpen === (state === "open"));
        // Servers silently keep the old body if the new one is too long.
        if (!isKept) throw notKept(number, to);
      }
      if (comment !== undefined) await to.comment(number, comment);
    },
  };
}

function toOwn({ number, url, isOpen, title, body }: Issue, about: string): OwnIssue {
  return { number, url, about, isOpen, title, body };
}

/** What a server silently dropped, or what was not sent, for example since the token may not assign. */
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
export function plainName(name: string): string {
  return name.replace(/^@/, "");
}

/** Issues on later pages would be opened a second time. */
export function tooManyIssues(most: number): GateError {
  return new GateError(
    "issues-too-many",
    `The token's account has opened more than ${most} issues and requests to merge here, so that not all could be read`,
    "Use a token of an account, or of an app, that opens fewer.",
  );
}
