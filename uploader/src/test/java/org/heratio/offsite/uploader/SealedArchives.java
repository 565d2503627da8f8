package org.heratio.offsite.uploader;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.destination.Payloads;
import org.heratio.offsite.event.PayloadReady;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.spool.Spool;
import org.heratio.offsite.spool.SpoolPart;

/** Makes archives, and the payloads that an encryptor would have made of them, for the first of the drivers. */
record SealedArchives(Ledger ledger, Spool spool, Path backups, FileTime modified, List<String> drivers) {

    /** An archive with its payload and the copy that waits for it. */
    record Sealed(Version version, Copy copy, Payload payload) {
        PayloadReady event() {
            return new PayloadReady(copy.id(), payload.id(), copy.driver());
        }
    }

    Sealed sealed(String name, String payload) throws Exception {
        return seal(settle(archive(name, "archive " + name), false), payload);
    }

    Sealed seal(Version version, String payload) throws Exception {
        byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
        String file;
        try (SpoolPart part = spool.tryReserve(version.id(), bytes.length).orElseThrow()) {
            part.write(bytes);
            file = part.seal();
        }
        Payload sealed = ledger.payloads()
                .record(version.id(), sha("archive of " + version.path()), file, sha(payload), bytes.length, true)
                .orElseThrow();
        spool.recorded(file);
        return new Sealed(version, ledger.copies().ofVersion(version.id()).get(0), sealed);
    }

    /** An archive that is shipped as it is. */
    Sealed passingThrough(String name, String content) throws Exception {
        Version version = settle(archive(name, content), true);
        Payload payload = ledger.payloads()
                .record(version.id(), sha(content), "", sha(content), content.length(), false)
                .orElseThrow();
        return new Sealed(version, ledger.copies().ofVersion(version.id()).get(0), payload);
    }

    Path archive(String name, String content) throws IOException {
        Path file = backups.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        Files.setLastModifiedTime(file, modified);
        return file;
    }

    Version settle(Path file, boolean plain) throws IOException, LedgerException {
        ArchiveFile archive = new ArchiveFile(
                file.toString(),
                backups.relativize(file).toString(),
                Files.size(file),
                modified.to(TimeUnit.NANOSECONDS));
        return ledger.versions().settle(archive, System.currentTimeMillis(), drivers, plain);
    }

    static String sha(String text) {
        return Payloads.sha256(text.getBytes(StandardCharsets.UTF_8));
    }
}
