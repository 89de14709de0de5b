# docker build -t ridgeline . && docker run --rm ridgeline predict llama-3-8b h100; docs/install.md
FROM debian:12-slim AS build
WORKDIR /src
COPY tools/setup.sh tools/setup.sh
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && tools/setup.sh
COPY . .
RUN cmake --preset release -DBUILD_TESTING=OFF -DRIDGELINE_BENCH=OFF \
 && cmake --build --preset release \
 && cd build/release && cpack

FROM debian:12-slim
COPY --from=build /src/build/release/packages/ridgeline_*.deb /tmp/
RUN apt-get update \
 && apt-get install -y --no-install-recommends /tmp/ridgeline_*.deb \
 && rm -rf /tmp/*.deb /var/lib/apt/lists/* \
 && useradd --uid 1000 --create-home ridgeline \
 && install -d -o ridgeline -g ridgeline /data /work
ENV LC_ALL=C.UTF-8 XDG_DATA_HOME=/data XDG_CACHE_HOME=/data/cache
VOLUME /data
WORKDIR /work
USER ridgeline
ENTRYPOINT ["ridgeline"]
CMD ["--help"]
