import { type CST, type Document, isAlias, isMap, isScalar, isSeq, type Node } from "yaml";
import { GateError } from "../../system/errors.ts";
import { placesIn, yamlDocuments, yamlTokens } from "../../system/yaml.ts";
import { ambiguous, faultAt, isOfSource, notRendered, type Spot, shown, tooLarge } from "../fault.ts";
import type { Gathering } from "../gather.ts";
import { ANCHOR, CORE_TAGS, DISAGREEMENT, foldsTo, NO_TEXT, OTHERWISE } from "./agreed-text.ts";

// Our own tree instead of the library's JavaScript values. Each value knows its line, and aliases share a value
// instead of copying it. The entries of merge keys (`<<`) keep the line where they are written.

interface Common<Kind> {
  readonly kind: Kind;
  /** 1-based. */
  readonly line: number;
  /** The number of values in it, itself included, each alias counted as its target; and the number of levels. */
  readonly size: number;
  readonly depth: number;
}
interface Scalar extends Common<"scalar"> {
  /** As YAML 1.2's core schema reads it. */
  readonly value: unknown;
  /** Without quotes. */
  readonly text: string;
  /** YAML 1.1 may read it as something else. */
  readonly otherwise?: boolean;
}
export interface Mapping extends Common<"mapping"> {
  readonly entries: ReadonlyMap<string, Value>;
}
interface List extends Common<"list"> {
  readonly items: readonly Value[];
}
export type Value = Scalar | Mapping | List;

/** The deepest definitions in use have a depth of about 120. */
const BOUNDS = { depth: 500, lexemes: 1_000_000 };

/**
 * In YAML 1.1, which kubectl and Compose read, a line ends at these characters. In YAML 1.2, everything after a `#`
 * would still be one comment.
 */
const LINE_BREAKS = /\r\n?|[\u0085\u2028\u2029]/g;

/** Braces of Helm or Jinja, outside of YAML's quotes: a template that is not rendered. */
const TEMPLATE = /(?:^|[:-][ \t])[ \t]*\{[{%]/m;

/** True if a file has the ending of YAML or JSON. */
export function isYaml(path: string): boolean {
  return /\.(?:ya?ml|json)$/i.test(path);
}

/** The rules for a program's documents. */
export interface Dialect {
  /** Only YAML that all programs read alike is accepted; the rest is a problem. Absent: both versions are read. */
  readonly agreed?: boolean;
  /** The allowed tags. Absent: all, or with {@link agreed} the tags of the core schema. */
  readonly tags?: ReadonlySet<string>;
}

/**
 * The documents of a YAML or JSON file, without empty ones. Unreadable documents are one problem for each file, and do
 * not hide the others.
 * @throws GateError `discovery-too-large`
 */
export function readDocuments(
  written: string,
  file: string,
  dialect: Dialect,
  found: Pick<Gathering, "problem" | "values">,
): Value[] {
  const { agreed = false, tags = agreed ? CORE_TAGS : undefined } = dialect;
  const unmarked = agreed ? written.replace(/^\ufeff/, "") : written;
  const text = unmarked.replace(LINE_BREAKS, "\n");
  const place = placesIn(text);
  const line = (offset: number) => place(offset).line;
  const values: Value[] = [];
  let isWhole = true;
  const attempt = (step: () => void) => {
    try {
      step();
    } catch (thrown) {
      if (!(thrown instanceof GateError) || isOfSource(thrown)) throw thrown;
      const template = TEMPLATE.exec(text);
      if (isWhole) found.problem(template === null ? thrown : notRendered({ file, line: line(template.index) }));
      isWhole = false;
    }
  };
  attempt(() => {
    const at = unmarked.search(agreed ? DISAGREEMENT : NO_TEXT);
    if (at !== -1)
      throw ambiguous(
        { file, line: unmarked.slice(0, at).split("\n").length },
        "another encoding than UTF-8, a byte order mark, a line break, the border of a document or a directive",
      );
  });
  attempt(() => {
    for (const document of yamlDocuments(tokensOf(text, line, file), text.length)) {
      attempt(() => {
        const value = readDocument(document, { line, file, agreed, tags, anchors: new Map() });
        found.values(value?.size ?? 1);
        if (value !== undefined) values.push(value);
      });
    }
  });
  return values;
}

function invalid(spot: Spot, what: string): GateError {
  return faultAt(spot, "discovery-yaml-invalid", what);
}

function tokensOf(text: string, line: (offset: number) => number, file: string): CST.Token[] {
  const tokens = yamlTokens(text, BOUNDS);
  if (Array.isArray(tokens)) return tokens;
  if (tokens.exceeds === "depth") throw invalid({ file, line: line(tokens.offset) }, "this is nested too deeply");
  throw tooLarge(`has a file with more than ${BOUNDS.lexemes} words and signs: ${file}`);
}

interface Converting {
  readonly line: (offset: number) => number;
  readonly file: string;
  /** Undefined: the value is not complete yet, so an alias to it would be within itself. */
  readonly anchors: Map<string, Value | undefined>;
  /** See {@link Dialect}. */
  readonly agreed: boolean;
  readonly tags: ReadonlySet<string> | undefined;
}

function readDocument(document: Document.Parsed, state: Converting): Value | undefined {
  const [error] = document.errors;
  if (error !== undefined)
    throw invalid({ file: state.file, line: state.line(error.pos[0]) }, `this is not valid YAML (${error.code})`);
  if (document.contents === null) return undefined;
  const value = convert(document.contents, 1, state);
  return value.kind === "scalar" && value.value === null ? undefined : value;
}

function convert(node: Node | null, above: number, state: Converting): Value {
  if (node === null) return { kind: "scalar", value: null, text: "", line: above, size: 1, depth: 1 };
  const line = node.range ? state.line(node.range[0]) : above;
  const { file, agreed, tags, anchors } = state;
  if (isAlias(node)) {
    const value = anchors.get(node.source);
    if (value !== undefined) return value;
    throw invalid({ file, line }, `the alias ${shown(`*${node.source}`)} has no whole value before it`);
  }
  const { anchor, tag } = node as { anchor?: string; tag?: string };
  if (tag !== undefined && tags?.has(tag) === false) throw ambiguous({ file, line }, `the tag ${shown(tag)}`);
  if (anchor === undefined) return bare(node, line, state);
  if (agreed && !ANCHOR.test(anchor)) throw ambiguous({ file, line }, `the anchor ${shown(anchor)}`);
  anchors.set(anchor, undefined);
  const value = bare(node, line, state);
  anchors.set(anchor, value);
  return value;
}

function bare(node: Node, line: number, state: Converting): Value {
  if (isMap(node)) {
    const entries = entriesOf(node.items, line, state);
    return { kind: "mapping", line, entries, ...extent(entries.values()) };
  }
  if (isSeq(node)) {
    const items = node.items.map((item) => convert(item as Node | null, line, state));
    return { kind: "list", line, items, ...extent(items) };
  }
  if (!isScalar(node)) throw invalid({ file: state.file, line }, "this is not valid YAML");
  const text = typeof node.value === "string" ? node.value : (node.source ?? String(node.value ?? ""));
  const scalar = { kind: "scalar", line, value: node.value, text, size: 1, depth: 1 } as const;
  return node.type === "PLAIN" && OTHERWISE.test(node.source ?? "") ? { ...scalar, otherwise: true } : scalar;
}

/** @throws GateError `discovery-too-large` */
function extent(values: Iterable<Value>): Pick<Value, "size" | "depth"> {
  let [size, depth] = [1, 1];
  for (const value of values) {
    size += value.size;
    depth = Math.max(depth, value.depth + 1);
  }
  if (depth > BOUNDS.depth) throw tooLarge(`has values that are nested deeper than ${BOUNDS.depth}`);
  return { size, depth };
}

function entriesOf(
  pairs: readonly { readonly key: unknown; readonly value: unknown }[],
  above: number,
  state: Converting,
): Map<string, Value> {
  const entries = new Map<string, Value>();
  for (const { key, value } of pairs) {
    const name = convert(key as Node | null, above, state);
    const spot = { file: state.file, line: name.line };
    if (name.kind !== "scalar") throw invalid(spot, "a key that is not a single word");
    // Some programs read this as a merge key, and in go-yaml 2 it overrides the keys before it.
    const isPlain = isScalar(key) && key.type === "PLAIN";
    if (name.text === "<<" && (state.agreed || !isPlain)) throw ambiguous(spot, 'the key "<<"');
    if (entries.has(name.text)) throw invalid(spot, `the key ${shown(name.text)} is there twice`);
    entries.set(name.text, convert(value as Node | null, name.line, state));
  }
  for (const [key, { line }] of state.agreed ? entries : []) {
    const other = foldsTo(key);
    if (other !== undefined && entries.has(other))
      throw ambiguous({ file: state.file, line }, `the key ${shown(key)} is alongside ${shown(other)}`);
  }
  return entries;
}

/** The value at a key of a mapping; undefined if there is none, or if it is null. */
export function child(value: Value | undefined, key: string): Value | undefined {
  const found = value?.kind === "mapping" ? value.entries.get(key) : undefined;
  return found?.kind === "scalar" && found.value === null ? undefined : found;
}

/** The items of a list; none if it is something else. */
export function items(value: Value | undefined): readonly Value[] {
  return value?.kind === "list" ? value.items : [];
}

/** A text; undefined if the value is a number, a boolean, null, or no scalar. */
export function text(value: Value | undefined): string | undefined {
  return value?.kind === "scalar" && typeof value.value === "string" ? value.value : undefined;
}
