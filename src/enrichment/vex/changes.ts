import type { PolicyChange } from "../../domain/policy/change.ts";
import { GateError } from "../../system/errors.ts";
import type { Claim } from "./claim.ts";
import { readingAt, statementOf, type VexDocument } from "./document.ts";
import { byTime } from "./matcher.ts";
import { claimWords } from "./notes.ts";
import { readVexDocuments } from "./read.ts";

/** A document in the base and in the pull request. Undefined: it does not exist there. */
export interface VexPair {
  readonly name: string;
  readonly base: Buffer | undefined;
  readonly head: Buffer | undefined;
  /** For a document of a hub: keys of the products that it may speak of. */
  readonly about?: ReadonlySet<string> | undefined;
}

/** The relevant parts of one claim about one vulnerability. */
interface Said {
  readonly id: string;
  /** The claim and its subject as text: equal for claims that say the same. */
  readonly text: string;
  readonly accepts: boolean;
  readonly claim: Claim;
  readonly document: VexDocument;
}

/**
 * Compares a pull request's VEX documents with the base's: statements, not bytes. A new accepting statement loosens the
 * policy. Removing or reordering statements can do the same, because the latest statement wins. An invalid document has
 * no statements.
 */
export function vexChanges(pairs: readonly VexPair[], now: Date): PolicyChange[] {
  if (pairs.every(isSame)) return [];
  const base = sideOf(pairs, "base", now);
  const head = sideOf(pairs, "head", now);
  const texts = new Map(pairs.map(({ name, head: bytes }) => [name, bytes?.toString("utf8") ?? ""]));
  const lineOf = ({ document, id }: Said) => lineWith(texts.get(document.name) ?? "", id);
  const changes = [...new Set([...base.said.keys(), ...head.said.keys()])].flatMap((id) =>
    changesOf(base.said.get(id) ?? [], head.said.get(id) ?? [], lineOf),
  );
  return [...head.invalid.map(invalidChange), ...changes];
}

function isSame({ base, head }: VexPair): boolean {
  return base === head || (base !== undefined && head?.equals(base) === true);
}

/** The claims of one side by vulnerability, in order of precedence: the last is the latest. */
function sideOf(pairs: readonly VexPair[], side: "base" | "head", now: Date) {
  const invalid: string[] = [];
  const documents = pairs.flatMap(({ name, [side]: bytes, about }) => {
    if (bytes === undefined) return [];
    try {
      return readVexDocuments([{ name, bytes, about }], readingAt(now));
    } catch (error) {
      if (!(error instanceof GateError)) throw error;
      invalid.push(name);
      return [];
    }
  });
  const said = byTime(documents).flatMap(({ claim, document }): Said[] => {
    const accepts = statementOf(claim, document) !== undefined;
    const text = JSON.stringify([claim.status, claim.product, claim.component ?? null]);
    return [...new Set(claim.ids)].map((id) => ({ id, text, accepts, claim, document }));
  });
  return { invalid, said: Map.groupBy(said, ({ id }) => id.toLowerCase()) };
}

/** The change for a file that has become invalid. */
function invalidChange(name: string): PolicyChange {
  const about = { subject: "VEX document", about: name, line: 0, file: name };
  return { what: "changed", ...about, to: "not valid", loosens: false };
}

/** The changes for one vulnerability. */
function changesOf(base: readonly Said[], head: readonly Said[], lineOf: (said: Said) => number): PolicyChange[] {
  const [before, after] = [byText(base), byText(head)];
  const isAccepting = head.some(({ accepts }) => accepts);
  const added = [...after.values()].filter(({ text }) => !before.has(text));
  const removed = [...before.values()].filter(({ text }) => !after.has(text));
  const order = (all: readonly Said[]) =>
    all.flatMap(({ text }) => (before.has(text) && after.has(text) ? text : [])).join("\n");
  const last = head.at(-1);
  const isMoved = isAccepting && head.some(({ accepts }) => !accepts) && order(base) !== order(head);
  const to = "another order of statements, of which the latest counts";
  return [
    ...added.map((said) => change(said, { what: "added", loosens: said.accepts, line: lineOf(said) })),
    ...removed.map((said) => change(said, { what: "removed", loosens: !said.accepts && isAccepting, line: 0 })),
    ...(isMoved && last !== undefined
      ? [{ ...change(last, { what: "changed", loosens: true, line: lineOf(last) }), about: last.id, to }]
      : []),
  ];
}

/** The first of each group of equal claims. */
function byText(all: readonly Said[]): Map<string, Said> {
  return new Map([...Map.groupBy(all, ({ text }) => text)].map(([text, [first]]) => [text, first as Said]));
}

function change({ id, claim, document }: Said, rest: Pick<PolicyChange, "what" | "loosens" | "line">): PolicyChange {
  const value = { [rest.what === "removed" ? "from" : "to"]: claim.status.replaceAll("_", " ") };
  return {
    subject: "VEX statement",
    about: claimWords({ ...claim, ids: [id] }),
    ...value,
    ...rest,
    file: document.name,
  };
}

/** The first line that names a vulnerability: parsed JSON has no positions. */
function lineWith(text: string, id: string): number {
  const at = text.indexOf(JSON.stringify(id));
  return at === -1 ? 0 : text.slice(0, at).split("\n").length;
}
