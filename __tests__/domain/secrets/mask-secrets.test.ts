import { describe, expect, it } from "vitest";
import { shownInstruction } from "../../../src/domain/image/layer-instruction.ts";
import { argumentsWithoutSecrets, withoutSecrets } from "../../../src/domain/secrets/mask-secrets.ts";
import { cpuMs } from "../../support/runs/patience.ts";

const S = "Hushhush7";
const LONG = `${S}abcdefghijklmnopqrstuvwxyz0123`;

describe("an instruction with a secret in it shows the instruction up to the secret:", () => {
  it.each([
    [`RUN curl -u me:${S} https://x/y`, "RUN curl -u ***"],
    [`RUN curl -sSfu me:${S} https://x/y`, "RUN curl -sSfu ***"],
    [`RUN curl -ume:${S} https://x`, "RUN curl -u***"],
    [`RUN app bearer ${LONG}`, "RUN app bearer ***"],
    [`RUN curl -H authorization:${S}`, "RUN curl -H authorization:***"],
    [`RUN npm c s //r.example/:_authToken ${S}`, "RUN npm c s //r.example/:_authToken ***"],
    [`RUN echo machine x login me password ${S}`, "RUN echo machine x login me password ***"],
    [`RUN ldapsearch -x -w ${S} y`, "RUN ldapsearch -x -w ***"],
    [`RUN useradd -p ${S} me`, "RUN useradd -p ***"],
    [`RUN curl -u ${S}: https://x`, "RUN curl -u ***"],
    [`RUN curl -u 'me:${S}' x`, null],
    [`RUN curl -u ':${S}' x`, "RUN curl -u '***"],
    [`RUN curl -u $USER:${S} x`, "RUN curl -u ***"],
    [`RUN curl -u me:'${S} two' x`, "RUN curl -u ***"],
    [`RUN dotnet nuget add source -u me -p ${S} x`, "RUN dotnet nuget add source -u me -p ***"],
    [`RUN twine upload -u me -p ${S} x`, "RUN twine upload -u me -p ***"],
    [`RUN composer config http-basic.r.example me ${S}`, "RUN composer config http-basic.***"],
    [`RUN poetry config http-basic.r me ${S}`, "RUN poetry config http-basic.***"],
    [`RUN poetry config pypi-token.pypi ${S}`, "RUN poetry config pypi-token.***"],
    [`RUN bundle config set --global gems.example me:${S}`, "RUN bundle config set --global gems.example me:***"],
    [
      `RUN subscription-manager register --org 1 --activationkey ${S}`,
      "RUN subscription-manager register --org 1 --activationkey ***",
    ],
    [`RUN pro attach ${S}`, "RUN pro attach ***"],
    [`RUN curl --user=me:${S} x`, "RUN curl --user=***"],
    [`RUN curl --proxy-user me:${S} x`, "RUN curl --proxy-user ***"],
    [`RUN http -a me:${S} x`, "RUN http -a ***"],
    [`RUN wget --password=${S} --user=me x`, "RUN wget --password=***"],
    [`RUN app --password ${S} run`, "RUN app --password ***"],
    [`RUN app --password "${S} two" run`, null],
    [`RUN app --api-key ${S}`, "RUN app --api-key ***"],
    [`RUN app --auth-token=${S}`, "RUN app --auth-token=***"],
    [`RUN curl --oauth2-bearer ${S} x`, null],
    [`RUN keytool -storepass ${S} -list`, "RUN keytool -storepass ***"],
    [`RUN java -Djavax.net.ssl.keyStorePassword=${S} -jar x`, null],
    [`RUN DB_PASS=${S} MYSQL_PWD=${S} make`, "RUN DB_PASS=***"],
    [`RUN TOKEN='a'"${S}" make`, "RUN TOKEN=***"],
    [`RUN TOKEN="a\\"${S}" make`, "RUN TOKEN=***"],
    [`HEALTHCHECK &{["CMD-SHELL" "curl -u me:${S} localhost"] "30s"}`, null],
    [`HEALTHCHECK CMD curl -H "X-Api-Key: ${S}" http://localhost`, 'HEALTHCHECK CMD curl -H "X-Api-Key: ***'],
    [`HEALTHCHECK CMD curl -H "PRIVATE-TOKEN:${S}" x`, null],
    [`HEALTHCHECK CMD curl -H "Cookie: sid=${S}; b=${S}" x`, 'HEALTHCHECK CMD curl -H "Cookie: ***'],
    [`ENTRYPOINT ["app" "--password" "${S}" "run"]`, 'ENTRYPOINT ["app" "--password" "***'],
    [`ENTRYPOINT ["app","--token","${S}"]`, 'ENTRYPOINT ["app","--token","***'],
    [`ENTRYPOINT ["sh", "-c", "TOKEN=\\"${S} x\\" app"]`, null],
    [`CMD ["mysql", "-uroot", "-p${S}"]`, 'CMD ["mysql", "-uroot", "-p***'],
    [`CMD ["curl","-u","me:${S}","x"]`, 'CMD ["curl","-u","***'],
    [`CMD app --dsn postgres://me:${S}@db/x`, "CMD app --dsn postgres://***@db/x"],
    [`CMD app redis://:${S}@cache:6379`, "CMD app redis://***@cache:6379"],
    [`RUN git clone https://me:p@${S}@host/x`, "RUN git clone https://***@host/x"],
    [`RUN git clone https://me:p/${S}@host/x`, "RUN git clone https://***@host/x"],
    [`RUN pip install -i https://${S}@host/simple x`, "RUN pip install -i https://***@host/simple x"],
    [`ADD https://me:${S}@host/x.tar /`, "ADD https://***@host/x.tar /"],
    [`ADD https://host/x?sig=${S}&a=b /`, "ADD https://host/x?sig=***"],
    [`WORKDIR /srv/ghp_${LONG}`, "WORKDIR /srv/***"],
    [`LABEL deploy.token=${S}`, "LABEL deploy.token=***"],
    [`RUN curl -H "Authorization: ${S}" x`, 'RUN curl -H "Authorization: ***'],
    [`RUN curl -H "Authorization: token ${S}" x`, 'RUN curl -H "Authorization: ***'],
    [`RUN curl -H 'Authorization: Digest a="x", b=${S}' x`, null],
    [`RUN git config --global http.extraheader "AUTHORIZATION: basic ${S}=="`, null],
    [`RUN npm config set //registry.example.com/:_authToken ${S}`, null],
    [`RUN echo "//r/:_auth=${S}" > .npmrc`, null],
    [`RUN aws configure set aws_secret_access_key ${S}`, "RUN aws configure set aws_secret_access_key ***"],
    [`RUN echo "machine x login me password ${S}" > ~/.netrc`, null],
    [`RUN echo 'root:${S}' | chpasswd`, "RUN echo ***"],
    [`RUN echo ${S} | docker login -u me --password-stdin`, "RUN echo ***"],
    [`RUN docker login -u me -p ${S} r.example`, "RUN docker login -u me -p ***"],
    [`RUN sshpass -p ${S} ssh x`, "RUN sshpass -p ***"],
    [`RUN mysql -uroot -p${S} x`, "RUN mysql -uroot -p***"],
    [`RUN unzip -P ${S} x.zip`, "RUN unzip -P ***"],
    [`RUN redis-cli -a ${S} ping`, "RUN redis-cli -a ***"],
    [`RUN htpasswd -bc f me ${S}`, "RUN htpasswd -bc ***"],
    [`RUN openssl rsa -passin pass:${S} -in k`, "RUN openssl rsa -passin ***"],
    [`RUN gpg --batch --passphrase ${S} -d x`, "RUN gpg --batch --passphrase ***"],
    [`RUN mysql -e "CREATE USER a IDENTIFIED BY '${S}'"`, 'RUN mysql -e "CREATE USER a IDENTIFIED BY ***'],
    [`RUN echo '{"password": "${S}"}' > c.json`, `RUN echo '{"password": "***`],
    [`RUN echo '{"password":"${S}"}' > c.json`, `RUN echo '{"password":"***`],
    [`RUN echo "-----BEGIN RSA PRIVATE KEY-----\n${S}\n-----END RSA PRIVATE KEY-----" > k`, 'RUN echo "***'],
  ])("%j", (written, shown) => {
    const text = shownInstruction(`${written} # buildkit`);
    expect(text).not.toContain(S);
    if (shown !== null) expect(text).toBe(shown);
  });

  // Proves: build-arguments-environment-variables
  it.each([
    "ghp_",
    "github_pat_",
    "ghs_",
    "glpat-",
    "xoxb-",
    "npm_",
    "pypi-",
    "dckr_pat_",
    "hf_",
    "sk_live_",
    "sk-",
    "AIza",
    "hvs.",
    "eyJabcdefghijk.",
  ])("a token that begins with %s, wherever it is", (prefix) => {
    for (const place of [`RUN x ${prefix}${LONG} y`, `CMD ["${prefix}${LONG}"]`, `WORKDIR /a/${prefix}${LONG}`])
      expect(shownInstruction(place)).not.toContain(S);
  });

  it("an access key of AWS", () => {
    expect(shownInstruction("RUN x AKIAIOSFODNN7EXAMPLE y")).toBe("RUN x *** y");
  });
});

describe("what is not secret stays:", () => {
  it.each([
    "RUN pip install --user requests",
    "RUN mkdir -p /app/data && cp -p a b",
    "RUN useradd -u 1000 app && chown -R app:app /app",
    "RUN docker run -u 1000:1000 -p 80:80 x",
    "RUN adduser --disabled-password --gecos app",
    "RUN passwd -d root",
    "RUN --mount=type=secret,id=npm npm ci",
    "COPY --from=registry.example:5000/app/token-service:1.2 /x /y",
    "RUN curl -fsSL https://host:8080/path@1.2/x | tar xz",
    "RUN npm install @acme/auth@1.2.3 https://registry.example/@acme/x",
    "RUN apt-get install -y --no-install-recommends libsecret-1-0 python3-keyring",
    "RUN sort -u a.txt | uniq",
    'HEALTHCHECK CMD ["curl", "-f", "http://localhost:8080/health"]',
    "RUN app --password-file /run/secrets/db --token-path /x",
    "RUN git clone git@github.com:acme/app.git",
    'ENTRYPOINT ["docker-entrypoint.sh"]',
    "RUN echo hello | tee /etc/motd",
    "ADD file:2f7b1e0c9ab4 in /",
  ])("%s", (written) => {
    expect(shownInstruction(written)).toBe(written);
  });
});

describe("a list of arguments", () => {
  it.each([
    ["a value behind an option", ["app", "--password", S]],
    ["a user and a password", ["app", "-u", `me:${S}`, "x"]],
    ["an assignment", ["sh", "-c", `TOKEN="${S} y" app`]],
    ["a key", ["app", "-----BEGIN PRIVATE KEY-----", "x"]],
    ["a login in an address", ["app", `https://me:${S}@x`, "y"]],
    ["a login with a quotation mark in it", ["app", `postgres://me:a"${S}@x/db`]],
    ["one in a value", ["app", `--url=https://me:a'${S}@x`]],
    ["more than is looked at", ["app", "x".repeat(9_000)]],
  ])("with %s shows nothing", (_, list) => {
    expect(argumentsWithoutSecrets(list)).toEqual(["***"]);
  });

  it("without a secret is the same", () => {
    const list = ["node", "server.js", 'a "quoted" one'];
    expect(argumentsWithoutSecrets(list)).toBe(list);
  });
});

it("ends with the last whole word of a text that is too long, as half a secret would not be known", () => {
  const words = (count: number) => new Array(count).fill("word");
  expect(withoutSecrets(`${words(1_333).join("  ")}  hidden`)).toBe(`${words(1_333).join(" ")}…`);
  const whole = `${words(1_599).join(" ")} words`;
  expect(withoutSecrets(whole)).toBe(whole);
});

// Proves: no-text-decides-how
it("takes no longer than a moment, however hostile the text is", () => {
  for (const part of [
    "token",
    "a-",
    "https://a:",
    "://",
    "echo x|",
    "-u a:",
    "mysql ",
    "login -p",
    "'",
    '\\"',
    "set token",
    "BEGIN PRIVATE KEY-----",
    "PASSWORD=\\",
    "htpasswd -b ",
    "docker a login ",
    ".-token",
    "-token=",
    "set\t_auth",
    "eyJ-",
    "-u=",
    "-U+",
    "mariadb-",
    "http-basic.",
    "echo -n ",
    "bbbb",
    "a://b:c/",
    "powershell ",
    "sh -c ",
  ]) {
    for (const before of ["", "powershell", "htpasswd -", "@", "set "]) {
      // A longer text is cut.
      const text = (before + part.repeat(8_000)).slice(0, 7_990);
      const start = cpuMs();
      withoutSecrets(text);
      shownInstruction(text);
      expect(cpuMs() - start, before + part).toBeLessThan(1000);
    }
  }
});
