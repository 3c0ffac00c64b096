/** Maven packages that are released together, always in one version. */
export interface ReleaseTrain {
  /** How people call it: `spring-*`. */
  readonly name: string;
  /** Its group ids; one that ends with `.` stands for all below it. */
  readonly groups: readonly string[];
  /** Artifacts of these groups that have versions of their own. */
  readonly except?: RegExp | undefined;
  /** The BOM or parent that sets the version of all, in the same version. */
  readonly bom?: string | undefined;
  /** The property by which a Spring Boot project sets the version (Spring Boot 2.3 to 3, see {@link SPRING_BOOT}). */
  readonly property?: string | undefined;
}

/** The parent of a project on Spring Boot. It sets the versions of what has a {@link ReleaseTrain.property}. */
export const SPRING_BOOT = {
  group: "org.springframework.boot",
  parent: "org.springframework.boot:spring-boot-starter-parent",
} as const;

/**
 * Sources: each project's own BOM in Maven Central; docs.spring.io/spring-boot, appendix "Version Properties". A group
 * id alone does not mean one version: `org.apache.commons` has as many as projects.
 */
const TRAINS: readonly ReleaseTrain[] = [
  { name: "spring-boot-*", groups: ["org.springframework.boot"], bom: SPRING_BOOT.parent },
  {
    name: "spring-security-*",
    groups: ["org.springframework.security"],
    bom: "org.springframework.security:spring-security-bom",
    property: "spring-security.version",
  },
  {
    name: "spring-*",
    groups: ["org.springframework"],
    bom: "org.springframework:spring-framework-bom",
    property: "spring-framework.version",
  },
  {
    name: "jackson-*",
    groups: [
      "com.fasterxml.jackson.core",
      "com.fasterxml.jackson.dataformat",
      "com.fasterxml.jackson.datatype",
      "com.fasterxml.jackson.jaxrs",
      "com.fasterxml.jackson.jakarta.rs",
      "com.fasterxml.jackson.module",
    ],
    bom: "com.fasterxml.jackson:jackson-bom",
    property: "jackson-bom.version",
  },
  {
    name: "log4j-*",
    groups: ["org.apache.logging.log4j"],
    bom: "org.apache.logging.log4j:log4j-bom",
    property: "log4j2.version",
  },
  {
    name: "netty-*",
    groups: ["io.netty"],
    except: /^netty-(?:tcnative|jni-util|incubator)/,
    bom: "io.netty:netty-bom",
    property: "netty.version",
  },
  { name: "tomcat-embed-*", groups: ["org.apache.tomcat.embed"], property: "tomcat.version" },
  { name: "jetty-*", groups: ["org.eclipse.jetty"], bom: "org.eclipse.jetty:jetty-bom", property: "jetty.version" },
  { name: "logback-*", groups: ["ch.qos.logback"], property: "logback.version" },
  { name: "grpc-*", groups: ["io.grpc"], bom: "io.grpc:grpc-bom" },
  { name: "camel-*", groups: ["org.apache.camel"], bom: "org.apache.camel:camel-bom" },
  { name: "cxf-*", groups: ["org.apache.cxf"], bom: "org.apache.cxf:cxf-bom" },
  { name: "kotlin-*", groups: ["org.jetbrains.kotlin"], bom: "org.jetbrains.kotlin:kotlin-bom" },
];

const BY_GROUP = new Map(TRAINS.flatMap((train) => train.groups.map((group) => [group, train] as const)));

/** The packages with which a Maven package is released, by its name `group:artifact`. Undefined: none that we know. */
export function releaseTrainOf(name: string): ReleaseTrain | undefined {
  const [group = "", artifact = ""] = name.split(":");
  const train = BY_GROUP.get(group);
  return train?.except?.test(artifact) ? undefined : train;
}
