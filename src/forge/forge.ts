import type { RunStamp } from "../domain/run-stamp.ts";
import type { OwnIssue } from "../domain/tracking/issue.ts";

/** The reason why a run cannot ask its server, or not write there. */
export interface Lacking {
  /** As a clause: `\`offline\` forbids asking GitHub`. */
  readonly why: string;
  /** How the log says so: a warning if the user may have wanted it otherwise. */
  readonly level: "info" | "notice" | "warning";
  /** The remedy, as a sentence without its full stop. */
  readonly remedy?: string | undefined;
}

/**
 * The commit that the rules are read from:
 * - `base`: the base branch of the pull request or merge group, as it is now; without one, the default branch.
 * - `default-branch`: the default branch, even if the base is another.
 * - `comparison`: the commit that a pull request is compared with. It is the first parent of the merge commit that was
 *   checked out, because the pull request did not cause what entered the base since then.
 * - `run`: the commit that the run is on.
 */
export type BaseUse = "base" | "default-branch" | "comparison" | "run";

/** A file of the repository that holds rules. */
export interface RuleFile {
  /** Its name in messages: `policy`. */
  readonly what: string;
  /** From the repository's root. */
  readonly path: string;
  readonly maxBytes: number;
}

/** `absent` is certain: the repository could be read and has no such file. */
export type FileAtBase =
  | { readonly text: Buffer }
  | { readonly absent: true }
  /** The reason, as a sentence without a full stop; and a remedy, if the platform's usual one does not help. */
  | { readonly unreadable: string; readonly remedy?: string | undefined };

/** Reads a file of the repository at a commit other than the one in the workspace. Never throws. */
export type RuleReader = (use: BaseUse, file: RuleFile) => Promise<FileAtBase>;

/** A report that a successful run of the default branch has kept. */
export interface KeptReport {
  /** The report, or a zip with it. */
  readonly report: Buffer;
  readonly branch: string;
  /** Empty: the platform does not say. */
  readonly commit: string;
  /** The run's page. */
  readonly url?: string | undefined;
  /** ISO 8601. */
  readonly madeAt?: string | undefined;
}

/** When to comment; `on-failure` still keeps an existing comment current. */
export type CommentMode = "always" | "on-failure" | "never";

/** A comment to write or update. */
export interface CommentText {
  /** The hidden first line that distinguishes this gate's comment from others, without the stamp in it. */
  readonly marker: string;
  /** The whole text; its first line is the marker with the stamp. */
  readonly body: string;
  /** The run that writes it. An older run's answer does not replace a newer run's. */
  readonly stamp?: RunStamp | undefined;
  /** True: a comment is written even if there is none yet. */
  readonly create: boolean;
}

/** The commit that the sent data belongs to, and its branch, tag or pull request (`refs/…`). */
export interface SentAbout {
  readonly sha: string;
  readonly ref: string;
}

/** Alerts for one upload: up to 20 SARIF runs. */
export interface SarifUpload {
  /** SARIF, compressed by gzip. */
  readonly gzip: Buffer;
  /** Its content, for the log: `3 findings of 2 targets`. */
  readonly what: string;
}

/** The packages of one image, and their name in the log. */
export interface Submission {
  readonly snapshot: object;
  /** `12 packages of ghcr.io/acme/app`. */
  readonly what: string;
}

/** The conversation about the change. */
export interface Comments {
  /** Longest comment. */
  readonly mostUnits: number;
  /** The unit of {@link mostUnits}; UTF-16 units by default. */
  readonly measuredIn?: "bytes" | undefined;
  /** Never throws: a failure is a warning. @returns the comment's address; undefined if there is none */
  write(text: CommentText): Promise<string | undefined>;
}

/** A page of the repository that takes data about what the run has judged. */
interface DataPage<T> {
  /** The branch that the data would belong to; or the reason why this run must not send any. */
  readonly about: SentAbout | Lacking;
  /** Never throws: each failure is a warning. */
  send(data: T): Promise<void>;
}

/** The repository's page of packages that its images have. */
export interface PackagePage extends DataPage<readonly Submission[]> {
  /** The job that sends an image's packages. The next snapshot with the same correlator replaces this one. */
  jobFor(image: string): { readonly id: string; readonly correlator: string; readonly html_url?: string };
}

/**
 * The services of the run's server that its token allows. Every capability is optional: a run goes on without what its
 * server lacks, and says so where the user asked for it. Nothing is sent before the first question.
 */
export interface Forge {
  readonly rules?: RuleReader | undefined;
  readonly comments?: Comments | Lacking | undefined;
  /** The repository's page of alerts, which takes SARIF. */
  readonly alerts?: DataPage<Alerts> | undefined;
  readonly packages?: PackagePage | undefined;
  /**
   * The state on a branch of the repository.
   * @throws GateError `state-branch-invalid` if a branch cannot have that name
   */
  readonly state?: ((branch: string) => Promise<StateStore>) | Lacking | undefined;
  /**
   * The issues that runs of this name keep in the repository.
   * @param scope the run's name
   */
  readonly issues?: ((scope: string) => Promise<IssueTracker>) | Lacking | undefined;
  /**
   * Reports that successful runs of the default branch have kept under this name, newest first.
   * @throws GateError if a request fails; also during the iteration
   */
  readonly keptReports?: ((name: string) => Promise<AsyncIterable<KeptReport>>) | undefined;
}

/** The uploads for the page of alerts. */
export interface Alerts {
  readonly uploads: readonly SarifUpload[];
  readonly about: SentAbout;
  /** The tool's name, as in the SARIF. */
  readonly tool: string;
  readonly startedAt: Date;
}

/** A state that outlives runs: a few files, as they are stored. */
export interface StateSnapshot {
  /** Its source: a commit. Absent for a folder and for a state that does not exist yet. */
  readonly revision?: string | undefined;
  /** By path: `index.json`, `images/….json`, `sboms/….cdx.json.gz`. Empty: there is no state yet. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** Every account on this machine can write it, so nothing in it may decide what an image has. */
  readonly isOpenToAll?: boolean | undefined;
}

/** A run's change of the state, as one step: all of it, or nothing. */
export interface StateChange {
  /** The state that it changes. */
  readonly base: StateSnapshot;
  readonly put: ReadonlyMap<string, Buffer>;
  readonly remove: readonly string[];
  /** One line for readers of the branch's history. */
  readonly message: string;
}

/** `moved`: another run has written meanwhile, and this one wrote nothing. It must read, merge and write again. */
export type StateWritten = { readonly revision?: string | undefined; readonly at: string } | { readonly moved: true };

/** The store of the state: a branch, or a folder. */
export interface StateStore {
  /** Its name in messages: `the branch image-gate-state`. */
  readonly label: string;
  /** How one run at a time writes it: `give the workflow a \`concurrency\` group`. Absent: the platform has no way. */
  readonly oneAtATime?: string | undefined;
  /**
   * Why this run must not write it, as a clause without a full stop; undefined if it may.
   * @throws GateError if the platform cannot be asked
   */
  readOnlyBecause(): Promise<string | undefined>;
  /** @throws GateError `state-…` if it is there but cannot be read */
  read(): Promise<StateSnapshot>;
  /** @throws GateError `state-…` */
  write(change: StateChange): Promise<StateWritten>;
}

/** An issue to open. */
export interface NewIssue {
  readonly title: string;
  /** Its first line is the hidden marker. */
  readonly body: string;
  /** Alongside the label that all of them have. */
  readonly labels: readonly string[];
  readonly assignees: readonly string[];
  /** The last day for the fix that is due first, `2026-12-31`; platforms without such a field leave it out. */
  readonly due?: string | undefined;
}

/** Changes of an issue; what is absent stays. */
export interface IssueChange {
  readonly title?: string | undefined;
  readonly body?: string | undefined;
  readonly due?: string | undefined;
  /** `completed` and `duplicate` close it. */
  readonly state?: "open" | "completed" | "duplicate" | undefined;
  /** A comment, written after the change, so that a change that fails and is tried again leaves one comment. */
  readonly comment?: string | undefined;
}

/** An issue that was opened, and the parts of the request that the platform left out: `the assignee octocat`. */
export interface OpenedIssue extends OwnIssue {
  readonly leftOut: readonly string[];
}

/** The repository's issues, of which only our own are ever seen or touched. */
export interface IssueTracker {
  /** Open and closed ones. @throws GateError of the platform, `issues-…` */
  ours(): Promise<readonly OwnIssue[]>;
  /** @throws GateError of the platform, `issues-…` */
  open(issue: NewIssue): Promise<OpenedIssue>;
  /** @throws GateError of the platform, `issues-…`; `issues-not-kept` if the platform did not keep the new text */
  change(issue: OwnIssue, change: IssueChange): Promise<void>;
}
