import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildkit, type RealImage, writeFiles } from "../build-image.ts";
import { must } from "../command.ts";

/** The compiler that built it, whose standard library is in the program. */
const TOOLCHAIN = "go1.21.0";

const MODULE = `module example.test/gateway

go 1.21

require (
	github.com/dgrijalva/jwt-go v3.2.0+incompatible
	github.com/gin-gonic/gin v1.6.3
	github.com/gorilla/websocket v1.4.0
	github.com/prometheus/client_golang v1.11.0
	golang.org/x/crypto v0.0.0-20200622213623-75b288015ac9
	golang.org/x/net v0.0.0-20210226172049-e18ecbb05110
	golang.org/x/text v0.3.3
	google.golang.org/grpc v1.40.0
	google.golang.org/protobuf v1.26.0
	gopkg.in/yaml.v2 v2.2.8
)
`;

const MAIN = `package main

import (
	"net/http"

	"github.com/dgrijalva/jwt-go"
	"github.com/gin-gonic/gin"
	"github.com/gorilla/websocket"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"golang.org/x/crypto/ssh"
	"golang.org/x/net/http2"
	"golang.org/x/text/language"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protojson"
	"gopkg.in/yaml.v2"
)

func main() {
	_, _ = language.Parse("en")
	_ = jwt.New(jwt.SigningMethodHS256)
	_ = yaml.Unmarshal(nil, nil)
	_ = protojson.Format(nil)
	_ = grpc.NewServer()
	_ = &ssh.ServerConfig{}
	_ = &websocket.Upgrader{}
	server := &http.Server{Addr: ":8080", Handler: gin.New()}
	_ = http2.ConfigureServer(server, nil)
	http.Handle("/metrics", promhttp.Handler())
	_ = server.ListenAndServe()
}
`;

async function build(root: string): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), "real-go-"));
  try {
    writeFiles(scratch, { "go.mod": MODULE, "main.go": MAIN });
    const env = { ...process.env, GOTOOLCHAIN: TOOLCHAIN, CGO_ENABLED: "0", GOFLAGS: "-mod=mod" };
    mkdirSync(join(root, "usr/bin"), { recursive: true });
    await must("go", ["build", "-trimpath", "-buildvcs=false", "-o", join(root, "usr/bin/gateway"), "."], {
      cwd: scratch,
      env,
    });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

export const goImage = (): RealImage => ({
  name: "go",
  title: "A Go gateway of 2021, built by Go 1.21.0, on scratch",
  tag: "example.test/gateway:1.0",
  base: "scratch",
  config: { Entrypoint: ["/usr/bin/gateway"] },
  steps: [
    buildkit("COPY /out/gateway /usr/bin/gateway", { recipe: `${TOOLCHAIN}\n${MODULE}\n${MAIN}`, make: build }),
    { createdBy: 'ENTRYPOINT ["/usr/bin/gateway"]', comment: "buildkit.dockerfile.v0" },
  ],
});
