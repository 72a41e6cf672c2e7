# Two stages: Go builds one static binary, the image holds it and the list of
# certificate authorities, nothing else. Time zones are in the binary.
#
# Tags, not digests: an operator builds this image, and a tag gets the fixes of
# its line. For a release pin both by digest.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY cmd cmd
COPY config config
COPY internal internal
# The repository is not in here, so whoever builds says what this is.
ARG VERSION=container
# Libraries are not inlined: that is a tenth of the image, and none of them is
# where our time goes.
RUN CGO_ENABLED=0 go build -trimpath \
    -gcflags=github.com/redis/...=-l -gcflags=github.com/alicebob/...=-l -gcflags=github.com/yuin/...=-l \
    -gcflags=github.com/goccy/...=-l -gcflags=github.com/twilio/...=-l -gcflags=google.golang.org/...=-l \
    -gcflags=github.com/expr-lang/...=-l -gcflags=github.com/spf13/...=-l -gcflags=github.com/prometheus/...=-l \
    -ldflags "-s -w -X main.buildVersion=$VERSION" -o /out/tideover ./cmd/tideover
# A volume that is mounted there gets this owner and mode.
RUN install -d -m 0700 /out/lib/tideover

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/tideover /tideover
COPY --from=build --chown=65532:65532 /out/lib/ /var/lib/
USER 65532:65532
ENV TIDEOVER_KEYS_FILE=/var/lib/tideover/keys.json
VOLUME /var/lib/tideover
EXPOSE 8080
# Liveness only: with Redis down the line must go on to say its words.
HEALTHCHECK --interval=5s --timeout=4s --start-period=5s --retries=3 CMD ["/tideover", "healthcheck"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/tideover"]
CMD ["serve"]
