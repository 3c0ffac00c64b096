import { hash } from "node:crypto";

/** A UUID of version 8 (RFC 9562: made by an application's own rule) from the first bits of a text's hash. */
export function uuidOf(text: string): string {
  const [, a, b, c, d, e] = /^(.{8})(.{4}).(.{3}).(.{3})(.{12})/.exec(hash("sha256", text)) ?? [];
  return `${a}-${b}-8${c}-8${d}-${e}`;
}
