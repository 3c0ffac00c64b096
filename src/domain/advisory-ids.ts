/** An advisory with one or more ids. */
export interface Named {
  readonly id: string;
  /** Other ids of the same advisory. */
  readonly aliases?: readonly string[] | undefined;
}

/**
 * An advisory with this many ids is a notice about many weaknesses. Its aliases connect nothing, as otherwise a single
 * row could take the place of all others.
 */
const MOST_IDS = 64;

/** The ids that identify an advisory, its own id first. */
export function idsOf({ id, aliases = [] }: Named): readonly string[] {
  return aliases.length === 0 || aliases.length >= MOST_IDS ? [id] : [id, ...aliases];
}

/** The CVEs among the ids, or all ids if there is none. Advisories that share one describe the same weakness. */
export function weaknessIds(named: Named): readonly string[] {
  const ids = idsOf(named);
  if (ids.length === 1) return ids;
  const cves = ids.filter(isCve);
  return cves.length > 0 ? cves : ids;
}

/**
 * True if two advisories are the same: they share an id. A notice that lists several CVEs does not make two different
 * CVEs the same.
 */
export function isSameAdvisory(one: Named, other: Named): boolean {
  if (one.id === other.id) return true;
  const [ids, others] = [idsOf(one), new Set(idsOf(other))];
  if (!ids.some((id) => others.has(id))) return false;
  const cves = ids.filter(isCve);
  return cves.length === 0 || ![...others].some(isCve) || cves.some((id) => others.has(id));
}

/**
 * All ids of the two names of one advisory except its present id, sorted. If there are too many, CVEs are kept first.
 * Undefined if there is no other id.
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
