import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { imageError } from "../../../src/images/fault.ts";
import { registryReader } from "../../../src/images/registry/client.ts";
import { registryFault } from "../../../src/images/registry/fault.ts";
import { cancelled } from "../../../src/system/errors.ts";
import { HttpStatusError } from "../../../src/system/http.ts";
import { debian12 } from "../../support/images/images.ts";
import { type Registry, type RegistryFault, startRegistry } from "../../support/registry/registry.ts";
import { answerNames, forgetNames } from "../../support/runs/names.ts";

let registry: Registry;
beforeEach(async () => {
  registry = await startRegistry();
  registry.add("acme/app", "1", debian12());
});
afterEach(async () => {
  forgetNames();
  await registry.close();
});

const ACQUISITION = ["ghcr.io/acme/app:1", 90_000] as const;

/** The failure of reading the manifest of a tag. */
async function manifestFailure({ tag = "1", deadlineMs = 60_000, signal = new AbortController().signal } = {}) {
  const reader = registryReader({ credentials: async () => undefined, signal, deadlineMs });
  const error = await reader.read(`${registry.host}/acme/app`, tag).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Error);
  return imageError(error, ...ACQUISITION);
}

describe("a manifest that cannot be read", () => {
  it.each<[string, RegistryFault]>([
    ["image-denied", { status: 403 }],
    ["registry-rate-limit", { status: 429 }],
    ["registry-unreachable", { status: 503 }],
    ["registry-broken-off", { reset: true }],
    ["registry-redirected", { status: 302, headers: { location: "http://169.254.169.254/" } }],
    ["registry-redirected", { status: 302, headers: { location: "/v2/acme/app/manifests/1" } }],
  ])("is %s", async (code, fault) => {
    registry.fault(/manifests/, fault);
    expect(await manifestFailure()).toMatchObject({
      code,
      what: expect.stringMatching(/^ghcr\.io\/acme\/app:1 was not fetched: /),
    });
    expect(registry.requests.length).toBeLessThanOrEqual(7);
  });

  it("is image-not-found where there is none, image-inconsistent where it is something else", async () => {
    expect((await manifestFailure({ tag: "2" })).code).toBe("image-not-found");
    const blob = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: "application/x" }));
    const other = debian12();
    registry.add("acme/app", "1", { ...other, blobs: new Map([[other.descriptor.digest, blob]]) });
    expect((await manifestFailure()).code).toBe("image-inconsistent");
  });

  it("is registry-too-slow when nothing comes, run-cancelled when the run ends meanwhile", async () => {
    registry.fault(/manifests/, { hang: true });
    expect((await manifestFailure({ deadlineMs: 100 })).code).toBe("registry-too-slow");
    const run = new AbortController();
    setTimeout(() => run.abort(cancelled()), 50);
    expect((await manifestFailure({ signal: run.signal })).code).toBe("run-cancelled");
  });

  it("says the status, and nothing that the registry says", async () => {
    registry.fault(/manifests/, { status: 503, headers: { "x-note": "::error::forged" } });
    const { message } = await manifestFailure();
    expect(message).toContain("HTTP 503");
    expect(message).not.toContain("forged");
  });

  // Proves: redirect-leads-into-no
  it("is registry-redirected if the token service is one that is not asked", async () => {
    registry.requireToken({ realm: "http://169.254.169.254/token", service: "bed" });
    expect((await manifestFailure()).code).toBe("registry-redirected");
  });

  it("does not arise if a registry names such a token service, and wants no login for the repository", async () => {
    registry.fault(/\/v2\/$/, { status: 401, headers: { "www-authenticate": 'Bearer realm="http://10.0.0.1/token"' } });
    const reader = registryReader({ credentials: async () => undefined, signal: AbortSignal.timeout(60_000) });
    expect(await reader.read(`${registry.host}/acme/app`, "1")).toMatchObject({ kind: "manifest" });
  });

  // Proves: redirect-leads-into-no
  it("is registry-redirected if the token service is a name that leads to a link-local address", async () => {
    answerNames({ "auth.example": ["169.254.169.254"] });
    registry.requireToken({ realm: "http://auth.example/token", service: "bed" });
    expect((await manifestFailure()).code).toBe("registry-redirected");
  });
});

describe("an image that was not acquired", () => {
  const codeOf = (error: unknown) => imageError(error, ...ACQUISITION).code;

  it("is reported with the reason that ended it", () => {
    expect(codeOf(AbortSignal.abort(cancelled()).reason)).toBe("run-cancelled");
    expect(imageError(new DOMException("late", "TimeoutError"), ...ACQUISITION).message).toContain("within 90 s");
    expect(codeOf(new DOMException("late", "TimeoutError"))).toBe("scan-timeout");
  });

  it.each(["ENOSPC", "EDQUOT", "EFBIG"])("is disk-full with %s", (code) => {
    const error = imageError(Object.assign(new Error(code), { code }), ...ACQUISITION);
    expect(error).toMatchObject({ code: "disk-full", remedy: expect.stringMatching(/fetched and unpacked there/) });
  });

  it("is an error of ours if it was not foreseen", () => {
    expect(codeOf(new TypeError("x is undefined"))).toBe("internal-error");
  });

  it("has what the system said, if that is one of its words", () => {
    const why = (cause: unknown) => imageError(registryFault(cause, {}), ...ACQUISITION).what;
    expect(why(Object.assign(new Error("x"), { code: "ECONNREFUSED" }))).toContain("(ECONNREFUSED)");
    expect(why(new HttpStatusError(502))).toContain("HTTP 502");
    expect(why(Object.assign(new Error("x"), { code: "a `forged`" }))).not.toContain("forged");
  });
});
