import type { NotCompared } from "../domain/change/comparison.ts";
import type { RunStamp } from "../domain/run-stamp.ts";
import type { SharedCache } from "../system/shared-cache.ts";
import type { Place } from "../system/world.ts";

/** What a run is about. All of it is the platform's own word, never a stranger's. */
export interface Change {
  /** What started the run: `pull_request`, `push`, …; empty if there is no platform. */
  readonly trigger: string;
  /** The commit that is judged: of a pull request its head. */
  readonly commit?: string | undefined;
  /** SHAs that a build may put into the path of a file. Without them the path lasts from build to build. */
  readonly commits: readonly string[];
  /** The run's page. */
  readonly runUrl?: string | undefined;
  /** The run, as later runs must know it that find its comment. */
  readonly stamp?: RunStamp | undefined;
  /** The trigger of a run that has to look for the pull request of its commit, and so is not the pull request's own. */
  readonly lookedUpOn?: string | undefined;
  /** There is a pull request or a merge group, and so a branch that it is to enter. */
  readonly hasBase: boolean;
  /** Its name, if the platform tells it. */
  readonly defaultBranch?: string | undefined;
  /** A stranger can cause the run, and it may have the repository's rights. */
  readonly privileged: boolean;
  /** What could not be read of the trigger, as one sentence without a full stop. */
  readonly problem?: string | undefined;
}

/** This action, as reports for other tools name it. */
export interface Action {
  readonly name: string;
  readonly version: string;
  /** The page of the repository that the action was taken from. */
  readonly url: string;
}

/** What a run may ask its platform. */
export interface Access {
  /** Empty: there is none. */
  readonly token: string;
  /** The platform may not be asked at all. */
  readonly offline: boolean;
}

/**
 * Whose rules are asked for. `base`: the base branch as it is now, of a pull request or merge group; without one, the
 * default branch. `default-branch`: that one, whatever the base is. `comparison`: what a pull request's changes are measured
 * against: the first parent of the merge commit that was checked out, as what entered the base since then is not the pull
 * request's doing. `run`: the commit that the run is on.
 */
export type BaseUse = "base" | "default-branch" | "comparison" | "run";

/** A file of the repository that is a rule. */
export interface RuleFile {
  /** For messages: `policy`. */
  readonly what: string;
  /** From the repository's root. */
  readonly path: string;
  readonly maxBytes: number;
}

/** `absent` is known for sure: the repository could be read and has no such file. */
export type FileAtBase =
  | { readonly text: Buffer }
  | { readonly absent: true }
  /** Why, as a sentence without a full stop. */
  | { readonly unreadable: string };

/** Reads a file of the repository at another commit than the one in the workspace. Never throws. */
export type RuleReader = (use: BaseUse, file: RuleFile) => Promise<FileAtBase>;

/** A report that a good run of the default branch has kept. */
export interface KeptReport {
  /** What it was kept as: a ZIP archive. */
  readonly zip: Buffer;
  readonly branch: string;
  readonly commit: string;
  /** The run's page. */
  readonly url?: string | undefined;
  /** ISO 8601. */
  readonly madeAt?: string | undefined;
}

/** Which kept reports are asked for. */
export interface KeptReportSearch {
  /** The name that they were kept under. */
  readonly name: string;
  /** Larger archives are passed over. */
  readonly maxBytes: number;
}

/** Files to keep with the run, for people who read its comment. */
export interface FilesToKeep {
  /** The first of them that is free is taken. */
  readonly names: readonly string[];
  /** Absolute; all in {@link folder}. */
  readonly files: readonly string[];
  readonly folder: string;
  /** Milliseconds. */
  readonly deadlineMs: number;
}

/** What became of them. `impossible` is no trouble: why they cannot be kept is known before anything is tried. */
export type Kept =
  | { readonly outcome: "kept"; readonly name: string; readonly url: string }
  | { readonly outcome: "failed"; readonly reason: string }
  | { readonly outcome: "impossible"; readonly why: string };

/** When to comment; `on-failure` still keeps an existing comment current. */
export type CommentMode = "always" | "on-failure" | "never";

/** What to do about the comment, before the platform is asked anything. */
export type CommentDecision =
  | { readonly write: true; readonly create: boolean }
  | { readonly write: false; readonly level: "info" | "warning"; readonly why: string };

/** A comment to write, or to bring up to date. */
export interface CommentText {
  /** The hidden first line that tells this gate's comment from others, without the stamp in it. */
  readonly marker: string;
  /** The whole text; its first line is the marker, stamped. */
  readonly body: string;
  /** The run that writes it: an older one's answer does not take the place of a newer one's. */
  readonly stamp?: RunStamp | undefined;
  /** Whether to write one if there is none yet. */
  readonly create: boolean;
}

/** The commit that what is sent is about, and its branch, tag or pull request (`refs/…`). */
export interface SentAbout {
  readonly sha: string;
  readonly ref: string;
}

/** Why nothing is sent, and how loudly to say so; or the commit that it is about. */
export type Sending =
  | { readonly about: SentAbout }
  | { readonly about?: undefined; readonly level: "info" | "warning"; readonly why: string };

/** Alerts in one piece: up to 20 SARIF runs. */
export interface SarifUpload {
  /** SARIF, compressed by gzip. */
  readonly gzip: Buffer;
  /** What is in it: `3 findings of 2 targets`. */
  readonly what: string;
}

/** The packages of one image, and how they are called in the log. */
export interface Submission {
  readonly snapshot: object;
  /** `12 packages of ghcr.io/acme/app`. */
  readonly what: string;
}

/** The job that a snapshot of packages comes from; the next one with the same correlator takes its place. */
export interface SubmittingJob {
  readonly id: string;
  readonly correlator: string;
  readonly html_url?: string;
}

/** A message on a line of the repository, or on the run as a whole. */
export interface AnnotationMessage {
  readonly level: "error" | "warning" | "notice";
  readonly message: string;
  readonly file?: string | undefined;
  /** 1-based; absent: the file's first. */
  readonly line?: Place["line"] | undefined;
}

/** Where a run happens, and where its answer is shown. No method ever changes an answer. */
export interface Platform {
  readonly change: Change;
  readonly action: Action;
  /** The file of the workflow that the run belongs to, from the repository's root. */
  readonly workflowFile?: string | undefined;

  /** Files that outlive the machine. Nothing is asked yet. */
  sharedCache(): Promise<SharedCache>;
  /** Nothing is asked before the first file. */
  ruleReader(access: Access): RuleReader;
  /**
   * Reports that the default branch's good runs have kept, newest first; or why there is none to compare with.
   * @throws GateError if the platform cannot be asked; also while it goes on
   */
  keptReports(search: KeptReportSearch, access: Access): Promise<NotCompared | AsyncIterable<KeptReport>>;

  /** Writes the page that a run shows of itself; absent: there is no such page. */
  readonly summary?: ((markdown: string) => Promise<void>) | undefined;
  /** Hands values to later steps; absent: there are none. */
  readonly outputs?: ((values: Readonly<Record<string, string>>) => Promise<void>) | undefined;
  /** Shows messages on their lines, errors first, as many as there is room for. */
  annotate(messages: readonly AnnotationMessage[]): void;

  decideComment(mode: CommentMode, answer: "pass" | "fail" | "error", access: Access): CommentDecision;
  /** @returns the comment's address; undefined: there is none. Never throws: trouble is a warning. */
  comment(text: CommentText, access: Access): Promise<string | undefined>;

  /** Whether the findings of so many judged targets can become alerts. */
  decideAlerts(judged: number, access: Access): Promise<Sending>;
  /** Never throws: each trouble is a warning. */
  sendAlerts(alerts: Alerts, access: Access): Promise<void>;

  /** Whether the packages of so many judged images can be sent. */
  decidePackages(images: number, access: Access): Promise<Sending>;
  /** The job as the sender of an image's packages. */
  submittingJob(image: string): SubmittingJob;
  /** Never throws: each trouble is a warning. */
  sendPackages(submissions: readonly Submission[], access: Access): Promise<void>;

  /** Keeps files with this run. Never throws. */
  keep(files: FilesToKeep): Promise<Kept>;
  /** Keeps the report for later runs to compare with, if this run is one that they may trust. Never throws. */
  keepReport(report: ReportToKeep): Promise<void>;
}

/** What becomes alerts. */
export interface Alerts {
  readonly uploads: readonly SarifUpload[];
  readonly about: SentAbout;
  /** The tool's name, as in the SARIF. */
  readonly tool: string;
  readonly startedAt: Date;
}

/** The report, and the name that later runs look for it by. */
export interface ReportToKeep {
  readonly name: string;
  /** Absolute; the only file that is kept. */
  readonly file: string;
}
