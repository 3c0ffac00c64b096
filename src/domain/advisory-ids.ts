/** What goes by several ids. */
export interface Named {
  readonly id: string;
  /** Other ids of the same advisory. */
  readonly aliases?: readonly string[] | undefined;
}

/**
 * An advisory with more ids is a notice about many weaknesses. Its aliases connect nothing, so that no single row can
 * take the place of all others.
 */
const MOST_IDS = 64;

/** The ids by which an advisory is known again, its own first. */
export function idsOf({ id, aliases = [] }: Named): readonly string[] {
  return aliases.length === 0 || aliases.length >= MOST_IDS ? [id] : [id, ...aliases];
}

/** The CVEs among the ids; all ids if there is none. What has one in common here is about one weakness. */
export function weaknessIds(named: Named): readonly string[] {
  const ids = idsOf(named);
  if (ids.length === 1) return ids;
  const cves = ids.filter(isCve);
  return cves.length > 0 ? cves : ids;
}

/**
 * True if two advisories are one: they share an id. One that is about several CVEs does not make two different CVEs
 * one.
 */
export function isSameAdvisory(one: Named, other: Named): boolean {
  if (one.id === other.id) return true;
  const [ids, others] = [idsOf(one), new Set(idsOf(other))];
  if (!ids.some((id) => others.has(id))) return false;
  const cves = ids.filter(isCve);
  return cves.length === 0 || ![...others].some(isCve) || cves.some((id) => others.has(id));
}

/**
 * All ids of two names of one advisory but the one by which it goes now, sorted. Of too many, CVEs stay first.
 * Undefined if there is no other.
 */
export function otherIds(id: string, names: readonly Named[]): readonly string[] | undefined {
  if (names.every((each) => each.id === id && each.aliases === undefined)) return undefined;
  const all = new Set(names.flatMap(idsOf));
  all.delete(id);
  if (all.size === 0) return undefined;
  const sorted = [...all].sort();
  if (sorted.length < MOST_IDS) return sorted;
  return [...sorted.filter(isCve), ...sorted.filter((each) => !isCve(each))].slice(0, MOST_IDS - 1);
}

function isCve(id: string): boolean {
  return id.startsWith("CVE-");
}
