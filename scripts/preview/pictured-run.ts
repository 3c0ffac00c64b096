import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startFakeGitHub } from "../../__tests__/support/github/fake-github.ts";
import { startFakeResults } from "../../__tests__/support/github/fake-results.ts";
import { startInternet } from "../../__tests__/support/network/internet.ts";
import { createRegistry } from "../../__tests__/support/registry/registry.ts";
import { startBed } from "../../__tests__/support/runs/bed.ts";
import { temporaryFolder } from "../../__tests__/support/runs/folder.ts";
import { runAction, type WorkflowEvent } from "../../__tests__/support/runs/runner.ts";
import { DOCKERFILE, inPullRequest, onMain } from "./images.ts";
import { picturedNote } from "./pictured-note.ts";
import { picturedTerminal } from "./pictured-terminal.ts";

/** The moment at which `clock.cjs` stops the bundle's clock. */
const NOW = new Date("2026-11-24T15:00:00Z");

const YESTERDAY = new Date("2026-11-23T15:00:00Z");

const POLICY = `version: 1
thresholds:
  high: 1
exceptions:
  - id: CVE-2099-1003
    package: zlib1g
    reason: The application inflates nothing that comes from outside.
    owner: "@acme/platform"
    expires: 2026-12-15
    only-while-unfixed: true
`;

const FILES = { Dockerfile: DOCKERFILE, ".github/image-gate.yml": POLICY };

/** Files that the bundle wrote about a pull request with a new, unexpected jar. */
export interface PicturedRun {
  /** The comment's Markdown. */
  readonly comment: string;
  /** The HTML report. */
  readonly report: string;
  /** The terminal's output about the same image, escape sequences included. */
  readonly terminal: string;
  /** The Markdown of the note in a merge request of GitLab's. */
  readonly note: string;
}

/**
 * Runs the committed bundle with the real Trivy on the default branch's image, then on a pull request's. The clock
 * is still and every name is fixed: the same code writes the same bytes on any machine.
 */
export async function picturedRun(): Promise<PicturedRun> {
  using folder = temporaryFolder("pictures");
  await using bed = await startBed({ now: NOW });
  await using github = await startFakeGitHub();
  await using service = await startFakeResults();
  const registry = createRegistry("ghcr.io");
  registry.add("acme/app", "main", onMain());
  registry.add("acme/app", "pr-7", inPullRequest());
  await using internet = await startInternet({ "ghcr.io": registry.handler });
  const commit = github.commit("main", FILES);
  const workspace = join(folder.path, "workspace");
  mkdirSync(join(workspace, ".github"), { recursive: true });
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(workspace, name), text);

  const env = {
    ...internet.env,
    NO_PROXY: "127.0.0.1",
    no_proxy: "127.0.0.1",
    NODE_OPTIONS: `--require=${join(import.meta.dirname, "clock.cjs")}`,
  };
  const run = (tag: string, event: WorkflowEvent) =>
    runAction({
      folder: join(folder.path, tag),
      workspace,
      toolCache: join(folder.path, "tools"),
      inputs: {
        ...bed.inputs,
        image: `ghcr.io/acme/app:${tag}`,
        dockerfile: "Dockerfile",
        reports: "html: report.html",
      },
      apiUrl: github.url,
      event,
      env: {
        ...env,
        ACTIONS_RESULTS_URL: service.url,
        ACTIONS_RUNTIME_TOKEN: service.token,
      },
    });

  const repository = { full_name: "acme/widget", default_branch: "main" };
  const ref = "refs/heads/main";
  await run("main", { name: "push", payload: { ref, repository }, ref, sha: commit });
  const [artifact] = service.artifacts;
  const zip = service.blobs.get(artifact?.id ?? "") ?? Buffer.alloc(0);
  github.artifacts.plant({ name: artifact?.name ?? "", zip, createdAt: YESTERDAY }, { headSha: commit });

  const { log } = await run("pr-7", github.pullRequestEvent(7));
  const comment = github.comments(7).at(-1)?.body;
  if (comment === undefined) throw new Error(`The run on the pull request wrote no comment:\n${log}`);
  const report = readFileSync(join(workspace, "report.html"), "utf8");
  const elsewhere = { folder: folder.path, inputs: bed.inputs, env };
  const terminal = await picturedTerminal({ ...elsewhere, workspace });
  const note = await picturedNote({ ...elsewhere, files: FILES });
  return { comment, report, terminal, note };
}
