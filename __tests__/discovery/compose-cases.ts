/** A folder with a Compose project, and the images of its services as `docker compose config` has them. */
export interface ComposeCase {
  readonly says: string;
  readonly files: Readonly<Record<string, string>>;
  /** By service; null: it is built on the host. */
  readonly images: Readonly<Record<string, string | null>>;
}

/** Each was compared with compose-go 2.16.2, the library of `docker compose`. */
export const COMPOSE_CASES: readonly ComposeCase[] = [
  {
    says: "plain services, and one that is built",
    files: {
      "compose.yaml": "services:\n  web: {image: 'nginx:1'}\n  app: {build: .}\n  db: {build: ., image: acme/db:2}\n",
    },
    images: { web: "nginx:1", app: null, db: "acme/db:2" },
  },
  {
    says: "all profiles",
    files: { "compose.yaml": "services:\n  web: {image: nginx}\n  debug: {image: busybox, profiles: [debug]}\n" },
    images: { web: "nginx", debug: "busybox" },
  },
  {
    says: "variables of .env, defaults and alternatives",
    files: {
      ".env":
        "\ufeffTAG=1.27 # current\nEMPTY=\nexport NAME='ngi''nx'\nREGISTRY=\"ghcr.io\"\nFULL=${REGISTRY}/acme/app:${TAG}\n".replace(
          "''",
          "",
        ),
      "compose.yaml": [
        "services:",
        "  f: {image: 'nginx:${NONE:-${ALSO:-${TAG}}}'}",
        "  k: {image: '${NAME:?is needed}:${TAG?}'}",
        "  l: {image: '$FULL'}",
      ].join("\n"),
    },
    images: {
      f: "nginx:1.27",
      k: "nginx:1.27",
      l: "ghcr.io/acme/app:1.27",
    },
  },
  {
    says: "an override file alongside the usual one",
    files: {
      "compose.yaml":
        "services:\n  web: {image: nginx:1}\n  db: {image: postgres:16}\n  old: {image: redis:6}\n  c: {image: c:1}\n",
      "compose.override.yml":
        "services:\n  web: {image: nginx:2}\n  extra: {image: adminer}\n  old: !reset null\n  db: !override {image: mariadb}\n  c: {image: !reset null, build: .}\n",
      "docker-compose.override.yml": "services:\n  web: {image: nginx:3}\n",
    },
    images: { web: "nginx:2", db: "mariadb", extra: "adminer", c: null },
  },
  {
    says: "extends, in the file, from another and in a chain",
    files: {
      "compose.yaml": [
        "services:",
        "  base: {image: acme/base:1}",
        "  a: {extends: base}",
        "  b: {extends: {service: a}, image: acme/b:1}",
        "  c: {extends: {service: far, file: common/services.yml}}",
        "  d: {extends: {service: near, file: common/services.yml}, build: .}",
        "  e: {extends: {service: base}, image: !reset null, build: .}",
      ].join("\n"),
      "common/services.yml":
        "services:\n  far: {extends: {service: farther, file: ../deep/x.yml}}\n  near: {extends: far}\n",
      "deep/x.yml": "services:\n  farther: {image: 'acme/far:${V:-9}'}\n",
    },
    images: {
      base: "acme/base:1",
      a: "acme/base:1",
      b: "acme/b:1",
      c: "acme/far:9",
      d: "acme/far:9",
      e: null,
    },
  },
  {
    says: "include, with the variables of the outer project before those of the inner",
    files: {
      ".env": "TAG=outer\n",
      "compose.yaml":
        "include:\n  - sub/compose.yaml\n  - path: [other/a.yaml, other/b.yaml]\n    env_file: other/vars.env\nservices:\n  web: {image: 'nginx:${TAG}'}\n  one: {image: own:1}\n",
      "sub/.env": "TAG=inner\nONLY=7\n",
      "sub/compose.yaml":
        "services:\n  db: {image: 'postgres:${TAG}-${ONLY}'}\n  one: {image: theirs:1, platform: linux/arm64}\n",
      "other/vars.env": "X=5\n",
      "other/a.yaml": "services:\n  m: {image: 'mail:1'}\n",
      "other/b.yaml": "services:\n  m: {image: 'mail:${X}'}\n",
    },
    images: { web: "nginx:outer", db: "postgres:outer-7", m: "mail:5", one: "own:1" },
  },
  {
    says: "several documents in one file",
    files: { "compose.yaml": "services:\n  a: {image: a:1}\n  b: {image: b:1}\n---\nservices:\n  a: {image: a:2}\n" },
    images: { a: "a:2", b: "b:1" },
  },
  {
    says: "the files that COMPOSE_FILE in .env names",
    files: {
      ".env": "COMPOSE_FILE=compose.yaml:prod.yaml\n",
      "compose.yaml": "services:\n  a: {image: a:1}\n",
      "prod.yaml": "services:\n  a: {image: a:2}\n",
      "compose.override.yaml": "services:\n  a: {image: a:3}\n",
    },
    images: { a: "a:2" },
  },
  {
    says: "a name of the project in the image",
    files: { "compose.yaml": "name: shop\nservices:\n  a: {image: 'acme/${COMPOSE_PROJECT_NAME}:1'}\n" },
    images: { a: "acme/shop:1" },
  },
];
