package org.heratio.offsite.encryptor;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.heratio.offsite.archive.BackupDirectory;
import org.heratio.offsite.archive.gate.CompletenessMode;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerFixture;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.openpgp.Passphrase;
import org.heratio.offsite.openpgp.QuickCipher;
import org.heratio.offsite.spool.Spool;
import org.heratio.offsite.stage.Attempt;
import org.heratio.offsite.stage.Outcome;
import org.heratio.offsite.testing.HangLimit;

/** An encryptor on a real ledger, spool and backup directory. */
final class EncryptorFixture implements AutoCloseable {
    static final String SECRET = "correct horse";
    static final Attempt FIRST = new Attempt(1, (version, driver, done, total) -> {});
    static final Failure DAMAGED = new Failure(ErrorCode.COPY_CORRUPT, "damaged", null);
    static final Attempt AHEAD = new Attempt(1, true, FIRST.progress());

    final Path backups;
    final Path spoolDirectory;
    final Map<String, Destination> destinations = new HashMap<>();
    final Ledger ledger;
    final Spool spool;

    final Vertx vertx = Vertx.vertx();

    EncryptorFixture(Path dir) throws IOException, FailureException {
        backups = Files.createDirectories(dir.resolve("backups"));
        spoolDirectory = dir.resolve("spool");
        spool = new Spool(spoolDirectory, 50 << 20);
        ledger = LedgerFixture.h2(vertx, dir.resolve("state"));
    }

    Sealer sealer(boolean encrypting) {
        return sealer(encrypting, spool);
    }

    Sealer sealer(boolean encrypting, Spool in) {
        return new Sealer(
                new BackupDirectory(backups),
                in,
                QuickCipher.create(),
                encrypting ? Optional.of(Passphrase.of(SECRET.toCharArray())) : Optional.empty(),
                CompletenessMode.HOLD,
                Duration.ofMillis(10));
    }

    PayloadRebuilder rebuilder(Sealer sealer) {
        return new PayloadRebuilder(ledger, new BackupDirectory(backups), sealer, destinations);
    }

    SealHandler sealHandler(boolean encrypting) {
        Sealer sealer = sealer(encrypting);
        return new SealHandler(ledger, List.of("localfs", "s3"), sealer, rebuilder(sealer));
    }

    RepairHandler repairHandler(boolean encrypting) {
        return repairHandler(encrypting, true);
    }

    RepairHandler repairHandler(boolean encrypting, boolean repair) {
        Sealer sealer = sealer(encrypting);
        return new RepairHandler(ledger, List.of("localfs", "s3"), sealer, rebuilder(sealer), repair);
    }

    Path write(String name, byte[] content) throws IOException {
        return Files.write(backups.resolve(name), content);
    }

    Version settle(Path file, String... drivers) throws IOException, FailureException {
        return ledger.versions()
                .settle(Archives.found(backups, file), System.currentTimeMillis(), List.of(drivers), false);
    }

    /** As {@code replicate --no-encryption} does. */
    Version settlePlain(Path file, String... drivers) throws IOException, FailureException {
        return ledger.versions()
                .settle(Archives.found(backups, file), System.currentTimeMillis(), List.of(drivers), true);
    }

    static List<Event> record(Outcome outcome) throws FailureException {
        try (outcome) {
            if (outcome instanceof Outcome.Done done) {
                return done.step().record();
            }
            throw new AssertionError("not done: " + outcome);
        }
    }

    Copy copy(Version version, String driver) throws FailureException {
        return ledger.copies().ofVersion(version.id()).stream()
                .filter(copy -> copy.driver().equals(driver))
                .findFirst()
                .orElseThrow();
    }

    /** As if uploader and verifier had done their work. */
    Copy ship(Version version, String driver, CopyState as) throws FailureException {
        return ship(version, driver, "/" + driver + "/" + version.remoteName(), as);
    }

    Copy ship(Version version, String driver, String remote, CopyState as) throws FailureException {
        Payload payload = ledger.payloads().ofVersion(version.id()).orElseThrow();
        Copy copy = copy(version, driver);
        ledger.copies().recordPendingPut(copy.id(), remote, payload);
        ledger.copies().replicated(copy.id(), remote, payload);
        switch (as) {
            case VERIFIED -> ledger.proofs().record(copy.id(), payload.sha256());
            case CORRUPT, MISSING -> ledger.copies().damaged(copy(version, driver), as, DAMAGED);
            case PENDING, REPLICATED, FAILED -> {}
        }
        return copy(version, driver);
    }

    /** Fails puts of a copy until the ledger says that its destination takes none. */
    void failPuts(Version version, String driver) throws FailureException {
        failPuts(version, driver, Duration.ofSeconds(5));
    }

    /** @param next the time until the next put */
    void failPuts(Version version, String driver, Duration next) throws FailureException {
        for (int attempt = 1; attempt <= 3; attempt++) {
            ledger.pendingWork()
                    .attemptFailed(
                            "uploader:" + driver,
                            version.id(),
                            copy(version, driver).id(),
                            attempt,
                            new Failure(ErrorCode.DESTINATION_IO, "refused", null),
                            next.toMillis());
        }
    }

    List<String> spooled() throws IOException {
        if (!Files.isDirectory(spoolDirectory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(spoolDirectory)) {
            return files.map(f -> f.getFileName().toString()).toList();
        }
    }

    @Override
    public void close() {
        spool.close();
        ledger.close();
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
