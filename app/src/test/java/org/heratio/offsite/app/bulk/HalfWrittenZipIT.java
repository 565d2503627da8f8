package org.heratio.offsite.app.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.heratio.offsite.app.e2e.LedgerRow;
import org.heratio.offsite.app.e2e.OffsiteHome;
import org.heratio.offsite.app.e2e.Proof;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Zips whose writer pauses, or is killed, while {@code serve} watches. */
final class HalfWrittenZipIT {
    @Test
    void aZipWhoseWriterPausesBehindAnInnerZipIsNotShippedBeforeItIsWhole(@TempDir Path dir) throws Exception {
        byte[] inner = zip("letters.csv", "id;text\n".repeat(1000).getBytes(StandardCharsets.UTF_8), false);
        byte[] outer = zip("exports/inner.zip", inner, true);
        int pause = endOf(inner, outer);
        try (OffsiteHome home = new OffsiteHome(dir);
                Serving serve = Serving.start(home)) {
            Path file = Files.write(home.backups().resolve("exports.zip"), Arrays.copyOf(outer, pause));
            serve.awaitLog("behind a zip that is stored in it", 1, OffsiteHome.SHORT);
            assertThat(Proof.copies(home.destination())).isEmpty();
            assertThat(serve.says("Shipped ")).isZero();

            Files.write(file, Arrays.copyOfRange(outer, pause, outer.length), StandardOpenOption.APPEND);
            serve.awaitVerified(1, OffsiteHome.SHORT);
            serve.stop();
            for (LedgerRow row : home.proof().everythingIsOffsite()) {
                home.proof().restores(row);
            }
        }
    }

    @Test
    void anEntryThatCannotBeCheckedIsNamedInTheLog(@TempDir Path dir) throws Exception {
        byte[] zip = zip("letters.csv", new byte[1000], true);
        // as if it were encrypted: nothing tells the data from such, and no reader is asked
        zip[6] |= 1;
        zip[indexOf(new byte[] {'P', 'K', 1, 2}, zip) + 8] |= 1;
        try (OffsiteHome home = new OffsiteHome(dir);
                Serving serve = Serving.start(home)) {
            Files.write(home.backups().resolve("secret.zip"), zip);
            serve.awaitVerified(1, OffsiteHome.SHORT);
            assertThat(serve.says("not checked: the content of 1 entry, encrypted archive="))
                    .isEqualTo(1);
            serve.stop();
        }
    }

    /** A zip of one stored or deflated entry. */
    private static byte[] zip(String name, byte[] content, boolean stored) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            ZipEntry entry = new ZipEntry(name);
            if (stored) {
                CRC32 crc = new CRC32();
                crc.update(content);
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(content.length);
                entry.setCrc(crc.getValue());
            }
            zip.putNextEntry(entry);
            zip.write(content);
        }
        return out.toByteArray();
    }

    /** Where the inner zip ends; what stands there up to then has an end record as its end. */
    private static int endOf(byte[] inner, byte[] outer) throws IOException {
        int end = indexOf(inner, outer) + inner.length;
        try (InputStream in = new ByteArrayInputStream(outer, 0, end);
                ZipInputStream zip = new ZipInputStream(in)) {
            assertThat(zip.getNextEntry().getName()).isEqualTo("exports/inner.zip");
        }
        return end;
    }

    private static int indexOf(byte[] part, byte[] bytes) {
        int at = 0;
        while (!Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
            at++;
        }
        return at;
    }
}
