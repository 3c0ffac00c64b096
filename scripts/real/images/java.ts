import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { buildkit, type RealImage, writeFiles } from "../build-image.ts";
import { must } from "../command.ts";
import { aptInstall, CONFIG, debianSteps } from "./debian.ts";

/** A jar of the image, as Trivy's Java database would know it. */
export interface KnownJar {
  readonly group: string;
  readonly artifact: string;
  readonly version: string;
  readonly sha1: string;
}

/** The file that the step keeps for {@link KnownJar}. */
export const JARS = "jars.json";

const dependency = (id: string): string => {
  const [group, artifact, version] = id.split(":");
  return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId>${version ? `<version>${version}</version>` : ""}</dependency>`;
};

const HEAD = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>`;

/** A Spring Boot service of late 2019 (Spring 5.2, Tomcat 9) with Log4j 2.14.1 and Jackson 2.9. */
const BOOT = `${HEAD}
<parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId><version>2.2.0.RELEASE</version></parent>
<groupId>com.acme</groupId><artifactId>orders</artifactId><version>1.0.0</version>
<properties><log4j2.version>2.14.1</log4j2.version><jackson.version>2.9.10</jackson.version></properties>
<dependencies>
${["org.springframework.boot:spring-boot-starter-web", "org.springframework.boot:spring-boot-starter-security", "org.springframework.boot:spring-boot-starter-actuator"].map(dependency).join("\n")}
${["org.apache.logging.log4j:log4j-core", "commons-fileupload:commons-fileupload:1.3.3", "org.postgresql:postgresql:42.2.5", "com.h2database:h2:1.4.199", "org.apache.commons:commons-text:1.8", "com.google.guava:guava:28.1-jre"].map(dependency).join("\n")}
</dependencies>
<build><finalName>orders</finalName><plugins><plugin><groupId>org.springframework.boot</groupId><artifactId>spring-boot-maven-plugin</artifactId><configuration><mainClass>com.acme.Orders</mainClass></configuration></plugin></plugins></build>
</project>
`;

/** A Struts application as a war. */
const WAR = `${HEAD}
<groupId>com.acme</groupId><artifactId>backoffice</artifactId><version>1.0.0</version><packaging>war</packaging>
<dependencies>
${["org.apache.struts:struts2-core:2.5.10", "commons-collections:commons-collections:3.2.1", "org.apache.xmlbeans:xmlbeans:2.6.0"].map(dependency).join("\n")}
</dependencies>
<build><finalName>backoffice</finalName><plugins><plugin><groupId>org.apache.maven.plugins</groupId><artifactId>maven-war-plugin</artifactId><version>3.3.2</version><configuration><failOnMissingWebXml>false</failOnMissingWebXml></configuration></plugin></plugins></build>
</project>
`;

async function build(name: string, pom: string, ending: string, kept: string): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), "real-java-"));
  try {
    writeFiles(scratch, { "pom.xml": pom, "src/main/resources/application.properties": "server.port=8080\n" });
    const copied = "dependency:copy-dependencies";
    const layout = ["-Dmdep.useRepositoryLayout=true", "-DoutputDirectory=target/repository", "-DincludeScope=runtime"];
    await must("mvn", ["--batch-mode", "--quiet", "package", copied, ...layout], { cwd: scratch });
    cpSync(join(scratch, "target", `${name}.${ending}`), join(kept, `${name}.${ending}`));
    writeFileSync(join(kept, JARS), JSON.stringify(jarsOf(join(scratch, "target/repository"))));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** `group/parts/artifact/version/artifact-version.jar` says what a jar is. */
function jarsOf(repository: string): KnownJar[] {
  return readdirSync(repository, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".jar"))
    .map((path) => {
      const version = basename(dirname(path));
      const artifact = basename(dirname(dirname(path)));
      const group = relative(".", dirname(dirname(dirname(path)))).replaceAll("/", ".");
      const sha1 = createHash("sha1")
        .update(readFileSync(join(repository, path)))
        .digest("hex");
      return { group, artifact, version, sha1 };
    });
}

const copy = (instruction: string, target: string, app: readonly [name: string, pom: string, ending: string]) =>
  buildkit(instruction, {
    recipe: app[1],
    make: async (root, kept) => {
      const [name, pom, ending] = app;
      await build(name, pom, ending, kept);
      cpSync(join(kept, `${name}.${ending}`), join(root, target));
      rmSync(join(kept, `${name}.${ending}`));
    },
  });

export const javaImage = (): RealImage => ({
  name: "java",
  title: "Spring Boot 2.2, Log4j 2.14.1 and Struts 2.5.10 on Debian bookworm",
  tag: "example.test/orders:1.0",
  base: "debian:bookworm",
  config: { ...CONFIG, Cmd: ["java", "-jar", "/app/orders.jar"], WorkingDir: "/app" },
  steps: [
    ...debianSteps("bookworm"),
    aptInstall("openjdk-17-jre-headless"),
    copy("COPY target/orders.jar /app/orders.jar", "app/orders.jar", ["orders", BOOT, "jar"]),
    copy("COPY backoffice.war /app/webapps/backoffice.war", "app/webapps/backoffice.war", ["backoffice", WAR, "war"]),
    { createdBy: 'CMD ["java" "-jar" "/app/orders.jar"]', comment: "buildkit.dockerfile.v0" },
  ],
});
