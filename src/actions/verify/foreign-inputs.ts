const KEY = "use `cosign-key` with the public key";

/** Names that users try, of Cosign's flags, of other actions and of the gate, and what replaces them here. */
export const TRANSLATIONS: Readonly<Record<string, string>> = {
  key: KEY,
  "public-key": KEY,
  "cosign-public-key": KEY,
  "cosign-password": "a public key has no password; it belongs to the action that signs",
  "certificate-identity-regexp":
    "use `certificate-identity` with the whole identity: a pattern that is too wide lets others in",
  "certificate-oidc-issuer-regexp": "use `certificate-oidc-issuer` with the whole address",
  identity: "use `certificate-identity`",
  issuer: "use `certificate-oidc-issuer`",
  images: "use `image`, one in each step",
  "image-ref": "use `image`",
  report: "it belongs to the action that signs; what is verified lies in the registry",
  policy:
    "the limits and exceptions are in the attested verdict; use the inputs that begin with `max-` to be stricter here",
  mode: "a refused image always fails the step; use `continue-on-error` to go on all the same",
  "insecure-ignore-tlog": "use `tlog: false`",
  "allow-insecure-registry": "use `allow-http-registry` for plain HTTP; a registry's certificate is always checked",
};
