import { expect, test } from "vitest";
import { parseSource } from "../../../src/discovery/index.ts";

test.each([
  ["registry:ghcr.io/acme/app", { kind: "registry", repository: "ghcr.io/acme/app", newest: 1 }],
  [
    "registry: docker.io/library/nginx:1.*-alpine  newest=3",
    { kind: "registry", repository: "docker.io/library/nginx", tags: "1.*-alpine", newest: 3 },
  ],
  ["registry:localhost:5000/a:b", { kind: "registry", repository: "localhost:5000/a", tags: "b", newest: 1 }],
  [
    "harbor:https://harbor.example.com/shop",
    { kind: "harbor", origin: "https://harbor.example.com", project: "shop", newest: 1 },
  ],
  [
    "harbor:https://HARBOR.example.com:8443/shop/back/**:v? newest=1000",
    {
      kind: "harbor",
      origin: "https://harbor.example.com:8443",
      project: "shop",
      repositories: "back/**",
      tags: "v?",
      newest: 1000,
    },
  ],
  ["harbor:http://[::1]:80/a:b", { kind: "harbor", origin: "http://[::1]", project: "a", tags: "b", newest: 1 }],
  ["harbor:http://127.0.0.1:8080/a", { kind: "harbor", origin: "http://127.0.0.1:8080", project: "a", newest: 1 }],
])("%s is a source", (line, source) => {
  expect(parseSource(line)).toEqual({ ...source, line });
});

// Proves: hostile-registry-ends-error
test.each([
  ["registry", /names no repository/],
  ["registry:", /names no repository/],
  ["registry:https://ghcr.io/acme/app", /is a URL/],
  ["registry:nginx", /docker.io for Docker Hub/],
  ["registry:ghcr.io/acme/*", /no pattern stands there/],
  ["registry:ghcr.io/Acme/app", /no upper case/],
  ["registry:ghcr.io/acme/app@sha256:abc", /cannot be/],
  ["registry:ghcr.io/acme/../app", /cannot be/],
  ["registry:ghcr.io/acme/app:[0-9]", /pattern of tags/],
  ["registry:ghcr.io/acme/app:", /pattern of tags/],
  ["registry:ghcr.io/acme/app newest=0", /from 1 to 1000/],
  ["registry:ghcr.io/acme/app newest=1001", /from 1 to 1000/],
  ["registry:ghcr.io/acme/app newest=all", /only newest=N/],
  ["registry:ghcr.io/acme/app newest=1 newest=2", /only newest=N/],
  ["harbor", /no address and project/],
  ["harbor:harbor.example.com/shop", /no address and project/],
  ["harbor:https://harbor.example.com", /no address and project/],
  ["harbor:https://harbor.example.com/", /names no project/],
  ["harbor:https://harbor.example.com/*", /no pattern stands there/],
  ["harbor:https://harbor.example.com/../shop", /cannot be/],
  ["harbor:https://a:b@harbor.example.com/shop", /docker login/],
  ["harbor:https://harbor.example.com?/shop", /address that cannot be/],
  ["harbor:http://harbor.example.com/shop", /without TLS/],
  ["harbor:http://127.evil.example.com/shop", /without TLS/],
  // An image `harbor/shop/app` is one of Docker Hub's, and so would be its login.
  ["harbor:https://harbor/shop", /no image can name/],
  ["harbor:https://index.docker.io/shop", /no image can name/],
  ["harbor:https://harbor.example.com/shop/A", /pattern of repositories/],
  ["harbor:https://harbor.example.com/shop/a:%2e", /pattern of tags/],
  ["harbour:https://harbor.example.com/shop", /did you mean "harbor:/],
])("%j is refused with a reason", (line, reason) => {
  expect(parseSource(line)).toEqual({ mistake: expect.stringMatching(reason) });
});
