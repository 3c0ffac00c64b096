import { createHash } from "node:crypto";

// The state of a fake GitLab: one project with merge requests, issues, a repository and pipelines.

export interface User {
  readonly id: number;
  readonly username: string;
}

export interface StoredNote {
  readonly id: number;
  body: string;
  readonly author: User;
  readonly system: boolean;
  readonly resolvable: boolean;
  readonly noteable_iid: number;
  readonly created_at: string;
  updated_at: string;
  /** The token of a reader below Reporter does not see it: it is taken out after paging. */
  readonly hidden?: boolean;
}

export interface MergeRequest {
  readonly iid: number;
  state: "opened" | "closed" | "merged" | "locked";
  draft: boolean;
  sha: string;
  readonly target_branch: string;
  readonly source_project_id: number;
  readonly notes: StoredNote[];
}

export interface StoredIssue {
  readonly iid: number;
  title: string;
  description: string;
  state: "opened" | "closed";
  labels: string[];
  confidential: boolean;
  due_date: string | null;
  /** The Free tier keeps only the first one. */
  assignees: User[];
  readonly author: User;
  readonly notes: string[];
}

export interface Commit {
  readonly parents: readonly string[];
  readonly files: Map<string, Buffer>;
  readonly message: string;
}

export interface Job {
  readonly id: number;
  readonly name: string;
  readonly status: string;
  /** Files of its artifacts, by path; absent: the job kept none, or they have expired. */
  readonly artifacts?: Readonly<Record<string, string>> | undefined;
  readonly tag?: boolean;
}

export interface Pipeline {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  readonly status: string;
  readonly source: string;
  readonly jobs: readonly Job[];
}

export interface GitLabState {
  readonly mergeRequests: Map<number, MergeRequest>;
  readonly issues: StoredIssue[];
  readonly commits: Map<string, Commit>;
  readonly branches: Map<string, string>;
  readonly pipelines: Pipeline[];
  readonly users: User[];
  visibility: "private" | "internal" | "public";
  /** A proxy in front of the server drops the header `Link`. */
  leavesOutLinks: boolean;
  nextId: number;
}

export const BOT: User = { id: 900, username: "project_42_bot_1f2e3d" };
export const OCTO: User = { id: 3, username: "octo" };
export const STRANGER: User = { id: 5, username: "mallory" };
const MADE_AT = "2026-11-29T05:00:00.000Z";

export const shaOf = (text: string): string => createHash("sha1").update(text).digest("hex");

export function emptyState(): GitLabState {
  return {
    mergeRequests: new Map(),
    issues: [],
    commits: new Map(),
    branches: new Map(),
    pipelines: [],
    users: [OCTO, STRANGER],
    visibility: "private",
    leavesOutLinks: false,
    nextId: 1000,
  };
}

export function addNote(
  state: GitLabState,
  { iid, notes }: Pick<MergeRequest, "iid" | "notes">,
  note: { body: string; author: User; hidden?: boolean; system?: boolean },
): StoredNote {
  const { body, author, hidden = false, system = false } = note;
  const id = state.nextId++;
  const stored: StoredNote = {
    id,
    body,
    author,
    system,
    resolvable: false,
    noteable_iid: iid,
    created_at: MADE_AT,
    updated_at: MADE_AT,
    hidden,
  };
  notes.push(stored);
  return stored;
}
