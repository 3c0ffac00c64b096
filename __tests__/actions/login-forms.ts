import { readFileSync } from "node:fs";
import { parse } from "yaml";

// Logins in every form, and the inputs that they could be in.

export const TOKEN = "hushHush42";
export const DIGEST = `sha256:${"a".repeat(64)}`;

/** Every form that Git, Docker or a browser takes for a login, wherever it is. */
export const FORMS: readonly string[] = [
  `https://u:${TOKEN}@host.example/app`,
  `https://${TOKEN}@host.example/app`,
  `HTTPS://${TOKEN}:x-oauth-basic@host.example/app`,
  `https:/u:${TOKEN}@host.example/app`,
  `https:u:${TOKEN}@host.example/app`,
  `https:\\\\u:${TOKEN}@host.example/app`,
  `https:///u:${TOKEN}@host.example/app`,
  `//u:${TOKEN}@host.example/app`,
  `https://u:a/${TOKEN}@host.example/app`,
  `https://u:1/${TOKEN}@host.example/app`,
  `https://u/${TOKEN}@host.example/app`,
  `https://u:${TOKEN}@host`,
  `https://u:${TOKEN}@[::1]:8080/app`,
  `ssh://${TOKEN}@host.example/app`,
  `ssh://git:${TOKEN}@host.example/app`,
  `git+ssh://${TOKEN}@host.example/app`,
  `git::https://u:${TOKEN}@host.example/app`,
  `u:${TOKEN}@host.example/app`,
  `u:${TOKEN}@host.example/app@${DIGEST}`,
  `u:a/${TOKEN}@host.example/app`,
  `:${TOKEN}@host.example/app`,
  `app.tar as u:${TOKEN}@host.example/app`,
  `https://host.example/app?access_token=${TOKEN}`,
  `https://host.example/app?a=1&private_token=${TOKEN}`,
  `https://host.example/app?access%5Ftoken=${TOKEN}`,
  `https://host.example/app#access_token=${TOKEN}`,
  `https://host.example/app?access_key=${TOKEN}`,
  `https://host.example/app?jwt=${TOKEN}`,
  `pkcs11:object=key?pin-value=${TOKEN}`,
  `https://#${TOKEN}@host.example/app`,
  `https://u#${TOKEN}@gitea/app`,
  `https://u?${TOKEN}@gitea/app`,
  `https://u%3A${TOKEN}%40host.example/app`,
  `https://u%253A${TOKEN}%2540host.example/app`,
  `u%3A${TOKEN}%40host.example/app`,
  `u:a"${TOKEN}@host.example/app`,
  `u:a'${TOKEN}@host.example/app`,
  `[u:${TOKEN}@host.example:22]:app`,
  `docker://u:${TOKEN}@registry:5000/app`,
  `https://u:a@${TOKEN}@host.example/app`,
];

/** Values that only an input of addresses takes for a login: a path may have an @, too. */
export const USERS: readonly string[] = [
  `${TOKEN}@host.example/app`,
  `${TOKEN}@host.example:app`,
  `${TOKEN}@localhost:5000/app`,
  `${TOKEN}@registry/app`,
  `${TOKEN}@registry`,
  `${TOKEN}@[::1]:5000/app`,
  `[${TOKEN}@host.example:22]:app`,
  `${TOKEN}%40registry/app`,
  `#${TOKEN}@registry/app`,
];

/** Inputs that are secrets themselves. */
const SECRETS = new Set(["token", "trivy-mirror-token", "grype-mirror-token", "cosign-password", "pushgateway"]);
/** Inputs in which a user alone is a login, too. */
export const ADDRESSES: RegExp =
  /^(?:image|repository|base-image|base-image-candidates|(?:java-)?db-repository|promote-to|trivy-mirror|grype-mirror)$/;

/** The inputs of an action that are not secrets. @param file its `action.yml`, relative to the repository */
export function inputsOf(file: string): string[] {
  const { inputs } = parse(readFileSync(new URL(`../../${file}`, import.meta.url), "utf8")) as { inputs: object };
  return Object.keys(inputs).filter((name) => !SECRETS.has(name));
}
