package org.heratio.offsite.app.e2e;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Makes archives that do not compress, quickly: whole gzip files and zips around noise, written straight to their final name as
 * {@code mysqldump | gzip} does.
 */
public final class SampleArchives {
    private static final int BLOCK = 1 << 20;
    private static final int TAR_BLOCK = 512;

    private final Path directory;
    private final SplittableRandom random;

    /** @param seed the same one gives the same bytes */
    public SampleArchives(Path directory, long seed) {
        this.directory = directory;
        this.random = new SplittableRandom(seed);
    }

    /** An archive of the kind that its name says, {@code .sql.gz}, {@code .tar.gz} or {@code .zip}, of a little more than {@code bytes}. */
    public Path make(String name, long bytes) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), BLOCK)) {
            if (name.endsWith(".zip")) {
                zip(out, bytes);
            } else if (name.endsWith(".tar.gz")) {
                tar(out, bytes);
            } else {
                sql(out, bytes);
            }
        }
        return file;
    }

    private void sql(OutputStream file, long bytes) throws IOException {
        try (OutputStream out = new Stored(file)) {
            out.write("-- a made-up dump\n".getBytes(StandardCharsets.US_ASCII));
            noise(out, bytes);
        }
    }

    private void tar(OutputStream file, long bytes) throws IOException {
        try (OutputStream out = new Stored(file)) {
            out.write(header("uploads/scan.tif", bytes));
            noise(out, bytes);
            out.write(new byte[(int) ((TAR_BLOCK - bytes % TAR_BLOCK) % TAR_BLOCK) + 2 * TAR_BLOCK]);
        }
    }

    private void zip(OutputStream file, long bytes) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(file)) {
            out.setLevel(Deflater.NO_COMPRESSION);
            out.putNextEntry(new ZipEntry("uploads/scan.tif"));
            noise(out, bytes);
            out.closeEntry();
        }
    }

    private void noise(OutputStream out, long bytes) throws IOException {
        byte[] block = new byte[(int) Math.min(BLOCK, Math.max(bytes, 1))];
        random.nextBytes(block);
        for (long left = bytes; left > 0; left -= block.length) {
            // another block each time, without the cost of new noise
            long mark = random.nextLong();
            for (int i = 0; i < Long.BYTES && i < block.length; i++) {
                block[i] ^= (byte) (mark >>> (8 * i));
            }
            out.write(block, 0, (int) Math.min(left, block.length));
        }
    }

    /** A ustar header (IEEE Std 1003.1) of a file below 8 GiB. */
    private static byte[] header(String name, long size) {
        byte[] header = new byte[TAR_BLOCK];
        put(header, 0, name);
        put(header, 100, "0000644\0");
        put(header, 108, "0000000\0");
        put(header, 116, "0000000\0");
        put(header, 124, String.format("%011o\0", size));
        put(header, 136, String.format("%011o\0", 1_795_000_000L));
        put(header, 148, "        ");
        put(header, 156, "0");
        put(header, 257, "ustar\0" + "00");
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, String.format("%06o\0 ", sum));
        return header;
    }

    private static void put(byte[] header, int offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, offset, bytes.length);
    }

    /** gzip without compressing. */
    private static final class Stored extends GZIPOutputStream {
        Stored(OutputStream out) throws IOException {
            super(out, 1 << 16);
            def.setLevel(Deflater.NO_COMPRESSION);
        }
    }
}
