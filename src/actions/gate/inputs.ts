import { GateError } from "../../system/errors.ts";
import {
  firstLinesOf,
  lines,
  linesOf,
  optional,
  optionalDuration,
  platforms,
  skipped,
  switchOr,
  textOr,
  uniqueLines,
  word,
  wordList,
} from "../fields.ts";
import { input, inputs, namesWhere } from "../input-facts.ts";
import { otherScanners, withContradictions } from "../scan-with.ts";
import { actionInputs, type InputData, type InputsOf, judging, scanners, scanning } from "../shared-inputs.ts";
import { REPLACED } from "./foreign-inputs.ts";

const HOUR_MS = 3_600_000;

const shape = {
  image: input(lines, { target: true, address: true }),
  "image-source": input(wordList(["docker", "containerd", "podman", "remote"], []), { scans: true }),
  ...inputs({ path: lines }, { target: true }),
  repository: input(lines, { target: true, address: true }),
  ...inputs({ sbom: lines, "trivy-report": lines, "scan-report": lines }, { target: true }),
  "max-report-age": optionalDuration({ least: HOUR_MS, most: 365 * 24 * HOUR_MS, example: "`1d`, `36h` or `7d`" }),
  platform: input(platforms, { often: true, scans: true, needs: ["image", ""] }),
  baseline: input(textOr("auto"), { often: true, file: true }),
  "base-image": input(optional, { address: true }),
  "base-image-candidates": input(uniqueLines, { address: true }),
  dockerfile: input(optional, { file: true }),
  vex: input(uniqueLines, { file: true, words: ["repo"] }),
  ...inputs({ "skip-dirs": skipped, "skip-files": skipped, scanners }, { scans: true }),
  ...otherScanners,
  policy: input(optional, { often: true, file: true }),
  "policy-from": word(["workspace", "base", "default-branch"], "workspace"),
  ...judging,
  comment: word(["always", "on-failure", "never"], "always", { yes: "always", no: "never" }),
  summary: switchOr(true),
  reports: input(lines, {
    often: true,
    words: [
      ...["sarif", "gitlab", "gitlab-code-quality", "gitlab-sbom", "gitlab-annotations", "junit", "csv"],
      ...["markdown", "html", "verdict", "cyclonedx", "spdx-json"],
    ],
  }),
  "upload-sarif": switchOr(false),
  "dependency-graph": switchOr(false),
  ...scanning,
};

const known = { shape, replaced: REPLACED, contradictions, page: "docs/inputs.md" };
const { schema, names, namesIn, read, correct, reporting } = actionInputs(known);

export { names as INPUT_NAMES, schema };

type Data = InputData<typeof shape>;

/** The action's validated inputs, with `base-image` as `baseImage`. */
export type Inputs = InputsOf<Data>;

/** The inputs that name targets. */
const TARGETS = namesWhere(shape, ({ target }) => target) as (keyof Pick<
  Data,
  "image" | "path" | "repository" | "sbom" | "trivy-report" | "scan-report"
>)[];
export type TargetInputs = ReturnType<typeof namedTargets>;

/** The inputs that reporting needs. */
const REPORTING = [
  ...(["comment", "summary", "reports", "upload-sarif", "dependency-graph"] as const),
  ...(["token", "name", "offline"] as const),
];
export type ReportingInputs = ReturnType<typeof reportingInputs>;

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Reads the inputs from a runner's environment, where the input `max-high` is `INPUT_MAX-HIGH`.
 * @throws GateError `input-invalid` with all mistakes at once, `no-target`
 */
export function readInputs(env: Env): Inputs {
  const given = read(env);
  if (countTargets(given) === 0)
    throw new GateError(
      "no-target",
      `There is nothing to judge: none of ${TARGETS.map((name) => `\`${name}\``).join(", ")} is given, or empty`,
      "Name what to scan, for example `image: ghcr.io/acme/app:1.2`.",
    );
  return given;
}

/**
 * The reporting inputs if others are wrong. They are needed to report the mistake, and to replace a former comment that
 * says "may run". A wrong reporting input counts as absent.
 */
export function reportingInputs(env: Env) {
  return reporting(REPORTING, env);
}

/** The readable targets if other inputs are wrong. They determine the comment's name. */
export function namedTargets(env: Env) {
  return correct([...TARGETS, "platform"], env);
}

/**
 * The lines of all inputs except the one that names the files to write, unknown and misspelt ones included: some are
 * files that the run reads. Of a VEX repository it reads its index first.
 */
export function namedThings(env: Env): string[] {
  const variables = Object.entries(env).filter(([name]) => /^INPUT_/i.test(name) && name !== "INPUT_REPORTS");
  return variables
    .flatMap(([, value = ""]) => linesOf(value))
    .map((line) => line.replace(/^repo:(.*)$/s, "$1/index.json"));
}

/** The lines of `reports`, right or wrong. */
export function namedReports(env: Env): string[] {
  return firstLinesOf(namesIn(env).given.get("reports") ?? "");
}

function contradictions(data: Data): string[] {
  const mistakes = withContradictions(data);
  if (data.offline && data["policy-from"] !== "workspace")
    mistakes.push(`\`policy-from: ${data["policy-from"]}\` asks the platform's API, which \`offline\` forbids`);
  if (data["max-report-age"] !== undefined && data["trivy-report"].length + data["scan-report"].length === 0)
    mistakes.push("`max-report-age` needs a `scan-report` or a `trivy-report`");
  return mistakes;
}

/** The inputs that name targets, by their kind. */
export function targetsOf(inputs: TargetInputs) {
  const { image, path, repository, sbom, trivyReport: report, scanReport, platform } = inputs;
  return { image, path, repository, sbom, report, scanReport, platform };
}

/** How many targets are named, before platforms multiply them. */
export function countTargets(inputs: TargetInputs): number {
  const { platform: _, ...named } = targetsOf(inputs);
  return Object.values(named).reduce((sum, { length }) => sum + length, 0);
}
