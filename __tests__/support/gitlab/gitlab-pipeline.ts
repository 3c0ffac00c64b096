import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { finish } from "../../../scripts/setup/command.ts";
import { root } from "../../../scripts/setup/tools.ts";
import { PROJECT_ID } from "./gitlab-job.ts";

/** A project with the components, whose pipelines `gitlab-ci-local` runs in this machine's shell. */
export interface Project {
  readonly folder: string;
  /** The newest commit. */
  readonly head: string;
  /** The program `image-gate` on the PATH, which a test may replace. */
  readonly program: string;
  write(name: string, text: string): void;
  git(...args: readonly string[]): Promise<string>;
  /** Runs `.gitlab-ci.yml`, or another text for it. */
  run(pipeline: string, options?: PipelineOptions): Promise<Pipeline>;
}

export interface PipelineOptions {
  /** Predefined variables alongside the usual ones. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Only reads and lists the jobs. */
  readonly isListed?: boolean;
  /** True if an `image-gate` is on the PATH. */
  readonly isInstalled?: boolean;
  /** The machine's environment, in addition to the job's variables. */
  readonly machine?: Readonly<Record<string, string>>;
}

export interface Pipeline {
  readonly code: number;
  readonly log: string;
  /** Names below the project's folder that a job has written. */
  readonly files: readonly string[];
}

const COLOUR = /\u001b\[[\d;]*m/g;

/** Components of another project are not read offline, so this project has the repository's name. */
export async function gitlabProject(folder: string, program: string): Promise<Project> {
  const project = join(folder, "image-gate");
  const bin = join(folder, "bin");
  for (const each of [project, bin]) mkdirSync(each, { recursive: true });
  for (const name of ["templates", "gitlab"]) cpSync(join(root, name), join(project, name), { recursive: true });
  const start = `#!/bin/sh\nexec '${process.execPath}' '${join(root, "dist/image-gate.js")}' "$@"\n`;
  writeFileSync(join(bin, "image-gate"), start);
  chmodSync(join(bin, "image-gate"), 0o755);
  const git = async (...args: readonly string[]) => {
    const who = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
    const { code, stdout, stderr } = await finish("git", [...who, ...args], { cwd: project });
    if (code !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}`);
    return stdout.trim();
  };
  await git("init", "--quiet", "--initial-branch=main");
  await git("remote", "add", "origin", "git@gitlab.example:OWNER/image-gate.git");
  await git("add", "--all");
  await git("commit", "--quiet", "--message=components");
  const path = `${join(process.execPath, "..")}:${process.env.PATH}`;

  return {
    folder: project,
    head: await git("rev-parse", "HEAD"),
    program: join(bin, "image-gate"),
    git,
    write: (name, text) => writeFileSync(join(project, name), text),
    async run(pipeline, { variables = {}, isListed = false, isInstalled = true, machine = {} } = {}) {
      writeFileSync(join(project, ".gitlab-ci.yml"), pipeline);
      const given = Object.entries(variables).flatMap(([name, value]) => ["--variable", `${name}=${value}`]);
      const args = [program, "--force-shell-executor", "--no-json-schema-validation", ...given];
      const env = { PATH: isInstalled ? `${bin}:${path}` : path, HOME: folder, TMPDIR: folder, ...machine };
      const asked = isListed ? [...args, "--list"] : args;
      const { code, stdout, stderr } = await finish(process.execPath, asked, { cwd: project, env });
      const made = existsSync(project)
        ? readdirSync(project).filter((name) => !/^(?:\.|templates$|gitlab$)/.test(name))
        : [];
      return { code, log: `${stdout}${stderr}`.replace(COLOUR, ""), files: made.sort() };
    },
  };
}

/** Variables of a merge request's pipeline that `gitlab-ci-local` does not make up. */
export function requestVariables(apiUrl: string, token?: string): Record<string, string> {
  return {
    CI_API_V4_URL: apiUrl,
    CI_PROJECT_ID: String(PROJECT_ID),
    CI_PIPELINE_SOURCE: "merge_request_event",
    CI_MERGE_REQUEST_IID: "7",
    CI_MERGE_REQUEST_PROJECT_ID: String(PROJECT_ID),
    CI_MERGE_REQUEST_SOURCE_PROJECT_ID: String(PROJECT_ID),
    CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: "feature",
    CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "main",
    CI_MERGE_REQUEST_DIFF_BASE_SHA: "b".repeat(40),
    ...(token === undefined ? {} : { GITLAB_TOKEN: token }),
  };
}

/** The pipelines of docs/gitlab.md, unchanged except for the commit, which is the project's. */
export function documentedPipelines(): readonly string[] {
  const page = readFileSync(join(root, "docs/gitlab.md"), "utf8");
  return [...page.matchAll(/```yaml\n(# \.gitlab-ci\.yml\n.*?)```/gs)].map(([, text = ""]) =>
    text.replaceAll("@<commit>", "@$CI_COMMIT_SHA"),
  );
}
