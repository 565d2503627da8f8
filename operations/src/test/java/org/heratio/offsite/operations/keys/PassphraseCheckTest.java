package org.heratio.offsite.operations.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.config.Origin;
import org.heratio.offsite.config.Secret;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.localfs.LocalFsDestination;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerFixture;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.openpgp.CipherMode;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(HangLimit.TEST_SECONDS)
class PassphraseCheckTest {
    private static final String SHA = "0".repeat(64);

    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private Ledger ledger;

    @BeforeEach
    void recordAnEncryptedCopy() throws Exception {
        ledger = LedgerFixture.h2(vertx, directory.resolve("state"));
        Version version = ledger.versions()
                .settle(new ArchiveFile("/backups/a.gz", "a.gz", 10, 1_000L), 1, List.of("localfs"), false);
        Payload payload =
                ledger.payloads().record(version.id(), SHA, "p", SHA, 1, true).orElseThrow();
        Copy copy = ledger.copies().ofVersion(version.id()).get(0);
        String remotePath = directory.resolve("offsite/a.gz.gpg").toString();
        assertThat(ledger.copies().recordPendingPut(copy.id(), remotePath, payload))
                .isTrue();
        assertThat(ledger.copies().replicated(copy.id(), remotePath, payload)).isTrue();
    }

    @AfterEach
    void close() throws Exception {
        ledger.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void saysThatACopyWasNotTriedWhoseDestinationTakesHoursForAHead() throws Exception {
        Settings.Encryption encryption = new Settings.Encryption(
                new Secret("correct horse"), false, Origin.DEFAULT, List.of(new Secret("battery")), CipherMode.CFB);
        try (Destination real = new LocalFsDestination(directory.resolve("offsite"))) {
            PassphraseCheck check = new PassphraseCheck(
                    encryption, ledger.encryptedCopies(), List.of(busy(real)), Duration.ofMillis(200));
            assertThat(check.run()).singleElement().satisfies(result -> {
                assertThat(result.verdict()).isEqualTo(PassphraseCheck.Verdict.NOT_TRIED);
                assertThat(result.text()).contains("could not be tried", "was not there within");
            });
        }
        await().atMost(HangLimit.STEP).until(() -> interrupted.getCount() == 0);
    }

    @Test
    void saysThatACopyWasNotTriedThatCannotBeRead() throws Exception {
        Settings.Encryption encryption =
                new Settings.Encryption(new Secret("correct horse"), false, Origin.DEFAULT, List.of(), CipherMode.CFB);
        try (Destination empty = new LocalFsDestination(directory.resolve("offsite"))) {
            PassphraseCheck check = new PassphraseCheck(encryption, ledger.encryptedCopies(), List.of(empty));
            assertThat(check.run()).singleElement().satisfies(result -> {
                assertThat(result.verdict()).isEqualTo(PassphraseCheck.Verdict.NOT_TRIED);
                assertThat(result.text()).contains("could not be tried");
            });
        }
    }

    /** The same, where whoever reads a copy waits for his turn until he is interrupted. */
    private Destination busy(Destination real) {
        return (Destination) Proxy.newProxyInstance(
                Destination.class.getClassLoader(), new Class<?>[] {Destination.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("open")) {
                        try {
                            new CountDownLatch(1).await();
                        } finally {
                            interrupted.countDown();
                        }
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
