package org.heratio.offsite.app.demo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Real archives of made-up data, named as Heratio names them: {@code gunzip}, {@code tar} and {@code unzip} open them. */
final class SampleBackups {
    private static final int TAR_BLOCK = 512;
    private static final int ROWS = 20_000;

    private SampleBackups() {}

    static void writeTo(Path directory) throws IOException {
        Files.createDirectories(directory);
        Random random = new Random(1);
        gzip(directory.resolve("database_heratio_2026-11-22_031500.sql.gz"), dump(random));
        gzip(
                directory.resolve("uploads_2026-11-22_031500.tar.gz"),
                tar("uploads/scan-0001.tif", noise(random, 3 << 20)));
        try (ZipOutputStream zip =
                new ZipOutputStream(Files.newOutputStream(directory.resolve("configuration_2026-11-22_031500.zip")))) {
            zip.putNextEntry(new ZipEntry("config/app.php"));
            zip.write("<?php return ['name' => 'Heratio'];\n".getBytes(StandardCharsets.UTF_8));
            zip.closeEntry();
        }
    }

    private static void gzip(Path file, byte[] content) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(content);
        }
    }

    private static byte[] dump(Random random) {
        StringBuilder sql =
                new StringBuilder("-- a made-up dump\nCREATE TABLE information_object (id int, title text);\n");
        for (int id = 1; id <= ROWS; id++) {
            sql.append("INSERT INTO information_object VALUES (")
                    .append(id)
                    .append(", 'Letter ")
                    .append(Long.toHexString(random.nextLong()))
                    .append("');\n");
        }
        return sql.append("-- Dump completed\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] noise(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** A POSIX ustar archive of one file (IEEE Std 1003.1, pax, ustar interchange format). */
    private static byte[] tar(String name, byte[] content) throws IOException {
        byte[] header = new byte[TAR_BLOCK];
        put(header, 0, name);
        put(header, 100, "0000644\0");
        put(header, 108, "0000000\0");
        put(header, 116, "0000000\0");
        put(header, 124, String.format("%011o\0", content.length));
        put(header, 136, String.format("%011o\0", 1_795_000_000L));
        put(header, 148, "        ");
        put(header, 156, "0");
        put(header, 257, "ustar\0" + "00");
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, String.format("%06o\0 ", sum));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(header);
        out.write(content);
        int padding = (TAR_BLOCK - content.length % TAR_BLOCK) % TAR_BLOCK + 2 * TAR_BLOCK;
        out.write(new byte[padding]);
        return out.toByteArray();
    }

    private static void put(byte[] header, int offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, offset, bytes.length);
    }
}
