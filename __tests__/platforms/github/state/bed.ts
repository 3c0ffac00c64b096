import type { GitHubEvent } from "../../../../src/platforms/github/event.ts";
import { stateBranch } from "../../../../src/platforms/github/state/store.ts";
import type { StateChange, StateSnapshot } from "../../../../src/platforms/platform.ts";
import type { FakeGitHub } from "../../../support/fake-github.ts";
import { FAKE_TOKEN } from "../../../support/runner.ts";
import { eventAt } from "../scripted-server.ts";

export const BRANCH = "image-gate-state";

/** A run on the default branch, as a schedule starts it. */
const SCHEDULED: Partial<GitHubEvent> = {
  name: "schedule",
  pullRequest: undefined,
  defaultBranch: "main",
};

export interface Run {
  readonly name?: string;
  readonly event?: Partial<GitHubEvent>;
  readonly env?: Readonly<Record<string, string>>;
  readonly token?: string;
  readonly offline?: boolean;
  readonly timeoutMs?: number;
}

/** The store as a run of the fake's default branch has it. */
export function storeAt(github: Pick<FakeGitHub, "url">, run: Run = {}) {
  const { name = BRANCH, event = {}, env = {}, token = FAKE_TOKEN, offline = false, timeoutMs } = run;
  return stateBranch(name, {
    token,
    offline,
    event: eventAt(github.url, { ...SCHEDULED, ...event }),
    env: { GITHUB_REF: "refs/heads/main", GITHUB_RUN_ATTEMPT: "1", ...env },
    signal: new AbortController().signal,
    ...(timeoutMs !== undefined && { timeoutMs }),
  });
}

const EMPTY: StateSnapshot = { files: new Map() };

/** A change of these files. */
export function putting(
  files: Readonly<Record<string, string | Buffer>>,
  more: Partial<StateChange> = {},
): StateChange {
  const put = new Map(Object.entries(files).map(([path, file]) => [path, Buffer.from(file as string)]));
  return { base: EMPTY, put, remove: [], message: "Scanned 1 image", ...more };
}

/** Files of a snapshot as text. */
export const textsOf = ({ files }: StateSnapshot): Record<string, string> =>
  Object.fromEntries([...files].map(([path, file]) => [path, file.toString()]));

/** What was asked, without the owner: `POST /git/trees`. */
export const askedOf = ({ requests }: FakeGitHub): string[] =>
  requests.map(({ method, url }) => `${method} ${decodeURIComponent(url).replace("/repos/acme/widget", "")}`);
