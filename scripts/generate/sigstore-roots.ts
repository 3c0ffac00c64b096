import seeds from "@sigstore/tuf/seeds.json" with { type: "json" };

const seed = seeds["https://tuf-repo-cdn.sigstore.dev"];

/** Sigstore's logs and authorities (public-good instance), as the package of its TUF client brings them. */
export function trustedRootFile(): string {
  return readable(seed.targets["trusted_root.json"]);
}

/** The TUF root from which newer ones of these can be verified. */
export function tufRootFile(): string {
  return readable(seed["root.json"]);
}

function readable(base64: string): string {
  return `${JSON.stringify(JSON.parse(Buffer.from(base64, "base64").toString("utf8")), undefined, 2)}\n`;
}
