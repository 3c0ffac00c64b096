import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Finished, finish } from "../../scripts/setup/command.ts";
import { ensureOras } from "../../scripts/setup/go-tools.ts";
import type { MirrorPrograms } from "../../scripts/setup/system.ts";
import type { Internet } from "../support/network/internet.ts";
import { freePort, type ServerProcess, startServer } from "../support/programs/server-process.ts";
import { adapted, blockOf, withVariables } from "./blocks.ts";

const PAGE = "docs/air-gapped.md";

/** The mirror machine of docs/air-gapped.md, below a folder that contains the page's `/etc` and `/srv`. */
export interface MirrorMachine extends AsyncDisposable {
  /** The passwords that the page's commands have made. */
  readonly passwords: Readonly<Record<"mirror" | "runner", string>>;
  readonly filesFolder: string;
  /** The folder of the registry's contents. */
  readonly registryFolder: string;
  /** Runs a script of the page, with these values for its variables. */
  run(name: string, values?: Readonly<Record<string, string>>): Promise<Finished>;
  /** nginx's log: client, user, request, status. */
  accessLog(): string;
  restartRegistry(): Promise<void>;
}

const NGINX = (folder: string) => `daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events {}
http {
  access_log ${folder}/access.log;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  include ${folder}/etc/nginx/conf.d/*.conf;
}
`;

/** Fakes of programs that only a booted machine has: `stop` ends the registry, `runuser` runs the command as it is. */
const SYSTEMCTL = (pidFile: string) =>
  `#!/bin/sh\necho "$1" >> '${pidFile}.asked'\n[ "$1" != stop ] || kill "$(cat '${pidFile}')"\n`;
const RUNUSER = '#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done\nshift\nexec "$@"\n';

/** Sets the machine up with the page's own blocks, and mounts it in the internet under the page's names. */
export async function startMirrorMachine(
  folder: string,
  programs: MirrorPrograms,
  net: Internet,
): Promise<MirrorMachine> {
  const at = (...names: string[]) => join(folder, ...names);
  const [httpsPort, registryPort] = [await freePort(), await freePort()];
  for (const name of ["etc/nginx/conf.d", "etc/docker/registry", "srv/mirror", "registry", "bin", "home"])
    mkdirSync(at(name), { recursive: true });
  const write = (path: string, text: string, mode = 0o644) => writeFileSync(at(path), text, { mode });
  const pidFile = at("registry.pid");
  write("bin/systemctl", SYSTEMCTL(pidFile), 0o755);
  write("bin/runuser", RUNUSER, 0o755);
  const oras = await ensureOras();
  write("bin/oras", `#!/bin/sh\nexec '${oras}' "$@"\n`, 0o755);
  write("bin/docker-registry", `#!/bin/sh\nexec '${programs.dockerRegistry}' "$@"\n`, 0o755);
  write("bin/skopeo", `#!/bin/sh\nexec '${programs.skopeo}' "$@"\n`, 0o755);

  const certificate = await net.authority.issue(["files.example.com", "registry.example.com"]);
  write("etc/nginx/mirror.pem", certificate.certificate);
  write("etc/nginx/mirror.key", certificate.key, 0o600);
  const site = adapted(blockOf(PAGE, "/etc/nginx/conf.d/mirror.conf"), {
    "listen 443 ssl": `listen 127.0.0.1:${httpsPort} ssl`,
    "/etc/nginx/": `${at("etc/nginx")}/`,
    "/srv/mirror": at("srv/mirror"),
    "127.0.0.1:5000": `127.0.0.1:${registryPort}`,
  });
  write("etc/nginx/conf.d/mirror.conf", site);
  write("nginx.conf", NGINX(folder));
  const registryConfig = adapted(blockOf(PAGE, "/etc/docker/registry/config.yml"), {
    "/var/lib/docker-registry": at("registry"),
    "127.0.0.1:5000": `127.0.0.1:${registryPort}`,
  });
  write("etc/docker/registry/config.yml", registryConfig);

  const env = { PATH: `${at("bin")}:${process.env.PATH}`, HOME: at("home"), ...net.env };
  const defaults: Readonly<Record<string, string>> = {
    SECRETS: at("etc/trivy-mirror"),
    NGINX: at("etc/nginx"),
    GROUP: String(process.getgid?.()),
    FOLDER: at("srv/mirror/trivy"),
    CONFIG: at("etc/docker/registry/config.yml"),
  };
  async function run(name: string, values: Readonly<Record<string, string>> = {}): Promise<Finished> {
    const script = blockOf(PAGE, name);
    const known = Object.entries(defaults).filter(([variable]) => new RegExp(`^${variable}=`, "m").test(script));
    const file = at("script");
    writeFileSync(file, withVariables(script, { ...Object.fromEntries(known), ...values }));
    return finish("sh", [file], { cwd: folder, env });
  }

  const logins = await run("logins");
  if (logins.code !== 0) throw new Error(logins.stderr);
  const startRegistry = async (): Promise<ServerProcess> => {
    const server = await startServer(
      programs.dockerRegistry,
      ["serve", at("etc/docker/registry/config.yml")],
      registryPort,
    );
    writeFileSync(pidFile, String(server.pid));
    return server;
  };
  let registry = await startRegistry();
  const nginx = await startServer(programs.nginx, ["-c", at("nginx.conf"), "-p", folder], httpsPort);
  net.mount("files.example.com", httpsPort);
  net.mount("registry.example.com", httpsPort);
  const password = (user: string) => readFileSync(at("etc/trivy-mirror", user), "utf8").trim();
  return {
    passwords: { mirror: password("mirror"), runner: password("runner") },
    filesFolder: at("srv/mirror"),
    registryFolder: at("registry"),
    run,
    accessLog: () => readFileSync(at("access.log"), "utf8"),
    async restartRegistry() {
      await registry.close();
      registry = await startRegistry();
    },
    async [Symbol.asyncDispose]() {
      await nginx.close();
      await registry.close();
    },
  };
}
