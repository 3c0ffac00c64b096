import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { OUTPUT_NAMES } from "../../../src/actions/verify/answer.ts";
import { INPUT_NAMES, readCorrect, readInputs, trustedOf } from "../../../src/actions/verify/inputs.ts";
import { GateError } from "../../../src/system/errors.ts";

const read = (file: string) => parse(readFileSync(new URL(`../../../${file}`, import.meta.url), "utf8"));
const action = read("verify/action.yml");

/** A runner's environment for the given `with:`. */
function env(given: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]));
}

const KEY = { image: "ghcr.io/acme/app:1", "cosign-key": "cosign.pub" };
const IDENTITY = { image: "a/b", "certificate-identity": "https://x/y@z", "certificate-oidc-issuer": "https://issuer" };

function failure(given: Record<string, string>): GateError {
  try {
    readInputs(env(given));
  } catch (error) {
    if (error instanceof GateError) return error;
    throw error;
  }
  throw new Error("was accepted");
}

describe("verify/action.yml and the code agree", () => {
  it("lists the same inputs and outputs", () => {
    expect(Object.keys(action.inputs)).toEqual(INPUT_NAMES);
    expect(Object.keys(action.outputs)).toEqual(OUTPUT_NAMES);
  });

  it("has the defaults that an absent input gets", () => {
    const defaults = Object.fromEntries(
      Object.entries<{ default?: string }>(action.inputs).map(([name, input]) => [name, input.default ?? ""]),
    );
    expect(readInputs(env({ ...defaults, ...KEY }))).toEqual(readInputs(env(KEY)));
    const { maxAge, tlog, allowHttpRegistry, summary, limits } = readInputs(env(KEY));
    expect({ maxAge, tlog, allowHttpRegistry, summary, limits }).toEqual({
      maxAge: 7 * 24 * 3600_000,
      tlog: true,
      allowHttpRegistry: false,
      summary: true,
      limits: {},
    });
  });

  it("starts the bundle alongside the gate's, by the same Node", () => {
    expect(action.runs).toEqual({ using: read("action.yml").runs.using, main: "../dist/verify.js" });
  });
});

describe("readInputs", () => {
  it("takes a key, or an identity with its issuer", () => {
    expect(trustedOf(readInputs(env(KEY)))).toEqual({ key: "cosign.pub" });
    expect(trustedOf(readInputs(env(IDENTITY)))).toEqual({ identity: "https://x/y@z", issuer: "https://issuer" });
  });

  it("takes limits, of which an absent one is not set", () => {
    expect(readInputs(env({ ...KEY, "max-high": "3", "max-low": "unlimited" })).limits).toEqual({
      HIGH: 3,
      LOW: "unlimited",
    });
  });

  it("says that there is no image", () => {
    expect(failure({ ...KEY, image: " " }).what).toContain("`image` is empty: name it as it will be deployed");
  });

  it.each<[string, Record<string, string>, string]>([
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

  it("answers any text in any input with inputs or a GateError, on one line", () => {
    fc.assert(
      fc.property(fc.constantFrom(...INPUT_NAMES), fc.string({ unit: "binary" }), (name, value) => {
        try {
          readInputs(env({ ...KEY, [name]: value }));
        } catch (error) {
          expect(error).toBeInstanceOf(GateError);
          expect((error as GateError).message).not.toMatch(/[\r\n]/);
        }
      }),
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
