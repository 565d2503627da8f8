package org.heratio.offsite.app.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

/** A tarball with members that no tar would write. */
final class HandmadeTar {
    private static final int BLOCK = 512;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    HandmadeTar file(String name, String content) {
        header(name, '0', content.length(), "", 0644);
        return content(content.getBytes(StandardCharsets.US_ASCII));
    }

    /** A member without content, such as a link or a device. */
    HandmadeTar member(String name, char type, String link) {
        return header(name, type, 0, link, 0644);
    }

    /** A name of any length, in GNU's format. */
    HandmadeTar longName(String name) {
        header("././@LongLink", 'L', name.length(), "", 0);
        return content(name.getBytes(StandardCharsets.US_ASCII));
    }

    HandmadeTar header(String name, char type, long size, String link, int mode) {
        byte[] header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, String.format("%07o", mode));
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, 124, String.format("%011o", size));
        put(header, 136, "14000000000");
        header[156] = (byte) type;
        put(header, 157, link);
        put(header, 257, "ustar\00000");
        Arrays.fill(header, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, String.format("%06o\0", sum));
        bytes.writeBytes(header);
        return this;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] field = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(field, 0, header, at, field.length);
    }

    private HandmadeTar content(byte[] content) {
        bytes.writeBytes(content);
        bytes.writeBytes(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
        return this;
    }

    byte[] cut() {
        return bytes.toByteArray();
    }

    byte[] whole() {
        byte[] all = bytes.toByteArray();
        return Arrays.copyOf(all, all.length + 2 * BLOCK);
    }

    /** Writes a file, which is compressed if its name says so. */
    static void write(Path file, byte[] tarball) throws IOException {
        try (OutputStream out = file.toString().endsWith("gz")
                ? new GZIPOutputStream(Files.newOutputStream(file))
                : Files.newOutputStream(file)) {
            out.write(tarball);
        }
    }
}
