import { describe, expect, it } from "vitest";
import { clean } from "./images.ts";
import { shared, sharedFolder } from "./shared.ts";
import { startSignedImages } from "./signed-images.ts";
import { verdictFor } from "./verdicts.ts";

const folder = sharedFolder("signed-images");
const images = await shared(startSignedImages(folder.path));

const VERIFIED = ["--insecure-ignore-tlog", "--allow-http-registry", "--output=json"];

describe.skipIf(!images.isThere)("images that are signed (needs docker-registry and skopeo)", () => {
  it("are signed and attested in each format by the given key, which Cosign confirms", async () => {
    const [ours, other] = [images.keyPair("ours"), images.keyPair("other")];
    for (const format of ["bundle", "legacy"] as const) {
      const image = await images.push(`acme/${format}`, "1.0", clean());
      const verify = (what: string, key: string, ...args: string[]) =>
        images.run(what, "--key", key, ...VERIFIED, ...args, image);
      const unsigned = await verify("verify", ours.public);
      expect(unsigned.code, unsigned.stderr).not.toBe(0);
      await images.sign(image, { keys: ours, formats: [format] });
      await images.attest(image, verdictFor(image), { keys: ours, formats: [format] });
      const signed = await verify("verify", ours.public);
      expect(signed.code, signed.stderr).toBe(0);
      const attested = await verify("verify-attestation", ours.public, "--type", "https://image-gate.dev/verdict/v1");
      expect(attested.code, attested.stderr).toBe(0);
      const [line = ""] = attested.stdout.trim().split("\n");
      const statement = JSON.parse(Buffer.from(JSON.parse(line).payload, "base64").toString());
      expect(statement).toMatchObject({
        predicate: verdictFor(image, { change: { scannedAt: expect.any(String), database: expect.anything() } }),
      });
      expect((await verify("verify", other.public)).code).not.toBe(0);
      expect(
        (await verify("verify-attestation", other.public, "--type", "https://image-gate.dev/verdict/v1")).code,
      ).not.toBe(0);
    }
  });
});
