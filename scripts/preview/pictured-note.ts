import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { PROJECT_TOKEN, startFakeGitLab } from "../../__tests__/support/gitlab/fake-gitlab.ts";
import { mergeRequestVariables, runJob } from "../../__tests__/support/gitlab/gitlab-job.ts";

interface Options {
  readonly folder: string;
  /** The project, on the target branch and in the merge request. */
  readonly files: Readonly<Record<string, string>>;
  /** The inputs that name the scanner and its databases. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Runs the bundle in a job of a merge request's pipeline, with a simulated GitLab. @returns the note's Markdown */
export async function picturedNote({ folder, files, inputs, env }: Options): Promise<string> {
  await using gitlab = await startFakeGitLab();
  const base = gitlab.commit("main", files);
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, "gitlab/project", name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  const server = "https://gitlab.example.com";
  const { log } = await runJob({
    folder: join(folder, "gitlab"),
    apiUrl: gitlab.apiUrl,
    inputs: {
      ...inputs,
      token: PROJECT_TOKEN,
      image: "ghcr.io/acme/app:pr-7",
      baseline: "ghcr.io/acme/app:main",
      dockerfile: "Dockerfile",
    },
    variables: {
      ...mergeRequestVariables(),
      CI_MERGE_REQUEST_DIFF_BASE_SHA: base,
      // The simulated GitLab has a different port in each run.
      CI_SERVER_URL: server,
      CI_SERVER_FQDN: new URL(server).host,
      CI_PIPELINE_URL: `${server}/acme/widget/-/pipelines/1001`,
      CI_JOB_URL: `${server}/acme/widget/-/jobs/5005`,
      ...env,
    },
  });
  const [note] = gitlab.notes();
  if (note === undefined) throw new Error(`The job wrote no note:\n${log}`);
  return note.body;
}
