import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Bed, startBed } from "../__tests__/support/bed.ts";
import { temporaryFolder } from "../__tests__/support/folder.ts";
import { big, saveImage } from "../__tests__/support/images.ts";
import type { ActionResult } from "../__tests__/support/runner.ts";
import { bareTrivy } from "./bench/bare-trivy.ts";
import { baselineLines } from "./bench/baseline.ts";
import { everyReportLines } from "./bench/every-report.ts";
import { fleetLines } from "./bench/fleet.ts";
import { freshMachineLines } from "./bench/fresh-machine.ts";
import { genuineLines } from "./bench/genuine.ts";
import { htmlLines } from "./bench/html.ts";
import { imageFileLines } from "./bench/image-file.ts";
import { judgingLines } from "./bench/judging.ts";
import { inTurn, type Line, line, median, ratioLine, timeCommand } from "./bench/measure.ts";
import { planningLines } from "./bench/planning.ts";
import { profileOf, runAction } from "./bench/profile.ts";
import { registryImageLines } from "./bench/registry-image.ts";
import { rescanLines } from "./bench/rescan.ts";
import { sarifLines } from "./bench/sarif.ts";
import { severalImagesLines } from "./bench/several-images.ts";
import { jarLines, smallImageLines, textLines } from "./bench/small-images.ts";
import { stateLines } from "./bench/state.ts";
import { warmRunLines } from "./bench/warm-run.ts";
import { cacheFolder, root } from "./setup/tools.ts";

// Each figure is a ratio, or a difference, of two things measured in turn within this run; medians.

const ms = (value: number): string => `${value.toFixed(0)} ms`;
const mb = (value: number): string => `${(value / 1e6).toFixed(1)} MB`;

const node = process.execPath;
const bundle = join(root, "dist/index.js");

function startUp(): Promise<Line[]> {
  // An empty environment: no inputs, no runner's files.
  return inTurn(
    40,
    () => timeCommand(node, [bundle], { env: {}, codes: [1] }).ms,
    () => timeCommand(node, ["-e", "0"], { env: {} }).ms,
  ).then((compared) => [ratioLine("start-up with missing inputs ÷ node -e 0", compared, 2.5)]);
}

/** So that the whole report need not be written as Markdown too, which has a line of its own. */
const NOTHING_CUT = { summary: "false" };

interface Scene {
  readonly folder: string;
  readonly bed: Bed;
  readonly image: string;
}

/** The action as a runner starts it, on one image; the first run of a scene fills the store with the databases. */
async function gate(scene: Scene, more: Readonly<Record<string, string>> = {}): Promise<ActionResult> {
  const { folder, bed, image } = scene;
  const result = await runAction({ folder, inputs: { ...bed.inputs, image, ...more } });
  if (result.outputs.verdict !== "fail") throw new Error(result.log);
  return result;
}

const bare = ({ folder, bed, image }: Scene): number =>
  bareTrivy({
    folder,
    trivy: bed.inputs["trivy-binary"] ?? "",
    database: join(folder, "tools/image-gate/db"),
    image,
  });

async function bigImage(folder: string): Promise<Line[]> {
  await using bed = await startBed({ findingsInBig: 50_000 });
  const image = saveImage(join(folder, "big/image.tar"), big());
  const scene = { folder: join(folder, "big"), bed, image };
  await gate(scene);
  const results: ActionResult[] = [];
  const compared = await inTurn(
    7,
    async () => {
      const result = await gate(scene, NOTHING_CUT);
      results.push(result);
      return result.milliseconds;
    },
    () => bare(scene),
  );
  const figure = (read: (result: ActionResult) => number): number => median(results.map(read));
  const cut = await inTurn(
    7,
    async () => (await gate(scene)).milliseconds,
    async () => (await gate(scene, NOTHING_CUT)).milliseconds,
  );
  return [
    ratioLine("50,000 findings: whole action, no summary ÷ bare Trivy", compared, 1.35),
    ratioLine("50,000 findings: with a summary, which is cut, and the whole report as Markdown ÷ without", cut, 1.2),
    line(
      "50,000 findings: CPU of Node alone",
      figure((r) => r.figures?.cpuMs ?? Number.NaN),
      800,
      ms,
    ),
    line(
      "50,000 findings: peak memory of Node alone",
      figure((r) => r.figures?.peakBytes ?? Number.NaN),
      350e6,
      mb,
    ),
  ];
}

async function givenReport(folder: string): Promise<Line[]> {
  await using bed = await startBed({ findingsInBig: 20_000 });
  const image = saveImage(join(folder, "given/image.tar"), big());
  const scanned = await gate({ folder: join(folder, "given"), bed, image });
  const report = scanned.outputs["trivy-report"] ?? "";
  const parse = join(folder, "parse.mjs");
  writeFileSync(
    parse,
    `import { readFileSync } from "node:fs"; JSON.parse(readFileSync(${JSON.stringify(report)}, "utf8"));`,
  );
  const compared = await inTurn(
    11,
    async () => {
      const inputs = { "trivy-report": report, ...NOTHING_CUT };
      const temp = join(folder, "given/temp");
      const result = await runAction({ folder: join(folder, "judged"), inputs, env: { RUNNER_TEMP: temp } });
      if (result.outputs.verdict !== "fail") throw new Error(result.log);
      return result.milliseconds;
    },
    () => timeCommand(node, [parse]).ms,
  );
  return [ratioLine("20,000 findings as trivy-report ÷ a script that only parses it", compared, 3)];
}

mkdirSync(cacheFolder, { recursive: true });
using folder = temporaryFolder("bench");
/** By the name that `npm run bench -- NAME…` takes to measure only some. */
const groups: Readonly<Record<string, () => Promise<Line[]>>> = {
  "start-up": startUp,
  "small-image": () => smallImageLines(folder.path),
  jar: () => jarLines(folder.path),
  text: () => textLines(folder.path),
  genuine: () => genuineLines(folder.path),
  "warm-run": () => warmRunLines(folder.path, ms),
  "fresh-machine": () => freshMachineLines(folder.path),
  "big-image": () => bigImage(folder.path),
  "every-report": () => everyReportLines(folder.path),
  "given-report": () => givenReport(folder.path),
  judging: judgingLines,
  baseline: () => baselineLines(folder.path),
  planning: planningLines,
  html: htmlLines,
  sarif: () => sarifLines(folder.path),
  rescan: rescanLines,
  fleet: () => fleetLines(folder.path),
  state: stateLines,
  "several-images": () => severalImagesLines(folder.path),
  "registry-image": () => registryImageLines(folder.path),
  "image-file": () => imageFileLines(folder.path),
};
/** Those that take seconds, for each change. */
const QUICK = ["start-up", "small-image", "jar", "planning"];

const asked = process.argv.slice(2).flatMap((name) => (name === "quick" ? QUICK : name));
const wanted = asked.length > 0 ? asked : Object.keys(groups);
const unknown = wanted.filter((name) => !Object.hasOwn(groups, name));
if (unknown.length > 0)
  throw new Error(`There is no ${unknown.join(", ")}: it is quick, or one of ${Object.keys(groups).join(", ")}.`);
const lines: Line[] = [];
for (const name of wanted) {
  const found = (await groups[name]?.()) ?? [];
  for (const { what, holds, work } of found)
    if (!holds && work !== undefined)
      console.log([`${what}: where the CPU was`, ...(await profileOf(work))].join("\n"));
  lines.push(...found);
}
const percent = (part: number): string => (part === 0 ? "" : `${(part * 100).toFixed(0)} %`);
const table = [
  "| what | figure | limit | CPU | others' CPU | |",
  "| --- | --: | --: | --: | --: | --- |",
  ...lines.map(
    ({ what, figure, limit, cpu, others, holds }) =>
      `| ${what} | ${figure} | ${limit} | ${cpu} | ${percent(others)} | ${holds ? "ok" : "**over**"} |`,
  ),
].join("\n");
console.log(table);
const over = lines.filter(({ holds }) => !holds).length;
console.log(`${lines.length - over} passed, ${over} failed`);
process.exitCode = over === 0 ? 0 : 1;
