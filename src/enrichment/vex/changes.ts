import { addTo } from "../../domain/collections.ts";
import type { PolicyChange } from "../../domain/policy/change.ts";
import { GateError } from "../../system/errors.ts";
import { type Claim, readingAt, statementOf, type VexDocument } from "./claim.ts";
import { byTime } from "./matcher.ts";
import { claimWords } from "./notes.ts";
import { readVexDocuments } from "./read.ts";

/** A document in the base and in the pull request. Undefined: it does not exist there. */
export interface VexPair {
  readonly name: string;
  readonly base: Buffer | undefined;
  readonly head: Buffer | undefined;
  /** For a document of a hub: keys of the products that it may speak of, on each side. */
  readonly about?: { readonly base: ReadonlySet<string>; readonly head: ReadonlySet<string> } | undefined;
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
 * What a pull request changes in a run's VEX documents: statements, not bytes. A new statement that accepts loosens. If
 * others accept, so does removing one that does not accept, or another order, since the latest statement holds. An
 * invalid document has no statements.
 */
export function vexChanges(pairs: readonly VexPair[], now: Date): PolicyChange[] {
  const isSame = ({ base, head, about }: VexPair) =>
    (base === head || (base !== undefined && head?.equals(base) === true)) &&
    (about === undefined || [...about.base].join() === [...about.head].join());
  if (pairs.every(isSame)) return [];
  const [before, after] = (["base", "head"] as const).map((side) => documentsOf(pairs, side, now));
  const [base, head] = [saidById(before?.documents ?? []), saidById(after?.documents ?? [])];
  const texts = new Map(pairs.map(({ name, head: bytes }) => [name, bytes?.toString("utf8") ?? ""]));
  const lineOf = ({ document, id }: Said) => lineWith(texts.get(document.name) ?? "", id);
  const ids = new Set([...base.keys(), ...head.keys()]);
  const changes = [...ids].flatMap((id) => changesOf(base.get(id) ?? [], head.get(id) ?? [], lineOf));
  return [...(after?.invalid ?? []).map(invalidChange), ...changes];
}

function documentsOf(pairs: readonly VexPair[], side: "base" | "head", now: Date) {
  const invalid: string[] = [];
  const documents = pairs.flatMap(({ name, [side]: bytes, about }) => {
    if (bytes === undefined) return [];
    try {
      return readVexDocuments([{ name, bytes, about: about?.[side] }], readingAt(now));
    } catch (error) {
      if (!(error instanceof GateError)) throw error;
      invalid.push(name);
      return [];
    }
  });
  return { documents, invalid };
}

/** A change to a file that says nothing any more. */
export function invalidChange(name: string): PolicyChange {
  return {
    what: "changed",
    subject: "VEX document",
    about: name,
    to: "not valid",
    loosens: false,
    line: 0,
    file: name,
  };
}

/** Claims by vulnerability, in order of precedence: the last is the latest. */
function saidById(documents: readonly VexDocument[]): Map<string, Said[]> {
  const byId = new Map<string, Said[]>();
  for (const { claim, document } of byTime(documents)) {
    const { status, product, component } = claim;
    const accepts = statementOf(claim, document) !== undefined;
    const text = JSON.stringify([status, product, component ?? null]);
    for (const each of new Set(claim.ids)) {
      const said: Said = { id: each, text, accepts, claim, document };
      addTo(byId, each.toLowerCase(), said);
    }
  }
  return byId;
}

/** The changes for one vulnerability. */
function changesOf(base: readonly Said[], head: readonly Said[], lineOf: (said: Said) => number): PolicyChange[] {
  const [before, after] = [base, head].map((all) => new Set(all.map(({ text }) => text)));
  const isAccepting = head.some(({ accepts }) => accepts);
  const isContested = isAccepting && head.some(({ accepts }) => !accepts);
  const added = firsts(head).filter(({ text }) => before?.has(text) === false);
  const removed = firsts(base).filter(({ text }) => after?.has(text) === false);
  const changes = [
    ...added.map((said) => change("added", said, said.accepts, lineOf(said))),
    ...removed.map((said) => change("removed", said, !said.accepts && isAccepting, 0)),
  ];
  const order = (all: readonly Said[], other: Set<string> | undefined) =>
    all.flatMap(({ text }) => (other?.has(text) === true ? text : [])).join("\n");
  const [last] = head.slice(-1);
  if (isContested && last !== undefined && order(base, after) !== order(head, before)) {
    const to = "another order of statements, of which the latest holds";
    changes.push({ ...change("changed", last, true, lineOf(last)), about: last.id, to });
  }
  return changes;
}

function firsts(all: readonly Said[]): Said[] {
  return [...new Map([...all].reverse().map((said) => [said.text, said])).values()].reverse();
}

function change(
  what: PolicyChange["what"],
  { id, claim, document }: Said,
  loosens: boolean,
  line: number,
): PolicyChange {
  const status = claim.status.replaceAll("_", " ");
  const about = claimWords({ ...claim, ids: [id] });
  const value = what === "removed" ? { from: status } : { to: status };
  return { what, subject: "VEX statement", about, ...value, loosens, line, file: document.name };
}

/** The first line that names a vulnerability: parsed JSON has no positions. */
function lineWith(text: string, id: string): number {
  const at = text.indexOf(JSON.stringify(id));
  if (at === -1) return 0;
  let line = 1;
  for (let end = text.indexOf("\n"); end !== -1 && end < at; end = text.indexOf("\n", end + 1)) line++;
  return line;
}
