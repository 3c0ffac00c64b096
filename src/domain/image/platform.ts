/**
 * Whether an image's platform is the one that was asked for. A variant counts only where both name one, as `arm64` mostly
 * goes without its `v8`, and `arm` without its `v7` (containerd's platforms.Normalize).
 */
export function platformMatches(asked: string, found: string | undefined): boolean {
  if (found === undefined) return false;
  const [a, b] = [normalised(asked), normalised(found)];
  return a.base === b.base && (a.variant === undefined || b.variant === undefined || a.variant === b.variant);
}

/** By what an index is asked for a platform: `arm64` stands there with its only variant or without it, and finds both so. */
export function platformInIndex(platform: string | undefined): string | undefined {
  return platform?.replace(/\/arm64\/v8$/, "/arm64");
}

const ARCHITECTURES: Readonly<Record<string, string>> = {
  x86_64: "amd64",
  "x86-64": "amd64",
  aarch64: "arm64",
  i386: "386",
  armhf: "arm",
};

function normalised(platform: string): { base: string; variant: string | undefined } {
  const [os = "", architecture = "", variant] = platform.toLowerCase().split("/");
  return { base: `${os}/${ARCHITECTURES[architecture] ?? architecture}`, variant };
}
