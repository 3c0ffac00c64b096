import { ReleaseFault } from "./fault.ts";
import type { GitHub, Release } from "./github.ts";
import { sectionOf } from "./notes.ts";
import type { Version } from "./version.ts";

/** The release to be made. */
export interface Candidate {
  readonly version: Version;
  /** The commit that the workflow runs at. */
  readonly commit: string;
  /** Texts of the files at that commit. */
  readonly files: Readonly<Record<"package.json" | "package-lock.json" | "CHANGELOG.md", string>>;
  /** Texts of all .gitattributes at that commit, by their paths. */
  readonly attributes: ReadonlyMap<string, string>;
}

type Check = (github: GitHub, candidate: Candidate) => Promise<void> | void;

const CHECKS: readonly Check[] = [
  ...[notOfFork, atCommit, onMain, green, versionOfPackage, inChangelog, notReleased, likeItsArchive],
];

/** All reasons against a release; empty: it may be built. Nothing is written. */
export async function faultsOf(github: GitHub, candidate: Candidate): Promise<ReleaseFault[]> {
  const faults: ReleaseFault[] = [];
  for (const check of CHECKS) {
    try {
      await check(github, candidate);
    } catch (thrown) {
      if (!(thrown instanceof ReleaseFault)) throw thrown;
      faults.push(thrown);
      // The others would say the same.
      if (thrown.code === "github-unreachable") break;
    }
  }
  return faults;
}

async function notOfFork(github: GitHub): Promise<void> {
  const { fork } = await github.need<{ readonly fork: boolean }>("");
  if (fork)
    throw new ReleaseFault(
      "fork-refused",
      `${github.place.repository} is a fork, and its tags are not releases of Image Gate.`,
      "A fork that releases under a name of its own changes this check.",
    );
}

/** @throws ReleaseFault `tag-moved` where the tag does not name the commit that this workflow runs at */
export async function atCommit(
  github: GitHub,
  { version: { tag }, commit }: Pick<Candidate, "version" | "commit">,
): Promise<void> {
  const named = await github.commitOf(tag);
  if (named !== commit)
    throw new ReleaseFault(
      "tag-moved",
      `The tag ${tag} ${named === undefined ? "does not exist" : `names ${named}`}, but this run is of ${commit}.`,
      "Find out who moved it, then release a new version from a reviewed commit.",
    );
}

async function onMain(github: GitHub, { commit }: Candidate): Promise<void> {
  const comparison = await github.ask<{ readonly status: string }>(`/compare/main...${commit}`);
  if (comparison?.status !== "identical" && comparison?.status !== "behind")
    throw new ReleaseFault(
      "commit-not-on-main",
      `The commit ${commit} is not on main.`,
      "Delete the tag, merge the commit by a reviewed pull request, and tag main.",
    );
}

interface Run {
  readonly head_branch: string | null;
  readonly head_sha: string;
  readonly event: string;
  readonly status: string | null;
  readonly conclusion: string | null;
  readonly run_number: number;
}

/** The newest run that a push to main has started. A run of a pull request or of a person does not count. */
async function green(github: GitHub, { commit }: Candidate): Promise<void> {
  const query = `branch=main&event=push&head_sha=${commit}&per_page=100`;
  const { workflow_runs: all } = await github.need<{ readonly workflow_runs: readonly Run[] }>(
    `/actions/workflows/ci.yml/runs?${query}`,
  );
  const [run] = all
    .filter((each) => each.head_branch === "main" && each.event === "push" && each.head_sha === commit)
    .sort((a, b) => b.run_number - a.run_number);
  if (run?.status === "completed" && run.conclusion === "success") return;
  const state = run === undefined ? "has not run" : run.status === "completed" ? `ended as ${run.conclusion}` : "runs";
  throw new ReleaseFault(
    "ci-not-green",
    `CI of ${commit} on main ${state}.`,
    "Start this job again when CI has succeeded. A commit that lies between others of one push has no run: tag the last one.",
  );
}

function versionOfPackage(_: GitHub, { version: { text, tag }, files }: Candidate): void {
  for (const name of ["package.json", "package-lock.json"] as const) {
    const { version } = JSON.parse(files[name]) as { readonly version?: unknown };
    if (version !== text)
      throw new ReleaseFault(
        "version-differs",
        `${name} says ${JSON.stringify(version)}, and the tag is ${tag}.`,
        "Set the version before the bundle is built (npm version --no-git-tag-version), and tag that commit.",
      );
  }
}

function inChangelog(_: GitHub, { version, files }: Candidate): void {
  sectionOf(files["CHANGELOG.md"], version.text);
}

/** A draft is not seen here, since a token that only reads sees none; the job that publishes finishes it. */
async function notReleased(github: GitHub, { version }: Candidate): Promise<void> {
  const tags = [version.tag, version.major];
  for (const tag of tags) {
    const release = await github.ask<Release>(`/releases/tags/${tag}`);
    if (release === undefined) continue;
    throw new ReleaseFault(
      tag === version.tag ? "release-exists" : "major-released",
      `There is a release of ${tag} already: ${release.html_url}`,
      tag === version.tag
        ? "Start only the failed jobs again, not all. For other contents, release the next version."
        : `The tag ${tag} moves, and so it must never get a release: delete that release.`,
    );
  }
}

/** What runs is GitHub's archive of the tag, in which these attributes change files that reviewers saw otherwise. */
function likeItsArchive(_: GitHub, { attributes }: Candidate): void {
  const changing = [...attributes].filter(([, text]) => text.includes("export-")).map(([path]) => path);
  if (changing.length > 0)
    throw new ReleaseFault(
      "archive-differs",
      `${changing.join(", ")} has an attribute for archives (export-subst or export-ignore).`,
      "Remove it: a job gets the action as an archive, which must be what was reviewed.",
    );
}
