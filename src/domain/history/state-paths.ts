const OURS = /^(?:index\.json|images\/[\w.:-]{1,200}\.json|sboms\/[\w.:-]{1,200}\.cdx\.json\.gz)$/;

/** True if a path is one of the state's files. All other files there are the user's, and are not read. */
export function isOurs(path: string): boolean {
  return OURS.test(path);
}

/** Names at the top of a state's branch. */
export const STATE_NAMES: ReadonlySet<string> = new Set(["index.json", "images", "sboms"]);

/** @throws Error if one of these is not the state's file: no other file is written or removed */
export function requireOurs(paths: readonly string[]): void {
  const strange = paths.find((path) => !isOurs(path));
  if (strange !== undefined) throw new Error(`${JSON.stringify(strange)} is not a file of the state.`);
}
