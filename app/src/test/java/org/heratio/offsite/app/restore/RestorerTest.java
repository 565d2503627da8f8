package org.heratio.offsite.app.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.heratio.offsite.destination.Payloads;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.localfs.LocalFsDestination;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
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
