package org.heratio.offsite.operations.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.Payloads;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.localfs.LocalFsDestination;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.Victim;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.VersionState;
import org.heratio.offsite.openpgp.BcpgPayloadCipher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestorerTest {
    @TempDir
    private Path temp;

    /** A check without --all would read only what was never proved, find nothing, and say that all is well. */
    @Test
    void namesTheCheckThatSeesTheDamageItFound() throws Exception {
        PutRequest request = new Payloads(Files.createDirectory(temp.resolve("payloads")), "owner")
                .request("a.gz", "archive".getBytes(StandardCharsets.UTF_8));
        Path target = temp.resolve("restored.gz");
        try (LocalFsDestination destination = new LocalFsDestination(temp.resolve("far"))) {
            destination.put(request);
            Files.writeString(temp.resolve("far/a.gz"), "arcHive");

            assertThatThrownBy(() -> new Restorer(new BcpgPayloadCipher(), null)
                            .restore(destination, copy(destination, request), version(request), target, false, n -> {}))
                    .isInstanceOfSatisfying(FailureException.class, e -> {
                        assertThat(e.failure().code()).isEqualTo(ErrorCode.COPY_CORRUPT);
                        assertThat(e.failure().hint()).contains("'offsite verify-integrity --all --driver=localfs'");
                    });
        }
        assertThat(target).doesNotExist();
    }

    /** As a process of another user does that waits for the temporary file, and replaces it as soon as it is there. */
    @Test
    void aLinkInPlaceOfTheTemporaryFileGetsNothing() throws Exception {
        PutRequest request = new Payloads(Files.createDirectory(temp.resolve("payloads")), "owner")
                .request("a.gz", "archive".getBytes(StandardCharsets.UTF_8));
        Victim victim = Victim.in(temp.resolve("victim"), "shadow");
        Path restored = Files.createDirectory(temp.resolve("restored"));
        try (LocalFsDestination destination = new LocalFsDestination(temp.resolve("far"))) {
            destination.put(request);
            for (boolean overwrite : new boolean[] {false, true}) {
                Path target = restored.resolve(overwrite + ".gz");
                Destination swapping = beforeItIsRead(destination, () -> swapAllFor(victim, restored));
                new Restorer(new BcpgPayloadCipher(), null)
                        .restore(
                                swapping,
                                copy(destination, request),
                                version(request),
                                target,
                                overwrite,
                                n -> swapAllFor(victim, restored));

                assertThat(target).isRegularFile().hasContent("archive");
                assertThat(Files.isSymbolicLink(target)).isFalse();
                victim.requireUnharmed();
            }
        }
    }

    private static void swapAllFor(Victim victim, Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path each : (Iterable<Path>) files::iterator) {
                if (each.toString().endsWith(".part")) {
                    victim.swapFor(each);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same destination, with something that happens just before a copy is opened. */
    private static Destination beforeItIsRead(Destination destination, Runnable action) {
        return (Destination) Proxy.newProxyInstance(
                RestorerTest.class.getClassLoader(), new Class<?>[] {Destination.class}, (self, method, arguments) -> {
                    if (method.getName().equals("open")) {
                        action.run();
                    }
                    return method.invoke(destination, arguments);
                });
    }

    private static Copy copy(LocalFsDestination destination, PutRequest request) {
        return new Copy(
                1,
                1,
                "localfs",
                CopyState.VERIFIED,
                destination.remotePath(request.name()),
                request.sha256(),
                request.size(),
                false,
                false,
                0,
                null,
                1L,
                1L,
                null,
                null);
    }

    private static Version version(PutRequest request) {
        return new Version(
                1,
                "/backups/a.gz",
                "a.gz",
                request.size(),
                0,
                VersionState.SEALED,
                request.sha256(),
                "a.gz",
                true,
                false,
                0,
                0,
                null,
                null);
    }
}
