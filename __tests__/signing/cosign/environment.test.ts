import { mkdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { cosignEnvironment, keyVariable, ownSigstore, type Secrets } from "../../../src/signing/cosign/environment.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

const folder = temporaryFolder("cosign-environment");
afterAll(() => folder.remove());
const environment = (env: Record<string, string>, secrets: Secrets = {}) =>
  cosignEnvironment(secrets, {
    env,
    platform: "linux",
    runFolder: folder.path,
    temp: folder.path,
    workspace: join(folder.path, "workspace"),
  });

describe("the environment of a Cosign process", () => {
  it("has no other names than those that are meant, whatever the runner has", () => {
    const allowed =
      /^(?:PATH|HOME|TMPDIR|XDG_(?:CACHE|CONFIG|DATA|STATE)_HOME|COSIGN_PASSWORD|DOCKER_CONFIG|REGISTRY_AUTH_FILE|(?:HTTPS?|NO|ALL)_PROXY|(?:https?|no|all)_proxy|SSL_CERT_(?:FILE|DIR)|RUNNER_TRACKING_ID|(?:AWS|GOOGLE|AZURE|CLOUDSDK)_\w+|TUF_ROOT|TUF_MIRROR)$/;
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[A-Z][A-Z_]{0,12}$/), fc.string()), (env) => {
        for (const name of Object.keys(environment(env))) expect(name).toMatch(allowed);
      }),
      { numRuns: 200 },
    );
  });

  // Proves: cosign-sees-no-secret
  it.each([
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "ACTIONS_ID_TOKEN_REQUEST_URL",
    "SIGSTORE_ID_TOKEN",
    "ACTIONS_RUNTIME_TOKEN",
    "INPUT_COSIGN-PASSWORD",
    "GITHUB_TOKEN",
    "VAULT_TOKEN",
    "KUBECONFIG",
    "COSIGN_KEY",
    "COSIGN_REPOSITORY",
    "COSIGN_EXPERIMENTAL",
    "LD_PRELOAD",
  ])("has no %s if the call does not need it", (name) => {
    expect(environment({ [name]: "x" }, { key: "cosign.key" })).not.toHaveProperty(name);
  });

  // Proves: cosign-sees-no-secret
  it("has the identity token only for a call that signs with it", () => {
    const env = { ACTIONS_ID_TOKEN_REQUEST_TOKEN: "t", ACTIONS_ID_TOKEN_REQUEST_URL: "u", ACTIONS_RUNTIME_TOKEN: "r" };
    expect(environment(env, { identity: true })).toMatchObject({ ACTIONS_ID_TOKEN_REQUEST_TOKEN: "t" });
    expect(environment(env, { identity: true })).not.toHaveProperty("ACTIONS_RUNTIME_TOKEN");
  });

  it("has the key's variable, and no other, for a key that is in one", () => {
    const env = { SIGNING_KEY: "key", OTHER_KEY: "other" };
    expect(environment(env, { key: "env://SIGNING_KEY" })).toMatchObject({ SIGNING_KEY: "key" });
    expect(environment(env, { key: "env://SIGNING_KEY" })).not.toHaveProperty("OTHER_KEY");
    expect(keyVariable("env://A;B")).toBeUndefined();
    expect(environment({ PATH: "/evil" }, { key: "env://PATH" }).PATH).not.toBe("/evil");
  });

  it("has the login of a key's store only for a key in it", () => {
    const env = { VAULT_ADDR: "a", VAULT_TOKEN: "t", KUBECONFIG: "k" };
    expect(environment(env, { key: "hashivault://signing" })).toMatchObject({ VAULT_ADDR: "a", VAULT_TOKEN: "t" });
    expect(environment(env, { key: "hashivault://signing" })).not.toHaveProperty("KUBECONFIG");
    expect(environment(env, { key: "k8s://ns/signing" })).toMatchObject({ KUBECONFIG: "k" });
    expect(environment(env, { key: "constructor://x" })).not.toHaveProperty("KUBECONFIG");
  });

  it("always has a password, empty if there is none, since Cosign would ask for it", () => {
    expect(environment({ COSIGN_PASSWORD: "of the job" }).COSIGN_PASSWORD).toBe("");
    expect(environment({}, { password: "secret" }).COSIGN_PASSWORD).toBe("secret");
  });

  it("sees what the user's own `cosign initialize` has written, but not the rest of the home", () => {
    const home = join(folder.path, "someone");
    mkdirSync(join(home, ".sigstore/root"), { recursive: true });
    expect(environment({ HOME: home }).TUF_ROOT).toBe(join(home, ".sigstore/root"));
    expect(environment({ HOME: home }).HOME).not.toBe(home);
    expect(environment({ HOME: join(folder.path, "nobody") })).not.toHaveProperty("TUF_ROOT");
    expect(environment({ HOME: home, TUF_ROOT: "/own" }).TUF_ROOT).toBe("/own");
  });

  it("names the variables by which it trusts others than the public Sigstore", () => {
    const env = {
      TUF_ROOT: "/own",
      SIGSTORE_REKOR_PUBLIC_KEY: "k",
      SIGSTORE_ROOT_FILE: "",
      COSIGN_MAX_ATTACHMENT_SIZE: "1",
    };
    expect(ownSigstore(env)).toEqual(["SIGSTORE_REKOR_PUBLIC_KEY", "TUF_ROOT"]);
  });
});
