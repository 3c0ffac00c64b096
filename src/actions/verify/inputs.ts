import type { Trusted } from "../../signing/verify/trust.ts";
import { age, matching, optional, required, switchOr } from "../fields.ts";
import { input } from "../input-facts.ts";
import { actionInputs, type InputData, type InputsOf, limitInputs, type Mistakes } from "../shared-inputs.ts";

/** Text that becomes one argument of Cosign. */
const argument = matching(/^\P{Cc}{0,2048}$/u, "has a control character in it, or more than 2,048 characters");

/** The replacements for names that users try: Cosign's flags, and inputs of other actions and of the gate. */
const replaced: Readonly<Record<string, string>> = {
  "use `cosign-key` with the public key": "key public-key",
  "a public key has no password; it belongs to the action that signs": "cosign-password",
  "use `certificate-identity`": "identity",
  "use `certificate-oidc-issuer`": "issuer",
  "use `image`, one in each step": "images",
  "it belongs to the action that signs; what is verified is in the registry": "report",
  "the limits and exceptions are in the attested verdict; use the inputs that begin with `max-` to be stricter here":
    "policy",
  "a refused image always fails the step; use `continue-on-error` to go on all the same": "mode",
};

const shape = {
  image: input(required(argument, "is empty: name it as it will be deployed, such as `ghcr.io/acme/app:1.2`"), {
    address: true,
  }),
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

export { shape };

const page = "docs/verify.md";
/** Reads the inputs. To report a run in which some are wrong, the correct ones are read alone. */
export const {
  names: INPUT_NAMES,
  read: readInputs,
  readCorrect,
} = actionInputs({ shape, replaced, contradictions, page });

type Data = InputData<typeof shape>;

/** The action's validated inputs, with `max-age` as `maxAge`. */
export type Inputs = InputsOf<Data>;

/** The signers whose signatures count. */
export function trustedOf({ cosignKey, certificateIdentity, certificateOidcIssuer }: Inputs): Trusted {
  if (cosignKey !== undefined) return { key: cosignKey };
  return { identity: certificateIdentity ?? "", issuer: certificateOidcIssuer ?? "" };
}

function contradictions({ tlog, ...data }: Data): Mistakes {
  const { "cosign-key": key, "certificate-identity": identity, "certificate-oidc-issuer": issuer } = data;
  return {
    "name the signer: give the public key as `cosign-key`, or `certificate-identity` and `certificate-oidc-issuer`, which count only together":
      key === undefined && (identity === undefined || issuer === undefined),
    "`cosign-key` has no meaning alongside `certificate-identity` and `certificate-oidc-issuer`: give one or the other":
      key !== undefined && (identity !== undefined || issuer !== undefined),
    "`tlog: false` needs a `cosign-key`: a certificate lives for minutes, and only the log says that the signature was made in them":
      key === undefined && identity !== undefined && !tlog,
  };
}
