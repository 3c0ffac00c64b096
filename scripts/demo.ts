import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { type FakeGitHub, startFakeGitHub } from "../__tests__/support/github/fake-github.ts";
import { HIDDEN_JAR, python, saveImage } from "../__tests__/support/images/images.ts";
import { type Bed, startBed } from "../__tests__/support/runs/bed.ts";
import { temporaryFolder } from "../__tests__/support/runs/folder.ts";
import { type ActionResult, runAction } from "../__tests__/support/runs/runner.ts";
import { addDays, dayOf } from "../src/domain/dates.ts";
import { root } from "./setup/tools.ts";

// The gate's main job, twice, on a pull request: first the image as it is, then with exceptions for what it carries.

const out = join(root, "out/demo");
const expires = addDays(dayOf(new Date()), 30);

const POLICY = `version: 1
thresholds:
  high: 3
exceptions:
  - id: CVE-2021-44228
    package: org.apache.logging.log4j:log4j-core
    paths: ["${HIDDEN_JAR.replace(/[^/]+$/, "*.jar")}"]
    reason: The renderer gets no user input; the vendor ships the fix in its next release.
    owner: "@acme/platform"
    expires: ${expires}
  - id: CVE-2021-45046
    package: org.apache.logging.log4j:log4j-core
    reason: The same jar, replaced together with the other.
    owner: "@acme/platform"
    expires: ${expires}
  - id: CVE-2021-45105
    package: org.apache.logging.log4j:log4j-core
    reason: The same jar, replaced together with the others.
    owner: "@acme/platform"
    expires: ${expires}
  - id: CVE-2099-1003
    package: zlib1g
    reason: The application inflates nothing that comes from outside.
    owner: "@acme/platform"
    expires: ${expires}
    only-while-unfixed: true
`;

interface Act {
  readonly name: string;
  readonly expected: "fail" | "pass";
  readonly policy?: string;
}

const ACTS: readonly Act[] = [
  { name: "1-fail", expected: "fail" },
  { name: "2-pass", expected: "pass", policy: POLICY },
];

async function play(act: Act, folder: string, bed: Bed, github: FakeGitHub): Promise<boolean> {
  const workspace = join(folder, "workspace");
  mkdirSync(join(workspace, ".github"), { recursive: true });
  saveImage(join(workspace, "app.tar"), python({ withNopomJar: true }), ["ghcr.io/acme/app:1.0"]);
  if (act.policy !== undefined) writeFileSync(join(workspace, ".github/image-gate.yml"), act.policy);
  const result = await runAction({
    folder: join(folder, act.name),
    workspace,
    toolCache: join(folder, "tools"),
    inputs: {
      ...bed.inputs,
      image: "app.tar",
      reports: `html: ${act.name}-report.html\nsarif: ${act.name}-report.sarif`,
    },
    apiUrl: github.url,
    event: github.pullRequestEvent(7),
  });
  const comment = github.comments(7).at(-1)?.body ?? "";
  for (const name of [`${act.name}-report.html`, `${act.name}-report.sarif`])
    copyFileSync(join(workspace, name), join(out, name));
  show(act, result, comment);
  return result.outputs.verdict === act.expected && comment !== "" && result.summary !== "";
}

function show(act: Act, result: ActionResult, comment: string): void {
  const files = [
    [`${act.name}-comment.md`, comment],
    [`${act.name}-summary.md`, result.summary],
    [`${act.name}-log.txt`, result.log],
  ] as const;
  for (const [name, text] of files) writeFileSync(join(out, name), text);
  const rule = "─".repeat(100);
  console.log(`\n${rule}\n${act.name}: the comment\n${rule}\n${comment}`);
  console.log(`\n${rule}\n${act.name}: the job summary\n${rule}\n${result.summary}`);
  console.log(`\n${rule}\n${result.outputs.reason}\nexit code ${result.code}, verdict ${result.outputs.verdict}`);
  const shown = [...files.map(([name]) => name), `${act.name}-report.html`, `${act.name}-report.sarif`];
  console.log(`Files: ${shown.map((name) => relative(root, join(out, name))).join(", ")}`);
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
using folder = temporaryFolder("demo");
await using bed = await startBed();
await using github = await startFakeGitHub();
for (const act of ACTS)
  if (!(await play(act, folder.path, bed, github))) {
    console.error(`\nThe demo expected the verdict ${act.expected}; see out/demo/${act.name}-log.txt.`);
    process.exitCode = 1;
  }
