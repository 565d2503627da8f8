# One image that runs any stage, with the Java runtime of the packages:
#   docker build -t heratio-offsite . && docker run --rm heratio-offsite serve --stages=watcher
# docs/service.md has the arguments that put the commit into 'offsite --version'.
FROM eclipse-temurin:17.0.13_11-jdk-noble AS build
WORKDIR /src
COPY . .
ARG COMMIT=unknown
ARG DATE=unknown
RUN ./mvnw -q -B -DskipTests -Dgit.commit.id.describe="$COMMIT" -Dgit.commit.time="$DATE" package \
    && OFFSITE_OUT=/release deploy/deb/build \
    && mkdir /tree \
    && tar -xzf /release/heratio-offsite_*.tar.gz --strip-components=1 -C /tree

FROM debian:12.12-slim
# for the rsync destination
RUN apt-get update \
    && apt-get install -y --no-install-recommends openssh-client rsync \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/heratio-offsite --create-home offsite \
    && install -d -o offsite -g offsite -m 0700 /var/spool/heratio-offsite
COPY --from=build /tree/usr/ /usr/
# halves the start of each command
RUN /usr/lib/heratio-offsite/class-data
# file names need UTF-8; volumes that are mounted at the two directories take over their owner
ENV LC_ALL=C.UTF-8 \
    OFFSITE_JAVA_OPTS=-XX:MaxRAMPercentage=60 \
    BACKUP_OFFSITE_STATE_DIR=/var/lib/heratio-offsite \
    BACKUP_OFFSITE_SPOOL_DIR=/var/spool/heratio-offsite
USER 10001
# the launcher becomes the JVM, so SIGTERM reaches it, and what is under way ends
ENTRYPOINT ["/usr/bin/offsite"]
CMD ["--help"]
