/** `Grype and Clair`, or with `or`. */
export function namesOf(names: readonly string[], word: "and" | "or" = "and"): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} ${word} ${names.at(-1)}`;
}
