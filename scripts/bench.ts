import { mkdirSync } from "node:fs";
import { temporaryFolder } from "../__tests__/support/runs/folder.ts";
import { baselineLines } from "./bench/baseline.ts";
import { commandLines } from "./bench/command-line.ts";
import { everyReportLines } from "./bench/every-report.ts";
import { fleetLines } from "./bench/fleet.ts";
import { freshMachineLines } from "./bench/fresh-machine.ts";
import { genuineLines } from "./bench/genuine.ts";
import { type Groups, runGroups } from "./bench/groups.ts";
import { htmlLines } from "./bench/html.ts";
import { imageFileLines } from "./bench/image-file.ts";
import { judgingLines } from "./bench/judging.ts";
import { bigImageLines, givenReportLines } from "./bench/many-findings.ts";
import { opinionLines } from "./bench/opinions.ts";
import { planningLines } from "./bench/planning.ts";
import { profileOf } from "./bench/profile.ts";
import { registryImageLines } from "./bench/registry-image.ts";
import { rescanLines } from "./bench/rescan.ts";
import { sarifLines } from "./bench/sarif.ts";
import { severalImagesLines } from "./bench/several-images.ts";
import { jarLines, smallImageLines, textLines } from "./bench/small-images.ts";
import { startUpLines } from "./bench/start-up.ts";
import { stateLines } from "./bench/state.ts";
import { twoScannersLines } from "./bench/two-scanners.ts";
import { warmRunLines } from "./bench/warm-run.ts";
import { cacheFolder } from "./setup/tools.ts";

// npm run bench [-- GROUP…]: each figure is a ratio of two things that are measured in turn within this run.

mkdirSync(cacheFolder, { recursive: true });
using folder = temporaryFolder("bench");
const { path } = folder;

const groups: Groups = {
  "start-up": startUpLines,
  "small-image": () => smallImageLines(path),
  cli: () => commandLines(path),
  jar: () => jarLines(path),
  text: () => textLines(path),
  genuine: () => genuineLines(path),
  "warm-run": () => warmRunLines(path),
  "fresh-machine": () => freshMachineLines(path),
  "big-image": () => bigImageLines(path),
  "every-report": () => everyReportLines(path),
  "given-report": () => givenReportLines(path),
  judging: judgingLines,
  baseline: () => baselineLines(path),
  planning: planningLines,
  opinions: opinionLines,
  "two-scanners": () => twoScannersLines(path),
  html: htmlLines,
  sarif: () => sarifLines(path),
  rescan: rescanLines,
  fleet: () => fleetLines(path),
  state: stateLines,
  "several-images": () => severalImagesLines(path),
  "registry-image": () => registryImageLines(path),
  "image-file": () => imageFileLines(path),
};

/** Five lines that together see a slower start, check, reading of images, judging and planning. `.ci/run` has them. */
const quick = ["start-up", "small-image", "jar", "planning"];

process.exitCode = await runGroups(process.argv.slice(2), { groups, quick, profileOf, print: console.log });
