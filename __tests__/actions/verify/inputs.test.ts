import { describe, expect, it } from "vitest";
import { readCorrect, readInputs, trustedOf } from "../../../src/actions/verify/inputs.ts";
import { env, type Given, refusal } from "../given-inputs.ts";

const KEY = { image: "ghcr.io/acme/app:1", "cosign-key": "cosign.pub" };
const IDENTITY = { image: "a/b", "certificate-identity": "https://x/y@z", "certificate-oidc-issuer": "https://issuer" };

const failure = (given: Given) => refusal(readInputs, given);

describe("readInputs", () => {
  it("takes a key, or an identity with its issuer", () => {
    expect(trustedOf(readInputs(env(KEY)))).toEqual({ key: "cosign.pub" });
    expect(trustedOf(readInputs(env(IDENTITY)))).toEqual({ identity: "https://x/y@z", issuer: "https://issuer" });
  });

  it("takes a verdict of a week by default", () =>
    expect(readInputs(env(KEY))).toMatchObject({ maxAge: 7 * 24 * 3600_000, tlog: true, allowHttpRegistry: false }));

  it("takes limits, of which an absent one is not set", () => {
    expect(readInputs(env({ ...KEY, "max-high": "3", "max-low": "unlimited" })).limits).toEqual({
      HIGH: 3,
      LOW: "unlimited",
    });
  });

  it.each<[string, Record<string, string>, string]>([
    ["no image", { ...KEY, image: " " }, "`image` is empty: name it as it will be deployed"],
    ["nobody to trust", { image: "a" }, "name the signer"],
    ["a key and an identity", { ...KEY, ...IDENTITY }, "`cosign-key` has no meaning alongside"],
    ["an identity of anybody's", { image: "a", "certificate-identity": "x" }, "which count only together"],
    ["anybody of an issuer", { image: "a", "certificate-oidc-issuer": "x" }, "which count only together"],
    ["an identity without the log", { ...IDENTITY, tlog: "false" }, "`tlog: false` needs a `cosign-key`"],
    ["an age of nothing", { ...KEY, "max-age": "0s" }, "`max-age` must be a time such as"],
    ["an age of years", { ...KEY, "max-age": "999d" }, "at most `365d`"],
    ["a negative limit", { ...KEY, "max-high": "-1" }, "`max-high` must be a whole number"],
    ["a switch that is none", { ...KEY, tlog: "no" }, "`tlog` must be `true` or `false`"],
    ["an argument of two lines", { ...KEY, "certificate-identity": "a\nb" }, "has a control character in it"],
    ["a pattern of identities", { ...KEY, "certificate-identity-regexp": ".*" }, "did you mean `certificate-identity`"],
    ["Cosign's own name of the key", { ...KEY, key: "x" }, "use `cosign-key`"],
    ["a typo", { ...KEY, "max-agee": "1d" }, "did you mean `max-age`?"],
  ])("refuses %s", (_, given, words) => {
    const { code, what } = failure(given);
    expect(code).toBe("input-invalid");
    expect(what).toContain(words);
  });

  it("names all mistakes at once", () => {
    expect(failure({ image: "a", "max-age": "x", tlog: "y" }).what).toMatch(
      /^2 inputs are wrong:\n.*max-age.*;\n.*tlog/,
    );
  });
});

describe("while inputs are wrong", () => {
  it("the summary is written unless it is unwanted, and names the image as far as it can be read", () => {
    expect(["", "false", "maybe"].map((summary) => readCorrect(env({ summary })).summary)).toEqual([true, false, true]);
    expect(readCorrect(env({ image: " a/b:1 ", tlog: "x" })).image).toBe("a/b:1");
    expect(readCorrect(env({ image: "a\u001bb" })).image).toBe("");
  });
});
