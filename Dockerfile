# One image that runs any stage: docker build -t heratio-offsite . && docker run heratio-offsite serve --stages=watcher
FROM eclipse-temurin:17.0.13_11-jdk-noble AS build
WORKDIR /src
COPY . .
RUN ./mvnw -q -B -DskipTests package

FROM eclipse-temurin:17.0.13_11-jre-noble
# for the rsync destination
RUN apt-get update \
    && apt-get install -y --no-install-recommends openssh-client rsync \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/heratio-offsite --create-home offsite \
    && install -d -o offsite -g offsite -m 0700 /var/spool/heratio-offsite
COPY --from=build /src/app/target/offsite.jar /opt/heratio-offsite/offsite.jar
# file names need UTF-8; volumes that are mounted at the two directories take over their owner
ENV LC_ALL=C.UTF-8 \
    BACKUP_OFFSITE_STATE_DIR=/var/lib/heratio-offsite \
    BACKUP_OFFSITE_SPOOL_DIR=/var/spool/heratio-offsite
USER 10001
# SIGTERM reaches the JVM itself, which lets what is under way end
ENTRYPOINT ["java", "-XX:+UseSerialGC", "-XX:MaxRAMPercentage=60", "-jar", "/opt/heratio-offsite/offsite.jar"]
CMD ["--help"]
