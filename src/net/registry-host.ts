/** Docker Hub's names: what images are called by, and what its API and its login go by. */
const DOCKER_HUB = new Set(["docker.io", "index.docker.io", "registry-1.docker.io"]);

/**
 * The registry, port included, of a repository's or an image's name. The first part is a host where it has a dot, a port
 * or is `localhost`; otherwise the name is Docker Hub's (github.com/distribution/reference).
 */
export function registryHost(repository: string): string {
  const first = repository.includes("/") ? (repository.split("/")[0] ?? "") : "";
  const host = /[.:]|^localhost$/.test(first) ? first.toLowerCase() : "docker.io";
  return DOCKER_HUB.has(host) ? "docker.io" : host;
}
