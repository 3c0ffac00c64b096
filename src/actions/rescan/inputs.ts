import { z } from "zod";
import { parseSource, type Source } from "../../discovery/parse-source.ts";
import { matching, optional, optionalCount, serviceWithLogin, switchOr, uniqueLines, withDefault } from "../fields.ts";
import { factsOf, input, inputs, namesWhere, type Shape } from "../input-facts.ts";
import { otherScanners, scanWithMistakes } from "../scan-with.ts";
import {
  actionInputs,
  type InputData,
  type InputsOf,
  judging,
  type Mistakes,
  scanners,
  scanning,
} from "../shared-inputs.ts";
import { REPLACED } from "./foreign-inputs.ts";

/** The branch of the history if no other place is named. */
const STATE_BRANCH = "image-gate-state";
/** Maximum number of jobs that one matrix of a workflow starts. */
const MOST_SHARDS = 256;
/** More would not be read, and the platform's limits would end the run. */
const MOST_ISSUES = 500;

const sources = uniqueLines.transform((items, context): readonly Source[] =>
  items.flatMap((line) => {
    const source = parseSource(line);
    if (!("mistake" in source)) return [source];
    context.addIssue({ code: "custom", message: `has a line ${JSON.stringify(line)} that ${source.mistake}` });
    return [];
  }),
);

const IN_MERGE = { parts: ["merge"] } as const;
const shard = matching(/^[1-9]\d{0,2}\/[1-9]\d{0,2}$/, "must be a shard of the plan's matrix, such as `1/8`");
const expected = matching(/^[0-9a-f]{64}$/, "must be the plan's output `expected`, a SHA-256");

const shape = {
  discover: input(sources, {
    address: true,
    words: ["file", "compose", "kubernetes", "helm", "kubectl", "registry", "harbor", "docker"],
    parts: ["plan"],
  }),
  "reuse-sbom": input(switchOr(true), { parts: ["scan"] }),
  "harbor-report": input(switchOr(false), { parts: ["scan"] }),
  "state-branch": input(withDefault(optional, STATE_BRANCH), { parts: ["scan", "merge"] }),
  "state-dir": input(optional, { parts: ["scan", "merge"] }),
  part: optional.pipe(z.enum(["plan", "scan", "merge"], "must be `plan`, `scan` or `merge`").optional()),
  ...inputs({ shards: optionalCount(1, MOST_SHARDS) }, { parts: ["plan"], onlyInPart: true }),
  ...inputs({ shard }, { parts: ["scan"], onlyInPart: true }),
  ...inputs({ expected }, { parts: ["scan", "merge"], onlyInPart: true }),
  ...inputs({ reports: optional }, { parts: ["merge"], onlyInPart: true }),
  issues: input(switchOr(false), IN_MERGE),
  "max-issues": input(withDefault(optionalCount(0, MOST_ISSUES), "50"), IN_MERGE),
  scanners: input(scanners, { parts: ["scan"] }),
  ...otherScanners,
  vex: input(uniqueLines, { ...IN_MERGE, file: true, words: ["repo"] }),
  policy: input(optional, { ...IN_MERGE, file: true }),
  ...inputs(judging, IN_MERGE),
  // A job of any part has a heading.
  name: withDefault(judging.name, "Running images"),
  summary: switchOr(true),
  metrics: input(optional, IN_MERGE),
  pushgateway: input(serviceWithLogin, { ...IN_MERGE, secret: true }),
  page: input(optional, IN_MERGE),
  ...scanning,
};

export { shape };

const known = { shape, replaced: REPLACED, contradictions, page: "docs/rescan.md" };
/** Reads the inputs. To report a run in which some are wrong, the correct ones are read alone. */
export const { names: INPUT_NAMES, read: readInputs, readCorrect } = actionInputs(known);

/** The inputs that have no meaning in a run that is not divided. */
export const ONLY_IN_PARTS = namesWhere(shape, ({ onlyInPart }) => onlyInPart);

type Data = InputData<typeof shape>;

/** The action's validated inputs, with `state-dir` as `stateDir`. */
export type Inputs = InputsOf<Data>;

function contradictions(data: Data): Mistakes {
  const { discover, part = "", offline, scanners: asked, page, metrics } = data;
  const hasReports = data["harbor-report"];
  return {
    "`discover` is empty: name at least one source, for example `discover: kubernetes:deploy/**/*.yaml`; docs/discovery.md of Image Gate lists them":
      discover.length === 0 && ["", "plan"].includes(part),
    ...scanWithMistakes(data),
    "`issues: true` asks the platform's API, which `offline` forbids": data.issues && offline,
    "`part` hands the plan on as an artifact of the platform, which `offline` forbids asking": offline && part !== "",
    "`offline` forbids asking the platform for the history: name a folder for it with `state-dir`":
      offline && part === "" && data["state-dir"] === undefined,
    "`page` and `metrics` name the same file, of which only one could stay": page !== undefined && page === metrics,
    "`harbor-report` needs a line `harbor:` in `discover`, whose images have such reports":
      hasReports && discover.length > 0 && discover.every(({ kind }) => kind !== "harbor"),
    "`harbor-report` has vulnerabilities alone, and `scanners` asks for more":
      hasReports && asked.some((each) => each !== "vuln"),
    ...partMistakes(data),
  };
}

/**
 * Inputs that have no meaning in this part, and inputs that are missing. An input with its default counts as not given,
 * since action.yml gives many their default.
 */
function partMistakes(data: Data): Mistakes {
  const { part } = data;
  // Only the policy knows which of several scanners are optional.
  const isAboutScanners = part === "scan" && data["scan-with"].length > 1;
  const rows = Object.entries(shape as Shape).flatMap(([name, field]) => {
    const { parts, onlyInPart = false } = factsOf(field);
    if (parts === undefined || (name === "policy" && isAboutScanners)) return [];
    const absent = field.safeParse("", { jitless: true }).data;
    const isGiven = JSON.stringify(data[name as keyof Data]) !== JSON.stringify(absent);
    const isHere = part === undefined ? !onlyInPart : parts.includes(part);
    const owners = parts.map((each) => `\`part: ${each}\``).join(" and ");
    const here = part === undefined ? "without `part`" : `in \`part: ${part}\``;
    return [
      [`\`${name}\` has no meaning ${here}: it belongs to ${owners}`, isGiven && !isHere],
      [`\`part: ${part}\` needs \`${name}\`, which is missing or empty`, onlyInPart && isHere && !isGiven],
    ];
  });
  return Object.fromEntries(rows);
}
