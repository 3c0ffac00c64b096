import { describe, expect, it } from "vitest";
import * as gate from "../../src/actions/gate/inputs.ts";
import { factsOf, type Shape } from "../../src/actions/input-facts.ts";
import * as rescan from "../../src/actions/rescan/inputs.ts";
import * as sign from "../../src/actions/sign/inputs.ts";
import * as verify from "../../src/actions/verify/inputs.ts";
import { hasLogin, withoutLogin } from "../../src/domain/secrets/logins.ts";
import { REPORT_FORMATS } from "../../src/reports/formats.ts";
import { asGateError } from "../../src/system/errors.ts";
import { ADDRESSES, DIGEST, FORMS, inputsOf, TOKEN, USERS } from "./login-forms.ts";

/** Values that look as if they contained a login, but do not. */
const HARMLESS = [
  `app@${DIGEST}`,
  `ghcr.io:5000/acme/app:1.2@${DIGEST}`,
  "git@github.com:acme/app",
  "ssh://git@github.com/acme/app",
  "https://github.com/acme/app/.github/workflows/build.yml@refs/heads/main",
  "https://gitea/acme/app/workflows/build.yml@refs/tags/v1.2",
  "https://host.example:8443/app@2",
  "security@acme.example",
  "app@sha256:cut-off",
  "node_modules/@acme/app/package.json",
  "C:\\work\\@acme\\app",
  "node_modules/%40acme/app",
  "https://host.example/app/100%25@2",
  "awskms://localhost:4566/alias/key",
  "https://host.example/app?author=me&page=2",
  "repo:vexhub",
];

const ACTIONS = [
  ["action.yml", gate.shape, gate.readInputs, gate.readCorrect],
  ["rescan/action.yml", rescan.shape, rescan.readInputs, rescan.readCorrect],
  ["sign/action.yml", sign.shape, sign.readInputs, sign.readCorrect],
  ["verify/action.yml", verify.shape, verify.readInputs, verify.readCorrect],
] as const;
describe.each(ACTIONS)("a login in an input of %s", (file, shape: Shape, readInputs, readCorrect) => {
  // Proves: no-input-shows-login
  it.each(inputsOf(file))(
    "is refused in each form, and neither the error nor what else is read of the inputs has it: %s",
    (name) => {
      const { words = [] } = factsOf(shape[name]);
      const forms = [...FORMS, ...(ADDRESSES.test(name) ? USERS : [])];
      const values = forms.flatMap((form) => [form, `a\n${form}`, ...words.map((word) => `${word}:${form}`)]);
      for (const value of values) {
        const env = { [`INPUT_${name.toUpperCase()}`]: value };
        let thrown: unknown;
        try {
          readInputs(env);
        } catch (error) {
          thrown = error;
        }
        const error = asGateError(thrown);
        expect(error.code, value).toBe("input-invalid");
        expect(error.message, value).toContain(`\`${name}\` has a login in an address`);
        expect(JSON.stringify(readCorrect(env)), value).not.toContain(TOKEN);
        expect(JSON.stringify([error.message, error.what, error.remedy, error.stack]), value).not.toContain(TOKEN);
      }
    },
  );
});

it("a source of `discover` that asks a host takes a user alone for a login", () => {
  for (const line of [`registry:${USERS[0]}`, `harbor:${USERS[0]}`, USERS[0] ?? ""])
    expect(() => rescan.readInputs({ INPUT_DISCOVER: line })).toThrow("`discover` has a login in an address");
  expect(rescan.readInputs({ INPUT_DISCOVER: "kubectl:admin@prod.example.com:6443" }).discover).toHaveLength(1);
});

it.each(HARMLESS)("%s is not a login", (line) => {
  expect(hasLogin(line, { isAddress: line !== "security@acme.example" })).toBe(false);
});

it("a context of kubeconfig is not a login where no address is meant", () => {
  expect(hasLogin("kubernetes-admin@prod")).toBe(false);
  expect(rescan.readInputs({ INPUT_DISCOVER: "kubectl:kubernetes-admin@prod" }).discover).toHaveLength(1);
});

it.each([...FORMS, ...USERS])("%s is shown without its login", (line) => {
  expect(hasLogin(line, { isAddress: true })).toBe(true);
  expect(withoutLogin(line)).not.toContain(TOKEN);
});

it("a login in a line of any length is found, and the line is shown without it", () => {
  const long = "x".repeat(20_000);
  for (const form of [...FORMS, ...USERS])
    for (const line of [`${"x ".repeat(10_000)}${form}`, `${long} ${form}`, `${form} ${long}`]) {
      expect(hasLogin(line, { isAddress: true }), form).toBe(true);
      expect(withoutLogin(line), form).not.toContain(TOKEN);
    }
  expect(hasLogin(`https://u:${long}${TOKEN}${long}@host.example/app`)).toBe(true);
  expect(hasLogin(`${long}@host.example/app`)).toBe(true);
  expect(hasLogin(`https://host.example/${long}?access_token=${TOKEN}&${long}`)).toBe(true);
  expect(hasLogin(`${long}@${DIGEST}`, { isAddress: true })).toBe(false);
});

it("the words that a line of `reports` begins with are its formats", () => {
  expect([...(factsOf(gate.shape.reports).words ?? [])].sort()).toEqual([...REPORT_FORMATS].sort());
});
