import { SEVERITIES } from "../domain/severity.ts";
import { compareDotted } from "../domain/versions/order.ts";
import table from "./inputs.json" with { type: "json" };
import { choice, cutoffLimits, listedLimits, type Put, Untranslatable } from "./values.ts";

/** A step of another scanner's action. */
export interface ForeignStep {
  /** Its inputs that have a value; settings that it has as variables are among them. */
  readonly given: ReadonlyMap<string, string>;
  readonly id: string;
  /** Names of its outputs that are read somewhere. */
  readonly read: ReadonlySet<string>;
}

/**
 * The translation of an input of another action. All of it is in inputs.json, from which docs/migrate.md is made.
 * - `to`: our input, which gets the same value; or `then` or `else`, by whether the value is `when`
 * - `note`: what changes by it
 * - `unless`: with this value it has no effect
 * - `default`: the value of a step that does not have it, unless it has one of `notBeside`; with the note `absent`
 */
interface Row extends Texts<"to" | "when" | "then" | "else" | "note" | "unless" | "default" | "absent"> {
  /** A conversion instead. */
  readonly by?: keyof typeof CONVERSIONS;
  readonly words?: readonly string[];
  readonly also?: readonly Put[];
  readonly notBeside?: readonly string[];
}

type Texts<Name extends string> = { readonly [Each in Name]?: string };

interface ForeignAction {
  /** Variables that begin so are inputs, too. */
  readonly variables?: string;
  readonly inputs: Readonly<Record<string, Row>>;
  /** Its outputs: an output of ours, or a report that our step writes into a file. */
  readonly outputs?: Readonly<Record<string, Texts<"output" | "report" | "file">>>;
}

/** The actions whose steps are rewritten, by `owner/name` in lower case. */
export const FOREIGN_ACTIONS: ReadonlyMap<string, ForeignAction> = new Map(
  Object.entries(table.actions as unknown as Record<string, ForeignAction>),
);

/** Files of a repository that matter to its steps, and why. */
export const NEARBY: Readonly<Record<string, string>> = table.files;

/** An input of our step, and the input of the other action whose place it takes. */
export interface Placed {
  readonly name: string;
  readonly value: string;
  readonly from?: string | undefined;
}

type Outcome = { readonly put?: readonly Put[]; readonly note?: string };
type Convert = (value: string, step: ForeignStep, row: Row) => Outcome;

const TARGETS = ["input", "image-ref", "scan-ref"];
/** Our inputs that several inputs can add to. */
const LISTS = new Set(["reports", "scanners"]);
const COMMANDS = /^(?:cves|compare|quickview|recommendations|sbom)$/;
const KINDS = new Map(Object.entries(table.kinds));
const REPORTS = new Map<string, string>(Object.entries(table.reports));
const kindOf = ({ given }: ForeignStep) => KINDS.get(given.get("scan-type") ?? "image") ?? "";

/** The report that our step writes in place of a file. */
function report(format: string, path: string): Outcome {
  const made = REPORTS.get(format);
  const gone = `${path} is not written any more (${format}); the output \`trivy-report\` names the scanner's JSON`;
  if (made === undefined) return { note: gone };
  return { put: [["reports", `${made}: ${path}`]], ...(made === "markdown" && { note: "the file is Markdown now" }) };
}

/** True if findings do not fail the step, as far as it is known. */
const reports = ({ given }: ForeignStep) =>
  /^(?:0*|false)$/i.test(given.get("exit-code") ?? "") && !given.has("trivy-config") && !given.has("config");

const isKnown = (value: string) => !value.includes("${{");

const CONVERSIONS = {
  nothing: () => ({}),
  list: (value, _, { to = "" }) => ({ put: [[to, isKnown(value) ? value.split(/\s*[,\n]\s*/).join("\n") : value]] }),
  graph(value, { given }, { words, also = [], note = "" }) {
    if (!words?.includes(given.get("format") ?? "")) return {};
    return { put: [["token", value], ...also], note };
  },
  kind(value) {
    if (!KINDS.has(value)) throw new Untranslatable(`\`scan-type: ${value}\` has no equivalent`);
    return {};
  },
  target(value, step) {
    // Of several, the first one counts; a folder is scanned without a name.
    const first = TARGETS.map((name) => step.given.get(name)).find((each) => each !== undefined);
    const kind = kindOf(step);
    if (value !== (first ?? value) || (first === undefined && kind === "image")) return {};
    const isElsewhere = step.given.get("input") === value && value.startsWith("/");
    return { put: [[kind, value]], ...(isElsewhere && { note: "only the workspace and RUNNER_TEMP are read" }) };
  },
  severities(value, step, { words }) {
    if (value === "" && reports(step)) return {};
    // In SARIF the other action ignores its severities by default, and so does its exit code.
    const isSarif = step.given.get("format") === "sarif" && step.given.get("limit-severities-for-sarif") !== "true";
    const computed = `a list must be neighbours in either order, such as \`${SEVERITIES.slice(0, 2)}\`; any other is an input error`;
    if (!isSarif || reports(step))
      return { put: listedLimits(value, words?.[0]), ...(!isKnown(value) && { note: computed }) };
    const note = "with `format: sarif` every severity failed the step; raise the limits if that was not meant";
    return { put: listedLimits(""), note };
  },
  cutoff: (value, _, { words = [] }) => ({ put: value === "" ? [["mode", "warn"]] : cutoffLimits(value, words) }),
  report(path, { given }) {
    const format = given.get("format") ?? "table";
    return report(format === "template" ? (given.get("template") ?? "").replace(/^.*\//, "") : format, path);
  },
  grypeReport: (path, { given }) => report(given.get("output-format") ?? "sarif", path),
  sarifFile: (path) => report("sarif", path),
  sbomFile: (path, { given }) => report(given.get("format")?.replace(/^spdx$/, "spdx-json") ?? "json", path),
  scanners(value, step) {
    if (kindOf(step) === "sbom") return {};
    const isConfig = step.given.get("scan-type") === "config" || /config/.test(value);
    if (!isConfig || !isKnown(value)) return { put: [["scanners", value]] };
    const words = step.given.get("scan-type") === "config" ? "misconfig" : value.replace(/\bconfig\b/, "misconfig");
    const note = "`misconfig` does not read Terraform: such files are an error until `skip-dirs` leaves them out";
    return { put: [["scanners", words]], note };
  },
  version(value, _, { to = "" }) {
    const version = /^v?(\d+\.\d+\.\d+)$/.exec(value)?.[1] ?? "";
    // Older ones of Trivy cannot be downloaded any more, and three are malware.
    const isGone = to.startsWith("t") && (compareDotted(version, "0.69.2") < 0 || /^0\.69\.[456]$/.test(version));
    if (version !== "" && !isGone) return { put: [[to, version]] };
    return { note: "left out: the newest version that Image Gate knows is used" };
  },
  commands(value, _, { note = "" }) {
    const others = value.split(/[\s,]+/).filter((each) => !COMMANDS.test(each));
    if (others.length === 0) return { note };
    throw new Untranslatable(`\`command: ${others.join(", ")}\` has no equivalent`);
  },
  place(value, _, { to }) {
    const [, prefix = "", name = value] = /^([a-z-]+):\/\/(.*)$/s.exec(value) ?? [];
    const source = { local: "docker", registry: "remote" }[prefix];
    if (to !== undefined) return { put: [[to, name]] };
    const kind = { fs: "path", sbom: "sbom" }[prefix] ?? "image";
    return { put: [[kind, name], ...(source === undefined ? [] : [["image-source", source] as const])] };
  },
} satisfies Record<string, Convert>;

/** Our inputs that name something to scan. */
export const OWN_TARGETS = ["image", "path", "repository", "sbom"];

function outcomeOf(row: Row, value: string, step: ForeignStep): Outcome {
  const { to, by, when, then = "", also = [], note } = row;
  if (by !== undefined) return (CONVERSIONS[by] as Convert)(value, step, row);
  const own = when === undefined ? value : choice(value, when, then, row.else ?? "");
  return { put: [...(to === undefined || own === "" ? [] : [[to, own] as const]), ...also], ...(note && { note }) };
}

/** Rows that apply to a step: of inputs that it has, and of those whose absence means something. */
function applying(action: ForeignAction, { given }: ForeignStep) {
  const own = [...given].map(([name, value]) => {
    const row: Row = (Object.hasOwn(action.inputs, name) && action.inputs[name]) || { note: "has no equivalent" };
    return { name, value, row, from: name };
  });
  const missing = Object.entries(action.inputs).flatMap(([name, row]) => {
    const isThere = [name, ...(row.notBeside ?? [])].some((each) => given.has(each));
    return isThere || row.default === undefined ? [] : [{ name, value: row.default, row, from: undefined }];
  });
  return [...own.filter(({ value, row }) => value !== row.unless), ...missing];
}

/**
 * The inputs of our step for one of another scanner's action.
 * @returns also what takes the place of outputs that are read, in expressions: the path of a report, or an output
 * @throws Untranslatable
 */
export function translate(action: ForeignAction, step: ForeignStep) {
  const inputs: Placed[] = [];
  const notes: string[] = [];
  const outputs = new Map<string, string>();
  const put = (name: string, value: string, from?: string) => {
    const same = inputs.findIndex((each) => each.name === name);
    const before = inputs[same];
    if (before === undefined) inputs.push({ name, value, from });
    else if (before.value !== value && !LISTS.has(name))
      throw new Untranslatable(`two of its inputs give \`${name}\` different values`);
    else if (before.value !== value) inputs[same] = { ...before, value: `${before.value}\n${value}` };
  };
  for (const { name, value, row, from } of applying(action, step)) {
    const { put: puts = [], note } = outcomeOf(row, value, step);
    for (const each of puts) put(...each, from);
    const said = [note, from === undefined && row.absent].filter((each) => typeof each === "string");
    notes.push(...said.map((each) => `\`${name}\`: ${each}`));
  }
  for (const name of step.read) {
    const { output, report: kind, file = "" } = action.outputs?.[name] ?? {};
    const path = step.given.get("output-file") ?? file;
    if (kind !== undefined) put("reports", `${kind}: ${path}`);
    if (kind !== undefined && /['{}]/.test(path))
      throw new Untranslatable(
        `its output \`${name}\` is read, and its path ${JSON.stringify(path)} cannot be in an expression`,
      );
    if (output !== undefined) outputs.set(name, `steps.${step.id}.outputs.${output}`);
    else if (kind !== undefined) outputs.set(name, `'${path}'`);
    else notes.push(`its output \`${name}\`, which is read in this file, has no equivalent`);
  }
  if (!inputs.some(({ name }) => OWN_TARGETS.includes(name))) throw new Untranslatable("it names nothing to scan");
  return { inputs, notes, outputs };
}
