/** True if parsed JSON is an object, and no list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The text, or an empty one for anything else. */
export function textIn(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The list, or an empty one for anything else. */
export function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
