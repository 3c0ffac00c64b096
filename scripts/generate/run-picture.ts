import { join, relative } from "node:path";
import { importsOf } from "../test/source.ts";
import { between } from "./between.ts";

/** A room imports another at run time. */
export type Arrow = readonly [from: string, to: string];

/** The words in a room's box. Rooms that every room may use are one box without arrows. */
const WORDS: Readonly<Record<string, string>> = {
  "index.ts": "starts the action",
  "job, forge": "what machine and server offer",
  "actions/gate": "inputs, the steps, outputs",
  steps: "policy, comparison, judgement",
  baseline: "what there was before",
  "base-image": "what the base image has",
  enrichment: "KEV, EPSS, VEX",
  policy: "the policy file",
  reports: "files for other tools",
  render: "what people and tools read",
  scan: "targets to outcomes",
  scanners: "Trivy, Grype, given reports",
  images: "bytes, checked by digest",
  sboms: "lists of packages",
  supply: "programs and databases",
};
const BELOW_ALL = ["domain", "system"];

/**
 * The box of a file, by its path below `src/`. Code that all actions share is in the gate's box. A job opens its
 * server, and a server knows its job, so that both are one box.
 */
function roomOf(file: string): string {
  const [first = "", second = ""] = file.split("/");
  if (first === "index.ts") return first;
  if (first === "job" || first === "forge") return "job, forge";
  return first !== "actions" ? first : second.endsWith(".ts") ? "actions/gate" : `${first}/${second}`;
}

/** The arrows of a run of the gate, from `index.ts` on: without other actions and the command line. */
export function arrowsOfRun(src: string): Arrow[] {
  const arrows = new Map<string, Arrow>();
  const seen = new Set<string>();
  const open = ["index.ts"];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    for (const { to = "", type } of importsOf(join(src, file))) {
      if (type || !to.startsWith(`${src}/`) || !to.endsWith(".ts")) continue;
      const imported = relative(src, to);
      const [from, room] = [roomOf(file), roomOf(imported)];
      if (room === "cli" || (room.startsWith("actions/") && room !== "actions/gate")) continue;
      open.push(imported);
      if (from !== room && !BELOW_ALL.includes(room)) arrows.set(`${from} ${room}`, [from, room]);
    }
  }
  return [...arrows.values()].sort(([a, b], [c, d]) => `${a} ${b}`.localeCompare(`${c} ${d}`, "en"));
}

/** Arrows without those that a longer way replaces. There must be no circle. */
export function withoutShortcuts(arrows: readonly Arrow[]): Arrow[] {
  const reach = (from: string): string[] => arrows.filter(([a]) => a === from).flatMap(([, to]) => [to, ...reach(to)]);
  return arrows.filter(([from, to]) => !arrows.some(([a, b]) => a === from && b !== to && reach(b).includes(to)));
}

/**
 * `docs/rooms.md` with the picture of a run between its markers.
 * @param src the absolute path of the sources
 * @throws an error for a room without words, and for words without a room
 */
export function pageWithRun(page: string, src: string): string {
  const arrows = arrowsOfRun(src);
  const rooms = [...new Set(arrows.flat())];
  const wrong = [...rooms, ...Object.keys(WORDS)].filter((room) => !rooms.includes(room) || !(room in WORDS));
  if (wrong.length > 0) throw new Error(`Rooms and words of the picture differ: ${wrong.join(", ")}`);
  const id = (room: string) => room.replaceAll(/\W/g, "_");
  const lines = [
    "flowchart TB",
    ...Object.entries(WORDS).map(([room, words]) => `  ${id(room)}["<b>${room}</b><br>${words}"]`),
    `  below["<b>${BELOW_ALL.join(", ")}</b><br>below all of them"]`,
    ...withoutShortcuts(arrows).map(([from, to]) => `  ${id(from)} --> ${id(to)}`),
  ];
  return between({ text: page, name: "run", file: "src/" }, ["", "```mermaid", ...lines, "```", ""].join("\n"));
}
