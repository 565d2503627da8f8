package org.heratio.offsite.encryptor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.VersionState;

/** Archives as Heratio writes them, and as they fail. */
final class Archives {
    /** Several buffers of the pass, so that something can happen between them. */
    static final int LARGE = 3 << 20;

    private Archives() {}

    static byte[] gzip(int bytes) throws IOException {
        byte[] content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        }
        return out.toByteArray();
    }

    static byte[] zip(int bytes) throws IOException {
        byte[] content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("uploads/a.jpg"));
            zip.write(content);
        }
        return out.toByteArray();
    }

    /** The file as the watcher would find it now. */
    static ArchiveFile found(Path directory, Path file) throws IOException {
        FileTime ctime = (FileTime) Files.getAttribute(file, "unix:ctime");
        return new ArchiveFile(
                file.toString(),
                directory.relativize(file).toString(),
                Files.size(file),
                mtimeNanos(file),
                ctime.to(TimeUnit.NANOSECONDS));
    }

    static Version version(Path directory, Path file) throws IOException {
        return version(directory, file, false, false);
    }

    static Version version(Path directory, Path file, boolean plain, boolean overwrite) throws IOException {
        String relative = directory.relativize(file).toString();
        return new Version(
                7,
                file.toString(),
                relative,
                Files.size(file),
                mtimeNanos(file),
                0,
                VersionState.SETTLED,
                null,
                0,
                relative,
                plain,
                overwrite,
                0,
                0,
                null,
                null);
    }

    private static long mtimeNanos(Path file) throws IOException {
        return Files.getLastModifiedTime(file).to(TimeUnit.NANOSECONDS);
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
