import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { imageError } from "../../../src/images/fault.ts";
import {
  type Credentials,
  readChallenge,
  registryDocument,
  registryReader,
} from "../../../src/images/registry/client.ts";
import { registryFault } from "../../../src/images/registry/fault.ts";
import { documentOf, pinImage } from "../../../src/signing/in-registry.ts";
import { cancelled } from "../../../src/system/errors.ts";
import { HttpStatusError } from "../../../src/system/http.ts";
import { clean, debian12, multiArchitecture } from "../../support/images/images.ts";
import { type Artifact, buildArtifact, buildIndex, digestOf } from "../../support/images/oci.ts";
import { bodyOf, listen } from "../../support/network/http.ts";
import { type Registry, type RegistryFault, startRegistry } from "../../support/registry/registry.ts";
import { answerNames, forgetNames } from "../../support/runs/names.ts";

const LOGIN = { username: "robot", password: "pass:word" };
const BASIC = `Basic ${Buffer.from("robot:pass:word").toString("base64")}`;

let registry: Registry;
beforeEach(async () => {
  registry = await startRegistry();
  registry.add("acme/app", "1", multiArchitecture());
});
afterEach(async () => {
  forgetNames();
  await registry.close();
});

const reader = (login?: Credentials, deadlineMs?: number, signal = new AbortController().signal) => {
  const asked: string[] = [];
  const credentials = async (repository: string) => {
    asked.push(repository);
    return login;
  };
  return { asked, ...registryReader({ credentials, signal, ...(deadlineMs === undefined ? {} : { deadlineMs }) }) };
};
const app = () => `${registry.host}/acme/app:1`;

describe("a manifest in a registry", () => {
  it("is read by tag and by digest, each once, and without asking for a login if none is wanted", async () => {
    const index = multiArchitecture().descriptor.digest;
    const own = reader();
    const [byTag] = await Promise.all([own.read(app(), "1"), own.read(`${registry.host}/acme/app@${index}`, "1")]);
    expect(byTag).toMatchObject({ kind: "index", digest: index });
    expect(await own.read(app(), index)).toMatchObject({ kind: "index", digest: index });
    expect(registry.requests.filter(({ path }) => path.endsWith("/manifests/1"))).toHaveLength(1);
    expect(own.asked).toEqual([]);
  });

  it("is read with Basic if the registry asks for it", async () => {
    registry.requireLogin(/^acme\//, LOGIN);
    const own = reader(LOGIN);
    expect(await own.read(app(), "1")).toMatchObject({ kind: "index" });
    expect(own.asked).toEqual([`${registry.host}/acme/app`]);
    expect(registry.requests[0]?.authorization).toBeUndefined();
    expect(registry.requests.at(-1)?.authorization).toBe(BASIC);
  });

  it("that lists a SOCI index has it among its images only if it cannot be read", async () => {
    const artifact = buildArtifact({ files: [], layerType: "application/octet-stream", title: "ztoc" });
    const platform = { os: "linux", architecture: "amd64" };
    const soci = { ...artifact.descriptor, platform, artifactType: "application/vnd.amazon.soci.index.v2+json" };
    registry.add("acme/app", "soci", buildIndex([debian12()], [soci]));
    const images = async () => {
      const document = await reader().read(app(), "soci");
      return document.kind === "index" && document.images.map(({ digest }) => digest);
    };
    expect(await images()).toEqual([debian12().descriptor.digest, soci.digest]);
    registry.add("acme/app", "artifact", artifact);
    expect(await images()).toEqual([debian12().descriptor.digest]);
  });

  // Proves: image-s-registry-gets
  it("is read with a token, obtained with the login if there is one and without if there is none", async () => {
    registry.requireToken({ realm: `http://${registry.host}/token`, service: "bed" });
    expect(await reader().read(app(), "1")).toMatchObject({ kind: "index" });
    registry.requireLogin(/^acme\//, LOGIN);
    await expect(reader().read(app(), "1")).rejects.toThrow("wants a login that Image Gate does not have");
    expect(await reader(LOGIN).read(app(), "1")).toMatchObject({ kind: "index" });
    const sent = registry.requests.filter(({ authorization }) => authorization === BASIC).map(({ path }) => path);
    expect(sent).toEqual(["/token"]);
  });

  it("is read in a second repository without asking how the registry is reached, with its own token", async () => {
    registry.requireToken({ realm: `http://${registry.host}/token`, service: "bed" });
    registry.requireLogin(/^acme\//, LOGIN);
    registry.add("acme/other", "1", debian12());
    const own = reader(LOGIN);
    expect(await own.read(app(), "1")).toMatchObject({ kind: "index" });
    expect(await own.read(`${registry.host}/acme/other:1`, "1")).toMatchObject({ kind: "manifest" });
    expect(own.asked).toEqual(["app", "other"].map((name) => `${registry.host}/acme/${name}`));
    const paths = registry.requests.map(({ path }) => path);
    expect(paths.filter((path) => path === "/v2/")).toHaveLength(1);
    expect(paths.filter((path) => path === "/token")).toHaveLength(2);
    expect(paths.filter((path) => path.includes("/manifests/"))).toHaveLength(2);
  });

  it("is read with a refresh token, which goes into a form", async () => {
    const forms: string[] = [];
    const service = await listen(async (request, response) => {
      forms.push(`${request.method} ${await bodyOf(request)}`);
      response.end(JSON.stringify({ access_token: "abc" }));
    });
    registry.requireToken({ realm: `http://127.0.0.1:${service.port}/oauth2/token`, service: "bed" });
    await expect(reader({ identityToken: "s3cret" }).read(app(), "1")).rejects.toThrow("login");
    expect(new Set(forms)).toEqual(
      new Set(["POST service=bed&scope=repository%3Aacme%2Fapp%3Apull&grant_type=refresh_token&refresh_token=s3cret"]),
    );
    expect(registry.requests.at(-1)?.authorization).toBe("Bearer abc");
    await service.close();
  });

  it("is not believed for a digest of another kind than SHA-256", async () => {
    const image = debian12();
    const bytes = image.blobs.get(image.descriptor.digest) ?? Buffer.alloc(0);
    const long = `sha512:${createHash("sha512").update(bytes).digest("hex")}`;
    for (const digest of [long, "md5:00"]) {
      registry.add("acme/long", digest, image);
      await expect(reader().read(`${registry.host}/acme/long`, digest)).rejects.toThrow("do not match the digest");
    }
  });

  // Proves: digest-names-judged
  it("of other bytes than its digest is not believed", async () => {
    registry.fault(/\/manifests\/sha256/, { wrongDigest: true });
    await expect(reader().read(app(), multiArchitecture().descriptor.digest)).rejects.toThrow(
      /do not match the digest|no image/,
    );
  });

  it.each([
    ["hangs", async () => registry.fault(/^\/v2\/$/, { hang: true })],
    ["has gone", async () => registry.close()],
  ])("is asked for no more of a registry that %s, whatever the repository: each image says so", async (_, end) => {
    await end();
    const own = reader(undefined, 900);
    const image = (number: number) => own.read(`${registry.host}/acme/app-${number}:1`, "1");
    for (const first of [0, 10, 20]) {
      // Those at the same time count once.
      const answers = await Promise.allSettled(Array.from({ length: 10 }, (_, index) => image(first + index)));
      for (const each of answers)
        expect(each).toMatchObject({ reason: { message: expect.not.stringContaining("again") } });
    }
    const asked = registry.requests.length;
    const begin = performance.now();
    const all = await Promise.allSettled(Array.from({ length: 4_000 }, (_, index) => image(30 + index)));
    expect(performance.now() - begin).toBeLessThan(5_000);
    expect(registry.requests).toHaveLength(asked);
    for (const each of all)
      expect(each).toMatchObject({
        reason: { answer: "has not answered this run, so that it is not asked again" },
      });
    const { reason } = all.at(-1) as PromiseRejectedResult;
    expect(imageError(reason, "app", 1)).toMatchObject({
      code: "registry-unreachable",
      what: expect.stringMatching(
        /^app was not fetched: its registry has not answered this run, so that it is not asked again/,
      ),
    });
  });

  it("is asked for again of a registry that answers in between", async () => {
    const own = reader(undefined, 900);
    for (let round = 0; round < 5; round += 1) {
      registry.fault(/\/manifests\/gone/, { hang: true });
      await expect(own.read(app(), `gone-${round}`)).rejects.toThrow("did not answer in time");
      await expect(own.read(app(), `missing-${round}`)).rejects.toThrow("does not have it");
    }
    expect(await own.read(app(), "1")).toMatchObject({ kind: "index" });
  });

  it("is read at a second attempt after a disturbance", async () => {
    registry.fault(/\/manifests\//, { status: 503, times: 1 });
    expect(await reader().read(app(), "1")).toMatchObject({ kind: "index" });
  });

  it.each<[string, Artifact, string]>([
    ["a manifest", clean(), "Layers"],
    ["an index", multiArchitecture(), "Manifests"],
  ])(
    "that readers read differently, such as %s with a second list, is neither signed nor verified",
    async (_, one, key) => {
      const text = String(one.blobs.get(one.descriptor.digest)).replace(/\}$/, `,"${key}":[]}`);
      const digest = digestOf(text);
      const blobs = new Map([...one.blobs, [digest, Buffer.from(text)]]);
      registry.add("acme/app", "1", { blobs, descriptor: { ...one.descriptor, digest } });
      const options = { credentials: async () => undefined, signal: new AbortController().signal };
      const inconsistent = { code: "image-inconsistent" };
      const reading = documentOf(registryReader(options), `${registry.host}/acme/app`, "1");
      await expect(reading).rejects.toMatchObject(inconsistent);
      await expect(pinImage(app(), options, options)).rejects.toMatchObject(inconsistent);
    },
  );

  it("that is too large is not read", async () => {
    const big = debian12();
    const padding = Buffer.concat([big.blobs.get(big.descriptor.digest) as Buffer, Buffer.alloc(5 << 20, 32)]);
    registry.add("big", "1", { ...big, blobs: new Map([...big.blobs, [big.descriptor.digest, padding]]) });
    await expect(reader().read(`${registry.host}/big:1`, "1")).rejects.toMatchObject({
      code: "image-too-large",
      message: "its registry sends a document of more than 4194304 bytes, which is the limit",
    });
  });
});

describe("a document of a registry", () => {
  const id = (letter: string) => `sha256:${letter.repeat(64)}`;
  const part = (letter: string, more: object = {}) => ({ digest: id(letter), size: 2, ...more });
  const parsed = (value: unknown) => registryDocument(Buffer.from(JSON.stringify(value)));

  it("that is a manifest is named by its hash, and keeps its annotations, its bytes and what it says of its parts", () => {
    const { config, blobs, descriptor } = debian12();
    const bytes = blobs.get(descriptor.digest) as Buffer;
    const own = { kind: "manifest", digest: descriptor.digest, config: { digest: digestOf(config) }, bytes };
    expect(registryDocument(bytes)).toMatchObject(own);
    const layers = [part("1", { mediaType: "application/vnd.oci.image.layer.v1.tar+gzip" })];
    const manifest = { config: part("c"), layers, annotations: { a: "b" } };
    expect(parsed(manifest)).toMatchObject(manifest);
  });

  // Proves: one-platform-does-not
  it("that is an index lists what an engine would start, with variants and systems' versions, whatever is annotated", () => {
    const annotations = { "vnd.docker.reference.type": "attestation-manifest" };
    const listed: [object, string?][] = [
      [{ platform: { os: "linux", architecture: "arm", variant: "v7" } }, "linux/arm/v7"],
      [
        { platform: { os: "windows", architecture: "amd64", "os.version": "10.0.20348.1" } },
        "windows/amd64 10.0.20348.1",
      ],
      [{ platform: { os: "linux", architecture: "a\u202eb" } }],
      [{ annotations, platform: { os: "linux", architecture: "amd64" } }, "linux/amd64"],
      [{ annotations }],
      [{ annotations, platform: { os: "unknown", architecture: "amd64" } }, "unknown/amd64"],
    ];
    const found = parsed({ manifests: listed.map(([more], at) => part(`${at}`, more)) });
    expect(found).toMatchObject({
      kind: "index",
      images: listed.map(([, platform], at) => ({ digest: id(`${at}`), platform })),
    });
    expect(found.kind === "index" && found.images).toHaveLength(listed.length);
  });
});

describe("a registry with a public name that does not speak TLS", () => {
  it("is asked for nothing, unless plain HTTP was allowed", async () => {
    answerNames({ "registry.example": ["127.0.0.1"] });
    const name = `registry.example:${registry.host.split(":")[1]}/acme/app`;
    await expect(reader(LOGIN).read(name, "1")).rejects.toThrow();
    expect(registry.requests).toEqual([]);
    const { signal } = new AbortController();
    const plain = registryReader({ credentials: async () => undefined, signal, allowHttp: true });
    expect(await plain.read(name, "1")).toMatchObject({ kind: "index" });
  });
});

describe("a token service that a registry names", () => {
  const at = (registryUrl: string, realm: string) =>
    readChallenge(`Bearer realm="${realm}",service="s"`, new URL(registryUrl));

  it.each([
    ["https://ghcr.io", "https://ghcr.io/token"],
    ["https://index.docker.io", "https://auth.docker.io/token"],
    ["http://127.0.0.1:5000", "http://127.0.0.1:5001/auth"],
    ["https://registry.internal.example", "https://sso.internal.example/token"],
    ["https://10.0.0.1:5000", "https://10.0.0.2/token"],
  ])("of %s is asked at %s", (registryUrl, realm) => {
    expect(at(registryUrl, realm)).toMatchObject({ scheme: "bearer", service: "s" });
  });

  // Proves: image-s-registry-gets
  it.each([
    ["https://ghcr.io", "http://ghcr.io/token"],
    ["https://ghcr.io", "http://169.254.169.254/latest"],
    ["https://ghcr.io", "https://169.254.169.254/latest"],
    ["https://ghcr.io", "https://127.0.0.1/token"],
    ["https://ghcr.io", "https://2130706433/token"],
    ["https://ghcr.io", "https://[::1]/token"],
    ["https://ghcr.io", "https://[::ffff:10.0.0.1]/token"],
    ["https://ghcr.io", "https://localhost/token"],
    ["https://ghcr.io", "https://192.168.1.1/token"],
    ["https://ghcr.io", "file:///etc/passwd"],
    ["https://ghcr.io", "https://user:secret@auth.example/token"],
    ["https://ghcr.io", "/token"],
    ["http://127.0.0.1:5000", "http://10.0.0.1/auth"],
    ["http://10.0.0.1:5000", "http://127.0.0.1:5001/auth"],
  ])("of %s is not asked at %s", (registryUrl, realm) => {
    expect(at(registryUrl, realm)).toEqual({ scheme: "refused" });
  });

  it("is found among other ways to log in", () => {
    const url = new URL("https://a.example");
    expect(readChallenge('Basic realm="x", Bearer realm="https://a.example/t"', url)).toMatchObject({
      scheme: "bearer",
    });
    expect(readChallenge('Basic realm="x"', url)).toEqual({ scheme: "basic" });
    expect(readChallenge("Negotiate", url)).toBeUndefined();
    expect(readChallenge(undefined, url)).toBeUndefined();
  });
});

const ACQUISITION = ["ghcr.io/acme/app:1", 90_000] as const;

/** The failure of reading the manifest of a tag. */
async function manifestFailure({ tag = "1", deadlineMs = 60_000, signal = new AbortController().signal } = {}) {
  const error = await reader(undefined, deadlineMs, signal)
    .read(app(), tag)
    .catch((thrown: unknown) => thrown);
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
    expect(await reader().read(app(), "1")).toMatchObject({ kind: "index" });
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
