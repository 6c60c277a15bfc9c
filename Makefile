GO ?= go

.PHONY: build test soak haproxy lint bench profile

build:
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/kongo ./cmd/kongo

# Everything that must hold: the checks of lint, then every test with the race detector.
test: lint haproxy
	$(GO) test -race -timeout 30m ./...
	$(GO) run ./internal/fuzz FuzzParseFile FuzzListener FuzzNormalize FuzzMatch FuzzDecode

# The same tests with the counts that the features promise instead of a tenth of them.
soak: haproxy
	KONGO_SOAK=1 $(GO) test -race -timeout 120m ./...
	KONGO_SOAK=1 $(GO) run ./internal/fuzz

# Stands in front of the nodes in tests, which fail and name the package if it can't be installed here.
haproxy:
	@PATH="$$PATH:/usr/sbin" command -v haproxy >/dev/null || { \
		install="apt-get install -y --no-install-recommends haproxy"; \
		$$install || { apt-get update && $$install; } || true; }

lint:
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); \
	if [ -n "$$unformatted" ]; then echo "not gofmt-ed: $$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

bench:
	$(GO) test -run '^$$' -bench . ./bench

# What kongo spends its time on: system calls and samples of the binary at work, CPU and allocations of whole requests
# within one process (go tool pprof profile/bench.test profile/cpu.pprof).
profile:
	$(GO) run ./bench/compare -only "small GET, c=32" -duration 10s -profile profile
	$(GO) test -run '^$$' -bench '^BenchmarkPlainParallel$$' -benchtime 10s -o profile/bench.test \
		-cpuprofile profile/cpu.pprof -memprofile profile/allocations.pprof -memprofilerate 4096 ./bench
