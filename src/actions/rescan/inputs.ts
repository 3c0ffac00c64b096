import { z } from "zod";
import { parseSource, type Source } from "../../discovery/parse-source.ts";
import { GateError } from "../../system/errors.ts";
import {
  count,
  matching,
  optional,
  optionalCount,
  serviceWithLogin,
  switchOr,
  textOr,
  uniqueLines,
} from "../fields.ts";
import { factsOf, input, inputs, namesWhere, type Shape } from "../input-facts.ts";
import { otherScanners, withContradictions } from "../scan-with.ts";
import { actionInputs, type InputData, type InputsOf, judging, scanners, scanning } from "../shared-inputs.ts";
import { REPLACED } from "./foreign-inputs.ts";

/** Where the history is kept if nothing else is named. */
const STATE_BRANCH = "image-gate-state";
/** Most jobs that one matrix of a workflow starts. */
const MOST_SHARDS = 256;
/** More would not be read, and the platform's limits would end the run. */
const MOST_ISSUES = 500;

const IN_MERGE = { parts: ["merge"] } as const;
const shard = matching(/^[1-9]\d{0,2}\/[1-9]\d{0,2}$/, "must be a shard of the plan's matrix, such as `1/8`");
const expected = matching(/^[0-9a-f]{64}$/, "must be the plan's output `expected`, a SHA-256");

const shape = {
  discover: input(uniqueLines, {
    address: true,
    words: ["file", "compose", "kubernetes", "helm", "kubectl", "registry", "harbor", "docker"],
    parts: ["plan"],
  }),
  "reuse-sbom": input(switchOr(true), { parts: ["scan"] }),
  "harbor-report": input(switchOr(false), { parts: ["scan"] }),
  "state-branch": input(textOr(STATE_BRANCH), { parts: ["scan", "merge"] }),
  "state-dir": input(optional, { parts: ["scan", "merge"] }),
  part: optional.pipe(z.enum(["plan", "scan", "merge"], "must be `plan`, `scan` or `merge`").optional()),
  ...inputs({ shards: optionalCount(1, MOST_SHARDS) }, { parts: ["plan"], onlyInPart: true }),
  ...inputs({ shard }, { parts: ["scan"], onlyInPart: true }),
  ...inputs({ expected }, { parts: ["scan", "merge"], onlyInPart: true }),
  ...inputs({ reports: optional }, { parts: ["merge"], onlyInPart: true }),
  issues: input(switchOr(false), IN_MERGE),
  "max-issues": input(count(50, MOST_ISSUES), IN_MERGE),
  scanners: input(scanners, { parts: ["scan"] }),
  ...otherScanners,
  vex: input(uniqueLines, { ...IN_MERGE, file: true, words: ["repo"] }),
  policy: input(optional, { ...IN_MERGE, file: true }),
  ...inputs(judging, IN_MERGE),
  // A job of any part has a heading.
  name: input(judging.name, { initially: "Running images" }),
  summary: switchOr(true),
  metrics: input(optional, IN_MERGE),
  pushgateway: input(serviceWithLogin, { ...IN_MERGE, secret: true }),
  page: input(optional, IN_MERGE),
  ...scanning,
};

const page = "docs/rescan.md";
const { schema, names, read, reporting } = actionInputs({ shape, replaced: REPLACED, contradictions, page });

export { names as INPUT_NAMES, schema };

/** The inputs that have no meaning in a run that is not divided. */
export const ONLY_IN_PARTS = namesWhere(shape, ({ onlyInPart }) => onlyInPart);

type Data = InputData<typeof shape>;
type Env = Readonly<Record<string, string | undefined>>;

/** The action's validated inputs, with `state-dir` as `stateDir`. */
export type Inputs = InputsOf<Data>;

/** The inputs that reporting needs. */
const REPORTING = ["summary", "token", "name", "offline"] as const;
export type ReportingInputs = ReturnType<typeof reportingInputs>;

/** All inputs, as if no input was given. */
function nothingGiven(): Data {
  return schema.parse(Object.fromEntries(names.map((name) => [name, ""])), { jitless: true });
}

/**
 * Reads the inputs from a runner's environment.
 * @throws GateError `input-invalid` with all mistakes at once, `no-source`
 */
export function readInputs(env: Env): Inputs {
  const given = read(env);
  if (given.discover.length === 0 && (given.part === undefined || given.part === "plan"))
    throw new GateError(
      "no-source",
      "There is nowhere to look for running images: `discover` is empty",
      "Name at least one source, for example `discover: kubernetes:deploy/**/*.yaml`; docs/discovery.md of Image Gate lists them.",
    );
  return given;
}

/** The reporting inputs if others are wrong. */
export function reportingInputs(env: Env) {
  return reporting(REPORTING, env);
}

function contradictions(data: Data): string[] {
  const mistakes = withContradictions(data);
  if (data.issues && data.offline) mistakes.push("`issues: true` asks the platform's API, which `offline` forbids");
  if (data.offline && data.part !== undefined)
    mistakes.push("`part` hands the plan on as an artifact of the platform, which `offline` forbids asking");
  else if (data.offline && data["state-dir"] === undefined)
    mistakes.push("`offline` forbids asking the platform for the history: name a folder for it by `state-dir`");
  if (data.page !== undefined && data.page === data.metrics)
    mistakes.push("`page` and `metrics` name the same file, of which only one could stay");
  const sources = sourceMistakes(data.discover);
  if (data["harbor-report"] && sources.length === 0) mistakes.push(...reportMistakes(data));
  return [...mistakes, ...sources, ...partMistakes(data)];
}

function reportMistakes({ discover, scanners: asked }: Pick<Data, "discover" | "scanners">): string[] {
  const mistakes: string[] = [];
  if (discover.length > 0 && discover.every((line) => harborOf(line) === undefined))
    mistakes.push("`harbor-report` needs a line `harbor:` in `discover`, whose images have such reports");
  if (asked.some((each) => each !== "vuln"))
    mistakes.push("`harbor-report` has vulnerabilities alone, and `scanners` asks for more");
  return mistakes;
}

function sourceMistakes(lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    const source = parseSource(line);
    return "mistake" in source ? [`\`discover\`: ${JSON.stringify(line)} ${source.mistake}`] : [];
  });
}

/** The lines of `discover`, which were correct. */
export function sourcesOf({ discover }: Pick<Inputs, "discover">): Source[] {
  return discover.map(parseSource).filter((source): source is Source => !("mistake" in source));
}

/**
 * The address of the Harbor that a line of `discover` names, whose images have reports. Undefined: it names something
 * else.
 */
export function harborOf(line: string): string | undefined {
  const source = parseSource(line);
  return "kind" in source && source.kind === "harbor" ? source.origin : undefined;
}

/**
 * What is given although it has no meaning in this part, and what is missing. An input that is as if it were not given
 * counts as that, since action.yml gives many their default.
 */
function partMistakes(data: Data): string[] {
  const { part } = data;
  const partsOf = (name: string) => factsOf((shape as Shape)[name]).parts ?? [];
  const wordsOf = (name: string) =>
    partsOf(name)
      .map((each) => `\`part: ${each}\``)
      .join(" and ");
  const isMissing = (name: string) => data[name as keyof Data] === undefined;
  if (part === undefined)
    return ONLY_IN_PARTS.filter((name) => !isMissing(name)).map((name) => `\`${name}\` needs ${wordsOf(name)}`);
  const none = nothingGiven();
  // Which of several scanners may fail is known to the policy alone.
  const isAboutScanners = part === "scan" && data["scan-with"].length > 1;
  const wrong = namesWhere(shape, ({ parts }) => parts !== undefined && !parts.includes(part))
    .filter((name) => JSON.stringify(data[name as keyof Data]) !== JSON.stringify(none[name as keyof Data]))
    .filter((name) => name !== "policy" || !isAboutScanners)
    .map((name) => `\`${name}\` has no meaning in \`part: ${part}\`: it belongs to ${wordsOf(name)}`);
  const missing = ONLY_IN_PARTS.filter((name) => partsOf(name).includes(part) && isMissing(name)).map(
    (name) => `\`part: ${part}\` needs \`${name}\`, which was not given, or empty`,
  );
  return [...wrong, ...missing];
}
