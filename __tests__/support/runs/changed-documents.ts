import fc from "fast-check";
import { Members, type Node, objectsIn, spellings, toNode } from "./ordered-json.ts";

// Documents of images as strangers can write them.

const VALUES = ["null", "[]", "{}", "2", "1", "1e3", '""', '"linux"', '"unknown"', '"layers"'];

/** One change of a document: a member is repeated, removed, or added with another member's value. */
const change = fc.record({
  how: fc.constantFrom("add" as const, "add" as const, "replace" as const, "remove" as const, "rename" as const),
  object: fc.nat(30),
  member: fc.nat(12),
  spelling: fc.nat(5),
  value: fc.nat(VALUES.length + 4),
  atFront: fc.boolean(),
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

/** A document with changes, some with values from another document. */
export function changed(bytes: Buffer, other: Buffer, changes: readonly Change[]): Node {
  const document = toNode(JSON.parse(bytes.toString()));
  const foreign = objectsIn(toNode(JSON.parse(other.toString())));
  for (const { how, object, member, spelling, value, atFront } of changes) {
    const objects = objectsIn(document);
    const { list } = objects[object % objects.length] ?? new Members([]);
    const at = member % Math.max(list.length, 1);
    const chosen = list[at];
    if (chosen === undefined) continue;
    const names = spellings(chosen.key);
    const key = names[spelling % names.length] ?? chosen.key;
    // A value from another image, if that has such a member.
    const theirs = foreign.flatMap((each) => each.list).filter((each) => each.key === chosen.key);
    const given = VALUES[value] ?? theirs[value % Math.max(theirs.length, 1)]?.value ?? chosen.value;
    if (how === "remove") list.splice(at, 1);
    else if (how === "rename") chosen.key = key;
    else if (how === "replace") chosen.value = given;
    else if (atFront) list.unshift({ key, value: given });
    else list.push({ key, value: given });
  }
  return document;
}

export const changes = fc.array(change, { maxLength: 3 });
/** Text before and after a document. */
export const around = fc.record({
  before: fc.constantFrom("", "", "", "", " ", "\ufeff"),
  after: fc.constantFrom("", "", "", "", "\n", "{}", "\0"),
});
