import { zip } from "./zip.ts";

/** A jar that Trivy recognises only from its `pom.properties`. It holds no code. */
function pomJar(groupId: string, artifactId: string, version: string): Buffer {
  return zip({
    "META-INF/MANIFEST.MF": "Manifest-Version: 1.0\n",
    [`META-INF/maven/${groupId}/${artifactId}/pom.properties`]: `version=${version}\ngroupId=${groupId}\nartifactId=${artifactId}\n`,
  });
}

/** A jar that says it is log4j-core 2.14.1. */
export const log4jJar = (): Buffer => pomJar("org.apache.logging.log4j", "log4j-core", "2.14.1");

/** A jar without `pom.properties` and without a manifest: only the Java database knows it, by its SHA-1. */
export const nopomJar = (): Buffer => zip({ "org/example/Nopom.txt": "nothing to see\n" });
