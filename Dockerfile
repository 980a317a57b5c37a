# syntax=docker/dockerfile:1
FROM rust:1.89-alpine3.22 AS build
# SQLite and ring are built from C.
# hadolint ignore=DL3018
RUN apk add --no-cache build-base
WORKDIR /src
COPY . .
RUN cargo build --release --locked && cp target/release/conform /conform

# The reference target: `docker build --target reference`.
FROM gcr.io/distroless/static-debian12:nonroot AS reference
COPY --from=build /conform /usr/local/bin/conform
USER 65532:65532
EXPOSE 8080
HEALTHCHECK --interval=10s --start-period=2s CMD ["conform", "ada", "--target", "http://127.0.0.1:8080", "--cases", "0", "--quiet", "--regressions", "off"]
ENTRYPOINT ["conform", "serve", "--listen", "0.0.0.0:8080"]

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /conform /usr/local/bin/conform
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["conform"]
