/** True if parsed JSON is an object and not a list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The text, or an empty one for any other value. */
export function textIn(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The list, or an empty one for any other value. */
export function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
