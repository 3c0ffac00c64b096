import { isDeepStrictEqual } from "node:util";
import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type ParsedNode, visit, type YAMLMap } from "yaml";
import { GateError } from "../system/errors.ts";
import { placesIn, type YamlBounds, yamlDocuments, yamlTokens } from "../system/yaml.ts";
import { type Edit, edited, inputEdits, restOfLine, scalarText } from "./edits.ts";
import { FOREIGN_ACTIONS, OWN_TARGETS, type Placed, translate } from "./translate.ts";
import { Untranslatable } from "./values.ts";

const BOUNDS: YamlBounds = { depth: 128, lexemes: 500_000 };

/** The result for a step of another scanner's action. */
interface StepResult {
  readonly line: number;
  /** `owner/name` of the action. */
  readonly action: string;
  /** Why it is left as it is. Absent: it is rewritten. */
  readonly left?: string | undefined;
  /** Changes in meaning, and inputs without an equivalent. */
  readonly notes: readonly string[];
}

/** A file whose steps are rewritten. */
export interface Rewritten {
  readonly text: string;
  readonly steps: readonly StepResult[];
  /** Lines of scripts that call another scanner. They stay. */
  readonly calls: readonly { readonly line: number; readonly text: string }[];
}

type Mapping = YAMLMap<ParsedNode, ParsedNode>;
type Path = readonly (string | number)[];

interface FoundStep {
  readonly step: Mapping;
  readonly line: number;
  readonly action: string;
  /** The part in which outputs of the step can be read: its job, or the whole composite action. */
  readonly scope: Mapping;
  readonly path: Path;
  readonly scopePath: Path;
}

/** A step and what it becomes. */
interface Plan extends FoundStep {
  readonly inputs: readonly Placed[];
  readonly result: StepResult;
  readonly rename: (text: string) => string;
  readonly edits: readonly Edit[];
}

/**
 * Rewrites the steps of other scanners' actions in a workflow or a composite action. All else stays, to the byte.
 * @param uses what the steps use: `OWNER/image-gate@<commit>`
 * @throws GateError `workflow-invalid`, `workflow-not-editable`
 */
export function rewriteSteps(text: string, file: string, uses: string): Rewritten {
  const documents = documentsIn(text, file);
  const placeOf = placesIn(text);
  const lineOf: LineOf = ({ range }) => placeOf(range?.[0] ?? 0).line;
  const calls = documents.flatMap((each) => callsIn(each, text, lineOf));
  const [document, second] = documents;
  const root = document?.contents ?? null;
  if (document === undefined || second !== undefined || !isMap<ParsedNode, ParsedNode>(root))
    return { text, steps: [], calls };
  const targets = new Map<string, number>();
  const plans = stepsIn(root).map((found) => planOf({ ...found, line: lineOf(found.step) }, root, text, targets));
  const kept = plans.filter(({ result }) => result.left === undefined);
  const made = edited(text, editsOf(kept, text, uses));
  const after = documentsIn(made, file)[0]?.toJS();
  if (!isDeepStrictEqual(comparable(after), comparable(expected(document.toJS(), kept, uses))))
    throw new GateError(
      "workflow-not-editable",
      `${JSON.stringify(file)} is written in a way that cannot be edited safely; it is left as it is`,
      "Rewrite its steps by hand, with the tables of docs/migrate.md.",
    );
  return { text: made, steps: plans.map(({ result }) => result), calls };
}

function documentsIn(text: string, file: string): Document.Parsed[] {
  const tokens = yamlTokens(text, BOUNDS);
  const documents = "exceeds" in tokens ? [] : yamlDocuments(tokens, text.length);
  const error = documents.flatMap(({ errors }) => errors)[0];
  const offset = "exceeds" in tokens ? tokens.offset : error?.pos[0];
  if (offset === undefined) return documents;
  const { line, column } = placesIn(text)(offset);
  throw new GateError(
    "workflow-invalid",
    `${file}:${line}:${column}: this is not valid YAML (${error?.code ?? "it is too large"}); the file is left as it is`,
    "Correct it, and start the command again for this file.",
  );
}

/** Scanners as programs: `trivy image app`, `docker run aquasec/trivy …`. */
const CALL = /(?:^|[\s;&|(/"'])(?:trivy|grype)(?::\S+)?["']?\s+[^\s=|&;]/;
const NO_CALL = /^(?:#|echo)|\b(?:install|apk add|which|command -v)\b|-name ["']?(?:trivy|grype)/;
const SCRIPTS = new Set<unknown>(["run", "script", "before_script", "after_script"]);

type LineOf = (node: Node) => number;

function callsIn(document: Document.Parsed, text: string, lineOf: LineOf): Rewritten["calls"] {
  const found: { line: number; text: string }[] = [];
  visit(document, {
    Pair(_, { key, value }) {
      if (!isScalar(key) || !SCRIPTS.has(key.value)) return;
      for (const each of (isSeq(value) ? value.items : [value]).filter(isScalar)) {
        const rows = text.slice(...(each.range ?? [])).split("\n");
        const line = lineOf(each);
        for (const [index, row] of rows.entries()) {
          const words = row.trim();
          if (CALL.test(words) && !NO_CALL.test(words)) found.push({ line: line + index, text: words });
        }
      }
    },
  });
  return found;
}

function stepsIn(root: Mapping): Omit<FoundStep, "line">[] {
  const jobs = root.get("jobs", true);
  const named = isMap(jobs)
    ? jobs.items.map(({ key, value }) => ({ holder: value, scopePath: ["jobs", String(key)] }))
    : [];
  return [...named, { holder: root.get("runs", true), scopePath: [] }].flatMap(({ holder, scopePath }) => {
    const steps = isMap(holder) ? holder.get("steps", true) : undefined;
    const [scope, path] = scopePath.length > 0 ? [holder, scopePath] : [root, ["runs"]];
    return (isSeq(steps) ? steps.items : []).flatMap((step, index) => {
      const uses = isMap(step) ? String(step.get("uses")) : "";
      const action = /^([\w.-]+\/[\w.-]+)@/.exec(uses)?.[1]?.toLowerCase() ?? "";
      if (!FOREIGN_ACTIONS.has(action)) return [];
      return [{ step, action, scope, path: [...path, "steps", index], scopePath } as Omit<FoundStep, "line">];
    });
  });
}

/** @param targets lines of the steps so far, by what they scan */
function planOf(found: FoundStep, root: Mapping, text: string, targets: Map<string, number>): Plan {
  const { step, line, action: name, scope } = found;
  const action = FOREIGN_ACTIONS.get(name) ?? { inputs: {} };
  const id = scalarText(step.get("id", true));
  try {
    if (isShared(found, root)) throw new Untranslatable("it has YAML anchors, aliases or merge keys: write it out");
    if (!/^(?:[A-Za-z_][\w-]*)?$/.test(id)) throw new Untranslatable("its `id` is not a name that a runner takes");
    const given = inputsOf([root, scope, step], action.variables);
    const within = id === "" ? "" : text.slice(scope.range?.[0], scope.range?.[1]);
    if (/\b(?:steps|outputs)\s*\[/i.test(within))
      throw new Untranslatable("outputs are read by `[…]` near it: write `steps.ID.outputs.NAME`");
    const read = new Set([...within.matchAll(outputsOf(id))].map((match) => (match[1] ?? "").toLowerCase()));
    const { inputs, notes, outputs } = translate(action, { given, id, read });
    const own = step.get("with", true);
    if (!isMap<ParsedNode, ParsedNode>(own)) throw new Untranslatable("it has no `with` to edit: give it one");
    const target = JSON.stringify([found.scopePath, inputs.find((put) => OWN_TARGETS.includes(put.name))?.value]);
    const earlier = targets.get(target);
    targets.set(target, earlier ?? line);
    if (earlier !== undefined) {
      notes.push(`line ${earlier} scans the same: one step can do both. Until then, this one does not comment`);
      if (!inputs.some((put) => put.name === "comment")) inputs.push({ name: "comment", value: "never" });
    }
    const edits = inputEdits(own, inputs, text);
    return { ...found, inputs, result: { line, action: name, notes }, rename: renaming(id, outputs), edits };
  } catch (thrown) {
    if (!(thrown instanceof Untranslatable)) throw thrown;
    const result = { line, action: name, left: thrown.message, notes: [] };
    return { ...found, inputs: [], result, rename: String, edits: [] };
  }
}

/** True if an edit here would change other places, too. */
function isShared({ step, path }: FoundStep, root: Mapping): boolean {
  const around = path.map((_, depth) => root.getIn(path.slice(0, depth + 1), true) as ParsedNode);
  let found = around.some(({ anchor }) => anchor !== undefined);
  visit(step, {
    Node(_, node) {
      found ||= isAlias(node) || node.anchor !== undefined || (isScalar(node) && node.value === "<<");
    },
  });
  return found;
}

/** Inputs by their names. Variables of the scanner are settings as well, which an input overrides. */
function inputsOf(holders: readonly Mapping[], prefix = "="): Map<string, string> {
  const rowsOf = (holder: Mapping | undefined, key: string) => {
    const rows = holder?.get(key, true);
    return isMap(rows) ? rows.items.map((pair) => [String(pair.key), scalarText(pair.value)] as const) : [];
  };
  const variables = holders.flatMap((holder) => rowsOf(holder, "env")).filter(([name]) => name.startsWith(prefix));
  const settings = variables.map(([name, value]) => [name.slice(prefix.length).replaceAll("_", "-"), value] as const);
  const all = [...settings, ...rowsOf(holders.at(-1), "with")];
  return new Map(all.filter(([, value]) => value !== "").map(([name, value]) => [name.toLowerCase(), value]));
}

function outputsOf(id: string): RegExp {
  return new RegExp(`\\bsteps\\.${id}\\.outputs\\.([\\w-]+)`, "gi");
}

/** Gives expressions the new names of outputs. A path alone needs no expression; `!= ''` asks for the file. */
function renaming(id: string, outputs: ReadonlyMap<string, string>): Plan["rename"] {
  const to = (name: string) => outputs.get(name.toLowerCase());
  const within = outputsOf(id);
  const alone = new RegExp(`\\$\\{\\{\\s*${within.source}\\s*\\}\\}`, within.flags);
  const compared = new RegExp(`${within.source}(?=\\s*[!=]=\\s*'')`, within.flags);
  return (text) =>
    text
      .replace(alone, (match, name) => /^'(.*)'$/.exec(to(name) ?? "")?.[1] ?? match)
      .replace(compared, (match, name) => (to(name)?.startsWith("'") ? `hashFiles(${to(name)})` : match))
      .replace(within, (match, name) => to(name) ?? match);
}

function editsOf(plans: readonly Plan[], text: string, uses: string): Edit[] {
  const edits = plans.flatMap(({ step, edits: own }) => {
    const [from, to] = (step.get("uses", true) as ParsedNode).range;
    const rest = restOfLine(text, to);
    // The comment told the version of the other action.
    const isVersion = /^\s*#\s*(?:[\w-]+[=:@]\s*)*(?:v?\d[\w.-]*|master|main|latest)\s*$/.test(rest);
    const ours = { from, to: isVersion ? to + rest.length : to, text: uses };
    return [ours, ...own];
  });
  for (const { scope, rename } of plans) {
    let from = scope.range?.[0] ?? 0;
    for (const line of text.slice(from, scope.range?.[1]).split(/(?<=\n)/)) {
      const [to, made] = [from + line.length, rename(line)];
      if (made !== line && !edits.some((edit) => edit.from < to && from < edit.to))
        edits.push({ from, to, text: made });
      from = to;
    }
  }
  return edits;
}

type Json = Record<string | number, unknown>;

/** The document as it is to be read after the edits. */
function expected(before: unknown, plans: readonly Plan[], uses: string): unknown {
  const at = (path: Path) => path.reduce((each, key) => each[key] as Json, before as Json);
  const rename = (value: unknown, each: Plan["rename"]): unknown => {
    if (typeof value === "object" && value !== null)
      for (const [key, inner] of Object.entries(value)) (value as Json)[key] = rename(inner, each);
    return typeof value === "string" ? each(value) : value;
  };
  for (const { path, inputs } of plans)
    Object.assign(at(path), { uses, with: Object.fromEntries(inputs.map(({ name, value }) => [name, value])) });
  for (const plan of plans) rename(at(plan.scopePath), plan.rename);
  return before;
}

/** Inputs and variables are texts to a runner, whatever YAML takes them for. */
function comparable(value: unknown): unknown {
  const text = (each: unknown) => (typeof each === "object" && each !== null ? each : String(each).trim());
  return JSON.parse(JSON.stringify(value, (_, each) => text(each)));
}
