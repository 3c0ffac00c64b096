import { memoize } from "../memoize.ts";
import { type Instruction, type Stage, splitWords, unquoted } from "./dockerfile.ts";

/** No real Dockerfile or image is larger. Only the last stages, instructions and layers are used. */
const MOST_STAGES = 20;
const MOST_INSTRUCTIONS = 1_000;
const MOST_LAYERS = 300;
/** Longest command that is compared, in UTF-16 code units: 40 times the displayed length. */
const LONGEST = 20_000;

/** Converts a builder's entry in an image's history to the displayed instruction. */
export type ShowInstruction = (createdBy: string) => string;

/**
 * Why no layer of an image matches a line of the Dockerfile. `no-instruction`: it has no instruction that makes a
 * layer, and so no evidence. `no-match`: the image was built from another Dockerfile or another commit. `no-history`:
 * the image does not record its instructions.
 */
export type MismatchReason = "no-instruction" | "no-match" | "no-history";

/**
 * The line of the Dockerfile that made each layer of an image. Undefined if nothing matches.
 *
 * Layers and instructions are matched in order, starting from the end. The layers before the first match belong to the
 * base only if every RUN, COPY and ADD has a matching layer, and there is at least one. Of several stages, the best
 * match is used (`docker build --target`). Of equal matches, it is the last stage.
 * @param layers the displayed instruction of each layer, in order
 * @returns for each layer the first line of its instruction, or the FROM for the base image's layers; `unmatched` if
 * there is no line at all
 */
export function linesOfLayers(
  stages: readonly Stage[],
  layers: readonly (string | undefined)[],
  shown: ShowInstruction,
) {
  let best: Fit | undefined;
  let makers = false;
  const makerOf = memoize((instruction: Instruction) => layerMaker(instruction, shown));
  for (const stage of stages.slice(-MOST_STAGES).reverse()) {
    const fit = fitOf(chainOf(stage, stages), layers, makerOf);
    makers ||= fit.makers;
    if (best === undefined || fit.matched > best.matched) best = fit;
    if (best.complete) break;
  }
  if (best?.proven) return { lines: best.lines };
  const lines = layers.map(() => undefined);
  if (layers.length === 0) return { lines };
  if (layers.every((text) => text === undefined)) return { lines, unmatched: "no-history" as const };
  return { lines, unmatched: makers ? ("no-match" as const) : ("no-instruction" as const) };
}

/** A stage together with the stages that it is built on. */
function chainOf(top: Stage, stages: readonly Stage[]) {
  const chain = [top];
  // A stage is always built on an earlier one, so the loop ends.
  for (let next = top.stage; next !== undefined; ) {
    const stage = stages[next] as Stage;
    chain.unshift(stage);
    next = stage.stage;
  }
  const [bottom = top] = chain;
  return {
    /** Line of the FROM that names the base image. */
    from: bottom.line,
    /** True unless the base is `scratch`. */
    hasBase: bottom.from.toLowerCase() !== "scratch",
    instructions: chain.flatMap((stage) => stage.instructions).slice(-MOST_INSTRUCTIONS),
  };
}

type Fit = ReturnType<typeof fitOf>;

function fitOf(
  { from, hasBase, instructions }: ReturnType<typeof chainOf>,
  layers: readonly (string | undefined)[],
  makerOf: (instruction: Instruction) => LayerMaker | undefined,
) {
  const makers = instructions.flatMap((instruction) => makerOf(instruction) ?? []);
  const lines: (number | undefined)[] = new Array(layers.length).fill(undefined);
  const found = new Set<LayerMaker>();
  let end = makers.length;
  let first = layers.length;
  for (const [layer, text] of [...layers.entries()].slice(-MOST_LAYERS).reverse()) {
    const at = text === undefined ? -1 : makers.slice(0, end).findLastIndex((maker) => maker.fits(text));
    const maker = makers[at];
    if (maker === undefined) continue;
    lines[layer] = maker.line;
    found.add(maker);
    end = at;
    first = layer;
  }
  // Many images have the same WORKDIR. It proves nothing if other instructions should have made a layer.
  const sure = makers.filter((maker) => !maker.optional);
  /** A layer proves that the image is built from these instructions. */
  const proven = (sure.length > 0 ? sure : makers).some((maker) => found.has(maker));
  /** Every instruction that must make a layer has a match, and there is at least one. */
  const complete = proven && sure.every((maker) => found.has(maker));
  if (complete && hasBase) lines.fill(from, 0, first);
  return { matched: found.size, complete, proven, makers: makers.length > 0, lines };
}

/** An instruction that creates a layer. It is optional if it may create none: a WORKDIR that already exists. */
type LayerMaker = NonNullable<ReturnType<typeof layerMaker>>;

function layerMaker(instruction: Instruction, shown: ShowInstruction) {
  const { keyword, line } = instruction;
  if (keyword === "RUN") {
    const texts = new Set(runTexts(instruction).map((text) => shown(text)));
    return { line, optional: false, fits: (layer: string) => texts.has(layer) };
  }
  if (keyword === "COPY" || keyword === "ADD") {
    const rest = withoutFlags(instruction.text);
    const wanted = jsonWords(rest) ?? splitWords(rest);
    return { line, optional: false, fits: (layer: string) => isCopy(keyword, wanted, layer) };
  }
  if (keyword !== "WORKDIR") return undefined;
  const folder = unquoted(instruction.text);
  const fits = (layer: string) => layer.startsWith("WORKDIR ") && isPlace(folder, layer.slice(8));
  return { line, optional: true, fits };
}

/** The builders' entry for a RUN: without its flags, with its here-documents, and after the shell if there is one. */
function runTexts({ text, documents }: Instruction): string[] {
  const command = withoutFlags(text);
  const list = jsonWords(command);
  if (list !== undefined) return [`RUN ${list.join(" ")}`];
  const [document] = documents;
  const isDocument = document !== undefined && splitWords(command).length === 1;
  const whole = `${command}${documents.map(({ name, text }) => `\n${text}${name}`).join("")}`;
  // A document without a command is the script. If it names an interpreter, builders write it to a file first.
  const scripts = isDocument ? [document.text, `/dev/pipes/${document.name}`] : [whole];
  // With build arguments, the displayed text starts after the last shell.
  return scripts.flatMap((each) => {
    const script = each.replace(/\s+/g, (run) => (run.includes("\n") ? "\n" : " ")).slice(0, LONGEST);
    return [`RUN /bin/sh -c ${script}`, `RUN |0 /bin/sh -c ${script}`];
  });
}

function withoutFlags(text: string): string {
  return text.replace(/^(?:--[a-z][\w-]*(?:=(?:"[^"]*"|[^\s"])*)?\s+)+/, "");
}

/** The words of an instruction in JSON form. */
function jsonWords(text: string): string[] | undefined {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.every((each) => typeof each === "string") ? list : undefined;
  } catch {
    return undefined;
  }
}

/** BuildKit records sources and destination. Docker's classic builder records a digest (`file:… in /app`). */
function isCopy(keyword: string, wanted: readonly string[], layer: string): boolean {
  const [head, ...rest] = layer.split(" ");
  if (head !== keyword) return false;
  const found = rest.filter((word) => word !== "" && !/^--[a-z]/.test(word));
  const [digest = "", preposition] = found;
  const destination = wanted.at(-1) ?? "";
  if (preposition === "in" && /^(?:file|dir|multi):[0-9a-f]+$/.test(digest))
    return isPlace(destination, found[2] ?? "");
  // Builders record variables by their values, and here-documents only by their names.
  const isSame = (word: string, at: number) => word === found[at] || word.includes("$") || word.startsWith("<<");
  return found.length === wanted.length && wanted.every(isSame);
}

/** Compares a folder as typed with the path that the builder may have resolved. */
function isPlace(typed: string, resolved: string): boolean {
  if (typed.includes("$")) return true;
  const [wanted, found] = [withoutEnds(typed), withoutEnds(resolved.trim())];
  if (wanted === found || typed.startsWith("/")) return wanted === found;
  return wanted === "" || wanted === "." || found.endsWith(`/${wanted}`);
}

/** A path without leading `./` and trailing slashes. */
function withoutEnds(path: string): string {
  return path.replace(/^(?:\.\/)+/, "").replace(/(?<!\/)\/+$/, "");
}
