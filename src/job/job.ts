import type { RunStamp } from "../domain/run-stamp.ts";
import type { Forge, Lacking } from "../forge/forge.ts";
import type { Output } from "../system/harmless-text.ts";
import type { SharedCache } from "../system/shared-cache.ts";
import type { inputVariable, Log, World } from "../system/world.ts";

/** The facts about a run's trigger and change. All come from the platform itself, never from a stranger. */
export interface RunChange {
  /** The event that started the run: `pull_request`, `push`, …; empty if there is no platform. */
  readonly trigger: string;
  /** The commit that is judged; for a pull request, its head. */
  readonly commit?: string | undefined;
  /** SHAs that a build may put into a file's path. Without them the path is the same from build to build. */
  readonly commits: readonly string[];
  /** The repository as `owner/name`; absent if there is none. */
  readonly repository?: string | undefined;
  /** The run's page. */
  readonly runUrl?: string | undefined;
  /** Identifies the run to later runs that find its comment. */
  readonly stamp?: RunStamp | undefined;
  /** The trigger, if the run is not the pull request's own and has to look up the pull request of its commit. */
  readonly lookedUpOn?: string | undefined;
  /** Why there is nothing to comment on, as a clause. Absent: there is a pull request, or one is looked up. */
  readonly noConversation?: string | undefined;
  /** The run has a pull request or a merge group, and so a branch to merge into. */
  readonly hasBase: boolean;
  /** The default branch's name, if the platform says it. */
  readonly defaultBranch?: string | undefined;
  /** A stranger can start the run, and it may have the repository's rights. */
  readonly privileged: boolean;
  /**
   * The workspace has the change's own files, even in a privileged run. Absent: only in a run that is not privileged.
   */
  readonly isCheckedOut?: boolean | undefined;
  /** The fact about the trigger that could not be read: one sentence without a full stop. */
  readonly problem?: string | undefined;
  /**
   * Why the run does not belong to the default branch, as far as its trigger says, as a clause. Absent: it does, or
   * there is no platform.
   */
  readonly readOnlyBecause?: string | undefined;
}

/** This action, for reports to other tools. */
export interface Action {
  readonly name: string;
  readonly version: string;
  /** The page of the action's repository. Absent: the platform does not say where it is. */
  readonly url?: string | undefined;
  /** The address of the files of this version, without a slash at its end. Absent: the platform does not say it. */
  readonly pages?: string | undefined;
}

/** Files to keep with the run, for people who read its comment. */
export interface FilesToKeep {
  /** Unique among the run's jobs and attempts. */
  readonly name: string;
  /** Absolute; all in {@link folder}. */
  readonly files: readonly string[];
  readonly folder: string;
  /** Milliseconds. */
  readonly deadlineMs: number;
}

/** The result of keeping files. `impossible` is not a failure: it is known beforehand, and nothing is tried. */
export type Kept = { readonly outcome: "kept"; readonly url: string } | NotKept;

/** Why something is not kept, or not there. */
export type NotKept =
  /** The remedy is one sentence, without its full stop. */
  | { readonly outcome: "failed"; readonly reason: string; readonly remedy: string }
  | { readonly outcome: "impossible"; readonly why: string };

/** A message about a line of the repository, or about the whole run. */
export interface AnnotationMessage {
  readonly level: "error" | "warning" | "notice";
  readonly message: string;
  readonly file?: string | undefined;
  /** 1-based; absent means the first line. */
  readonly line?: number | undefined;
}

/** The platform's own terms, for messages and remedies. */
export interface PlatformWords {
  /** The platform's own name. */
  readonly name: string;
  /** Why the run cannot have what its platform lacks, as a clause: `this run is at a terminal`. */
  readonly lacking: string;
  /** The setting that lets a run read the repository at other commits, as a sentence without its full stop. */
  readonly mayRead: string;
  /** The term for a request to merge: `pull request`. */
  readonly changeRequest: string;
  /** The term for the automation that runs: `workflow`. */
  readonly workflow: string;
}

/** Maximum size of a file, or its archive, that one job of a run hands to another: a plan of 4,000 images has 2 MB. */
export const MOST_HANDED_ON = 64 << 20;

/** Files that the jobs of one run hand to each other. */
export interface RunFiles {
  /**
   * Keeps a file. A name that is taken counts as kept: the name must say what is in the file. Never throws.
   * @param file absolute path
   * @returns undefined: it is kept
   */
  keep(name: string, file: string): Promise<NotKept | undefined>;
  /** The zip with the file that a job of this run has kept. Another job may have made it, so the caller checks it. */
  fetch(name: string): Promise<Buffer | NotKept>;
}

/** Reports that a platform shows in its own places. They are written even if the user does not ask for them. */
export interface DefaultReports {
  /** Lines as in the input `reports`: `junit: gl-junit-report.xml`. The user's own lines come first. */
  readonly lines: readonly string[];
  /**
   * The page of a file after the run; undefined: there is none.
   * @param path relative to the workspace, with `/`
   */
  pageOf(path: string): string | undefined;
}

/**
 * The place of a run and of its answer. No method changes the answer. Every capability is optional: a run goes on
 * without what its platform lacks, and says so where the user asked for it.
 */
export interface Platform {
  readonly words: PlatformWords;
  readonly change: RunChange;
  readonly action: Action;
  /** The file that started the run, from the repository's root. */
  readonly workflowFile?: string | undefined;
  /** The run's summary page, with its longest text in bytes of UTF-8. */
  readonly summary?: { readonly mostBytes: number; write(markdown: string): Promise<void> } | undefined;
  /** Hands values to later steps. */
  readonly outputs?: ((values: Readonly<Record<string, string>>) => Promise<void>) | undefined;
  /** Files that outlive the machine. This call itself sends no request. */
  readonly sharedCache?: (() => Promise<SharedCache>) | undefined;
  /** The server, for a token that may be empty. Sends no request. Absent: the run has none. */
  readonly forge?: ((token: string) => Promise<Forge | Lacking>) | undefined;
  /** Keeps a report for later runs to compare with, if they may trust this run. Never throws. */
  readonly keepReport?: ((report: ReportToKeep) => Promise<void>) | undefined;
  readonly runFiles?: RunFiles | undefined;
  readonly defaultReports?: DefaultReports | undefined;
  /** The Markdown of its comments and issues: `glfm` for GLFM. Absent: GFM. */
  readonly markdown?: "glfm" | undefined;
  /** Keeps files with this run, for people. Never throws. */
  readonly keepFiles?: ((files: FilesToKeep) => Promise<Kept>) | undefined;
}

/** A platform before any of its code is loaded. */
export interface PlatformEntry {
  /** True if this run happens there. */
  isHere(env: World["env"]): boolean;
  /** Its jobs start the gate as a command: there are no actions. */
  readonly runsCommands?: boolean | undefined;
  /** The job's log; undefined: plain text. */
  log?(env: World["env"], out: Output, colours: boolean): Log | undefined;
  /** Its log shows colours, although it is not a terminal. */
  showsColours?(env: World["env"]): boolean;
  /** The inputs by their names in action.yml, if they do not come in the variables of {@link inputVariable}. */
  inputs?(env: World["env"]): Readonly<Record<string, string>>;
  /** Folders of the machine that runs the job. Undefined or empty: the same as at a terminal. */
  folders?(env: World["env"]): Partial<Record<"workspace" | "temp" | "checkouts" | "toolCache", string | undefined>>;
  /** Files through which a step talks to the machine that runs the job: no report may replace them. */
  ownFiles?(env: World["env"]): readonly string[];
  /**
   * Hands values to later steps when nothing else works any more, and before a command whose verdict they need. They
   * replace all values from before.
   */
  lastOutputs?(env: World["env"], values: Readonly<Record<string, string>>): void;
  /** Opens the platform itself, which loads its code. */
  open(world: World): Promise<Platform>;
}

/** The report, and the name under which later runs look for it. */
export interface ReportToKeep {
  readonly name: string;
  /** Absolute path of the only file that is kept. */
  readonly file: string;
}
