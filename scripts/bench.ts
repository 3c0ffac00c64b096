import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Bed, startBed } from "../__tests__/support/bed.ts";
import { temporaryFolder } from "../__tests__/support/folder.ts";
import { big, saveImage } from "../__tests__/support/images.ts";
import { type ActionResult, runAction } from "../__tests__/support/runner.ts";
import { bareTrivy } from "./bench/bare-trivy.ts";
import { baselineLines } from "./bench/baseline.ts";
import { comparingLines } from "./bench/comparing.ts";
import { everyReportLines } from "./bench/every-report.ts";
import { fleetLines } from "./bench/fleet.ts";
import { freshMachineLines } from "./bench/fresh-machine.ts";
import { genuineLines } from "./bench/genuine.ts";
import { htmlLines } from "./bench/html.ts";
import { imageFileLines } from "./bench/image-file.ts";
import { judgingLines } from "./bench/judging.ts";
import { inTurn, type Line, line, median, timeCommand } from "./bench/measure.ts";
import { numbersLines } from "./bench/numbers.ts";
import { planningLines } from "./bench/planning.ts";
import { registryImageLines } from "./bench/registry-image.ts";
import { rescanLines } from "./bench/rescan.ts";
import { sarifLines } from "./bench/sarif.ts";
import { severalImagesLines } from "./bench/several-images.ts";
import { jarLines, namedArchiveLines, smallImageLines } from "./bench/small-images.ts";
import { stateLines } from "./bench/state.ts";
import { warmRunLines } from "./bench/warm-run.ts";
import { cacheFolder, root } from "./setup/tools.ts";

// Each figure is a ratio, or a difference, of two things measured in turn within this run; medians.

const ms = (value: number): string => `${value.toFixed(0)} ms`;
const times = (value: number): string => `${value.toFixed(2)}×`;
const mb = (value: number): string => `${(value / 1e6).toFixed(1)} MB`;
const kb = (value: number): string => `${(value / 1e3).toFixed(1)} kB`;

const node = process.execPath;
const bundle = join(root, "dist/index.js");

function startUp(): Promise<Line[]> {
  // An empty environment: no inputs, no runner's files.
  return inTurn(
    40,
    () => timeCommand(node, [bundle], { env: {}, codes: [1] }).ms,
    () => timeCommand(node, ["-e", "0"], { env: {} }).ms,
  ).then(({ ratio }) => [
    line("start-up with missing inputs ÷ node -e 0", ratio, 2.5, times),
    line("size of dist/index.js", statSync(bundle).size, 2e6, mb),
  ]);
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
  const { ratio } = await inTurn(
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
    line("50,000 findings: whole action, no summary ÷ bare Trivy", ratio, 1.35, times),
    line(
      "50,000 findings: with a summary, which is cut, and the whole report as Markdown ÷ without",
      cut.ratio,
      1.2,
      times,
    ),
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
    line(
      "50,000 findings: log",
      figure((r) => Buffer.byteLength(r.log)),
      64_000,
      kb,
    ),
    line(
      "50,000 findings: annotations of one level",
      figure((r) => Math.max(0, ...countLevels(r))),
      10,
      String,
    ),
  ];
}

function countLevels({ annotations }: ActionResult): number[] {
  const levels = new Map<string, number>();
  for (const { level } of annotations) levels.set(level, (levels.get(level) ?? 0) + 1);
  return [...levels.values()];
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
  const { ratio } = await inTurn(
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
  return [line("20,000 findings as trivy-report ÷ a script that only parses it", ratio, 3, times)];
}

mkdirSync(cacheFolder, { recursive: true });
using folder = temporaryFolder("bench");
/** By the name that `npm run bench -- NAME…` takes to measure only some. */
const groups: Readonly<Record<string, () => Promise<Line[]>>> = {
  "start-up": startUp,
  "small-image": () => smallImageLines(folder.path, { times, ms }),
  jars: () => jarLines(folder.path, { times, ms }),
  "trivy-sha256": () => namedArchiveLines(folder.path, { times, ms }),
  genuine: () => genuineLines(folder.path, times),
  "warm-run": () => warmRunLines(folder.path, ms),
  "fresh-machine": () => freshMachineLines(folder.path, times),
  "big-image": () => bigImage(folder.path),
  "every-report": () => everyReportLines(folder.path, line, times),
  "given-report": () => givenReport(folder.path),
  judging: () => judgingLines(line, times),
  comparing: () => comparingLines(line, times),
  baseline: () => baselineLines(folder.path, line, (value) => `${(value * 100).toFixed(0)} %`),
  planning: () => planningLines(line, times),
  html: () => htmlLines(line, times),
  sarif: () => sarifLines(folder.path, line, times),
  rescan: () => rescanLines(line, times, (value) => `${(value * 100).toFixed(2)} %`),
  numbers: () => numbersLines(line, times),
  fleet: () => fleetLines(folder.path, line, times),
  state: () => stateLines(line, times),
  "several-images": () => severalImagesLines(folder.path, line, times),
  "registry-image": () => registryImageLines(folder.path, line, times),
  "image-file": () => imageFileLines(folder.path, line, times),
};
const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(groups);
const unknown = wanted.filter((name) => !Object.hasOwn(groups, name));
if (unknown.length > 0)
  throw new Error(`There is no ${unknown.join(", ")}: it is one of ${Object.keys(groups).join(", ")}.`);
const lines: Line[] = [];
for (const name of wanted) lines.push(...((await groups[name]?.()) ?? []));
const table = [
  "| what | figure | limit | |",
  "| --- | --: | --: | --- |",
  ...lines.map(({ what, figure, limit, holds }) => `| ${what} | ${figure} | ${limit} | ${holds ? "ok" : "**over**"} |`),
].join("\n");
console.log(table);
process.exitCode = lines.every(({ holds }) => holds) ? 0 : 1;
