import fc from "fast-check";
import { expect, it } from "vitest";
import { nameImage } from "../../../src/discovery/live/name-image.ts";
import { isSameRepository, parseReference } from "../../../src/domain/image/reference.ts";

// The names that `docker` and `kubectl` give an image, and the digest by which it runs.
const digest = (character: string) => `sha256:${character.repeat(64)}`;

it("is the digest in the repository that was written, whichever comes first", () => {
  const known = [`mirror.test/nginx@${digest("a")}`, `docker.io/library/nginx@${digest("b")}`];
  expect(nameImage("nginx:1", known)).toEqual({ reference: "nginx:1", digest: digest("b") });
});

it("is the digest that was written, even if the engine knows another of the same image", () => {
  const pinned = `nginx@${digest("c")}`;
  expect(nameImage(pinned, [`nginx@${digest("b")}`])).toEqual({ reference: pinned, digest: digest("c") });
});

it("is not a digest of `localhost`, where no registry is, but one of a registry on this machine", () => {
  expect(nameImage("localhost/app:1", [`localhost/app@${digest("a")}`])).toBeUndefined();
  expect(nameImage(`localhost/app@${digest("a")}`, [])).toBeUndefined();
  expect(nameImage("localhost:5000/app:1", [`localhost:5000/app@${digest("a")}`])?.digest).toBe(digest("a"));
});

const repository = fc.constantFrom(
  "nginx",
  "docker.io/library/nginx",
  "ghcr.io/acme/app",
  "localhost/app",
  "localhost:5000/app",
  "A B",
);
const known = fc.tuple(repository, fc.constantFrom("a", "b", "c")).map(([name, end]) => `${name}@${digest(end)}`);
const texts = fc.oneof(known, repository, fc.string());
const written = fc.oneof(
  texts,
  repository.map((name) => `${name}:1`),
);

it("is never a digest that no name has, and always in the repository that has it", () => {
  fc.assert(
    fc.property(written, fc.array(texts, { maxLength: 5 }), (name, digests) => {
      const found = nameImage(name, digests);
      if (found === undefined) return;
      const reference = parseReference(found.reference);
      const sources = [name, ...digests].map(parseReference).filter((one) => one?.digest === found.digest);
      expect(reference).toBeDefined();
      expect(sources.some((one) => one && isSameRepository(one.name, found.reference))).toBe(true);
    }),
  );
});
