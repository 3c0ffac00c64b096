import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { javaDatabaseArtifact, vulnerabilityDatabaseArtifact } from "../../__tests__/support/databases/database.ts";
import { kevFile, startExploitSources } from "../../__tests__/support/databases/exploit-sources.ts";
import { startFakeGitHub } from "../../__tests__/support/github/fake-github.ts";
import { startFakeResults } from "../../__tests__/support/github/fake-results.ts";
import { type Registry, startRegistry } from "../../__tests__/support/registry/registry.ts";
import { type ActionResult, runAction } from "../../__tests__/support/runs/runner.ts";
import { ensureTrivy, fileSha256 } from "../setup/tools.ts";
import { readTable } from "./advisories/table.ts";
import { type BuiltImage, REAL, type RealImage, writeFiles } from "./build-image.ts";

/** Files that the committed bundle wrote about a genuine image on a pull request. */
export interface GateRun {
  readonly result: ActionResult;
  /** The comment's Markdown. */
  readonly comment: string;
  /** Our JSON report. */
  readonly report: Readonly<Record<string, unknown>>;
}

const hour = (from: Date, hours: number): string => new Date(from.getTime() + hours * 3_600_000).toISOString();

/** A database of a cache folder, as if it had been built an hour ago. */
function databaseIn(folder: string, file: string, version: number, now: Date) {
  const times = { NextUpdate: hour(now, 23), UpdatedAt: hour(now, -1), DownloadedAt: hour(now, -1) };
  return { file: readFileSync(join(folder, file)), metadata: JSON.stringify({ Version: version, ...times }) };
}

/** A registry that serves the databases of a cache folder. */
export async function serveDatabases(cache: string): Promise<Registry> {
  const registry = await startRegistry();
  const now = new Date();
  const vulnerability = databaseIn(join(cache, "db"), "trivy.db", 2, now);
  const java = databaseIn(join(cache, "java-db"), "trivy-java.db", 1, now);
  registry.add("trivy-db", "2", vulnerabilityDatabaseArtifact(vulnerability));
  registry.add("trivy-java-db", "1", javaDatabaseArtifact(java));
  return registry;
}

/** `with:` of a step that uses these databases and the real Trivy. */
export async function databaseInputs(registry: Registry): Promise<Readonly<Record<string, string>>> {
  const trivy = await ensureTrivy();
  return {
    "trivy-binary": trivy,
    "trivy-sha256": await fileSha256(trivy),
    "db-repository": `${registry.host}/trivy-db:2`,
    "java-db-repository": `${registry.host}/trivy-java-db:1`,
  };
}

/** The Dockerfile that the history tells of. */
export function dockerfileOf({ base, steps }: RealImage): string {
  const own = steps
    .map(({ createdBy }) => createdBy)
    .filter((each) => !each.startsWith("#") && !each.startsWith("/bin/sh"))
    .map((each) => each.replace(/ # buildkit$/, "").replace(/^RUN \/bin\/sh -c /, "RUN "));
  return `${[`FROM ${base}`, ...own].join("\n")}\n`;
}

/** Nothing that is exploited may run, by our own catalog. */
const policy = (kev: string): string => `version: 1
thresholds: {critical: 0, high: 0, exploited: 0}
exploit-data: {kev: "${kev}"}
`;

/** CISA's catalog with the table's known exploits, in the size of the real one. */
function catalog(): Buffer {
  const { exploited } = readTable();
  return kevFile(
    Object.entries(exploited).map(([id, due]) => ({ id, due })),
    new Date(Date.now() - 86_400_000).toISOString(),
  );
}

/** Starts the committed bundle on the image as a runner does, on a pull request. */
export async function gateRun({ image, tar }: BuiltImage, inputs: Readonly<Record<string, string>>): Promise<GateRun> {
  await using github = await startFakeGitHub();
  await using service = await startFakeResults();
  await using sources = await startExploitSources();
  sources.serve("/kev.json", catalog());
  const folder = join(REAL, "runs", image.name);
  rmSync(folder, { recursive: true, force: true });
  const workspace = join(folder, "workspace");
  mkdirSync(workspace, { recursive: true });
  linkSync(tar, join(workspace, `${image.name}.tar`));
  const files = { Dockerfile: dockerfileOf(image), ".github/image-gate.yml": policy(sources.kevUrl) };
  github.commit("main", files);
  writeFiles(workspace, files);
  const result = await runAction({
    folder,
    timeoutMs: 300_000,
    apiUrl: github.url,
    event: github.pullRequestEvent(7),
    inputs: { ...inputs, image: `${image.name}.tar`, dockerfile: "Dockerfile" },
    // As on a runner, the whole report is an artifact, and the comment links to it.
    env: { ACTIONS_RESULTS_URL: service.url, ACTIONS_RUNTIME_TOKEN: service.token },
  });
  const comment = github.comments(7).at(-1)?.body;
  const { verdict, report } = result.outputs;
  if (comment === undefined || report === undefined || verdict === "error") throw new Error(result.log);
  for (const [name, text] of Object.entries({ comment, summary: result.summary, log: result.log }))
    writeFileSync(join(folder, `${name}.md`), text);
  return { result, comment, report: JSON.parse(readFileSync(report, "utf8")) };
}
