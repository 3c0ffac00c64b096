import type { Trusted } from "../../signing/verify/trust.ts";
import { GateError } from "../../system/errors.ts";
import { age, matching, optional, switchOr } from "../fields.ts";
import { input } from "../input-facts.ts";
import { actionInputs, type InputData, type InputsOf, limitInputs } from "../shared-inputs.ts";

/** Text that becomes one argument of Cosign. */
const argument = matching(/^\P{Cc}{0,2048}$/u, "has a control character in it, or more than 2,048 characters");

/** What replaces names that users try, of Cosign's flags, of other actions and of the gate. */
const replaced: Readonly<Record<string, string>> = {
  "use `cosign-key` with the public key": "key public-key",
  "a public key has no password; it belongs to the action that signs": "cosign-password",
  "use `certificate-identity`": "identity",
  "use `certificate-oidc-issuer`": "issuer",
  "use `image`, one in each step": "images",
  "it belongs to the action that signs; what is verified lies in the registry": "report",
  "the limits and exceptions are in the attested verdict; use the inputs that begin with `max-` to be stricter here":
    "policy",
  "a refused image always fails the step; use `continue-on-error` to go on all the same": "mode",
};

const shape = {
  image: input(argument, { address: true, required: true }),
  "cosign-key": argument,
  "certificate-identity": argument,
  "certificate-oidc-issuer": argument,
  "max-age": age("7d", "1m"),
  ...limitInputs(),
  tlog: switchOr(true),
  "cosign-binary": optional,
  "allow-http-registry": switchOr(false),
  summary: switchOr(true),
};

const page = "docs/verify.md";
const { schema, names, read, correct } = actionInputs({ shape, replaced, contradictions, page });

export { names as INPUT_NAMES, schema };

type Data = InputData<typeof shape>;
type Env = Readonly<Record<string, string | undefined>>;

/** The action's validated inputs, with `max-age` as `maxAge` and whose signatures count as `trusted`. */
export type Inputs = Omit<InputsOf<Data>, "image"> & { readonly image: string; readonly trusted: Trusted };

/**
 * Reads the inputs from a runner's environment.
 * @throws GateError `input-invalid` with all mistakes at once, `no-image`
 */
export function readInputs(env: Env): Inputs {
  const inputs = read(env);
  const { image } = inputs;
  if (image === undefined)
    throw new GateError(
      "no-image",
      "There is no image to verify: `image` is empty",
      "Name it as it will be deployed, such as `ghcr.io/acme/app:1.2`.",
    );
  return { ...inputs, image, trusted: trustedOf(inputs) };
}

function trustedOf(inputs: InputsOf<Data>): Trusted {
  const { cosignKey, certificateIdentity: identity = "", certificateOidcIssuer: issuer = "" } = inputs;
  return cosignKey === undefined ? { identity, issuer } : { key: cosignKey };
}

/** Whether to write the summary, whatever the other inputs are. */
export function wantsSummary(env: Env): boolean {
  return correct(["summary"], env).summary;
}

/** The image as it was given, whatever the other inputs are. Untrusted. */
export function namedImage(env: Env): string {
  return correct(["image"], env).image ?? "";
}

function contradictions(data: Data): string[] {
  const key = data["cosign-key"];
  const identity = data["certificate-identity"];
  const issuer = data["certificate-oidc-issuer"];
  const mistakes: string[] = [];
  if (key === undefined && (identity === undefined || issuer === undefined))
    mistakes.push(
      "name the signer: give the public key as `cosign-key`, or `certificate-identity` and `certificate-oidc-issuer`, which count only together",
    );
  if (key !== undefined && (identity !== undefined || issuer !== undefined))
    mistakes.push(
      "`cosign-key` has no meaning beside `certificate-identity` and `certificate-oidc-issuer`: give one or the other",
    );
  if (key === undefined && identity !== undefined && !data.tlog)
    mistakes.push(
      "`tlog: false` needs a `cosign-key`: a certificate lives for minutes, and only the log says that the signature was made in them",
    );
  return mistakes;
}
