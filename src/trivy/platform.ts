/**
 * Whether an image's platform is the one that was asked for. A variant counts only where both name one; `arm64` is always
 * `v8`, and `arm` without a variant `v7` (containerd's platforms.Normalize).
 */
export function platformMatches(asked: string, found: string | undefined): boolean {
  if (found === undefined) return false;
  const [a, b] = [normalised(asked), normalised(found)];
  return a.base === b.base && (a.variant === undefined || b.variant === undefined || a.variant === b.variant);
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
  const name = ARCHITECTURES[architecture] ?? architecture;
  const isDefault = (name === "arm64" && variant === "v8") || (name === "arm" && variant === "v7");
  return { base: `${os}/${name}`, variant: isDefault ? undefined : variant };
}
