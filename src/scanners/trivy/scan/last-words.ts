/** The end of what Trivy wrote to stderr, where its reason stands, as one harmless line; its words may quote an image. */
export function lastWords(stderr: string): string | undefined {
  const line = stderr.trim().split("\n").at(-1) ?? "";
  const words = line
    .split("\t")
    .at(-1)
    ?.replace(/[\p{C}\p{Z}]+/gu, " ")
    .trim();
  return words ? words.slice(0, 300) : undefined;
}
