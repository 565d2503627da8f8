package org.heratio.offsite.destination.s3;

import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.files.Durable;
import org.heratio.offsite.files.NoFollow;
import org.jspecify.annotations.Nullable;

/**
 * The note about one unfinished upload: a small file of lines that are only ever appended, so that a crash costs at most the last
 * one. It is written before the store is asked for an upload, and goes when the upload is complete or aborted: as long as there may
 * be something of ours at the store, something here says so.
 */
final class UploadJournal {
    /** For more parts than any store takes. */
    private static final int MAX_BYTES = 8 << 20;

    private final Path file;
    private final Head head;
    private final Map<Integer, Sent> sent = new HashMap<>();
    private @Nullable String uploadId;
    private boolean completing;
    private boolean forgotten;

    /**
     * The payload of the upload.
     *
     * @param target bucket and endpoint
     * @param started Unix time in milliseconds
     * @param settings what the object was to be given ({@link ObjectHeaders#settings}); empty in a note of an older version
     */
    record Head(
            String target,
            String owner,
            String key,
            long size,
            String sha256,
            long partBytes,
            boolean checksums,
            long started,
            String settings) {
        boolean isFor(String otherTarget, String otherSettings, String otherKey, PutRequest request) {
            return target.equals(otherTarget)
                    && settings.equals(otherSettings)
                    && key.equals(otherKey)
                    && size == request.size()
                    && sha256.equals(request.sha256())
                    && owner.equals(request.owner());
        }

        private String line() {
            return String.join(
                    " ",
                    "upload",
                    encode(target),
                    encode(owner),
                    encode(key),
                    Long.toString(size),
                    encode(sha256),
                    Long.toString(partBytes),
                    Boolean.toString(checksums),
                    Long.toString(started),
                    encode(settings));
        }

        private static Head parse(String[] f) {
            return new Head(
                    decode(f[1]),
                    decode(f[2]),
                    decode(f[3]),
                    Long.parseLong(f[4]),
                    decode(f[5]),
                    Long.parseLong(f[6]),
                    Boolean.parseBoolean(f[7]),
                    Long.parseLong(f[8]),
                    f.length > 9 ? decode(f[9]) : "");
        }
    }

    /** A part that was sent, and the name that the store gave it. */
    record Sent(String md5Hex, String eTag) {}

    private UploadJournal(Path file, Head head) {
        this.file = file;
        this.head = head;
    }

    /** Begins a new note, in place of what is there. */
    static UploadJournal begin(Path file, Head head) throws IOException {
        Durable.write(file, head.line() + "\n");
        return new UploadJournal(file, head);
    }

    /** The note of a file; empty when there is none that can be used. */
    static Optional<UploadJournal> load(Path file) throws IOException {
        Optional<String> found;
        try {
            found = NoFollow.text(file, MAX_BYTES);
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
        if (found.isEmpty()) {
            return Optional.empty();
        }
        String text = found.get();
        // what stands behind the last newline was cut off by a crash
        String[] lines = text.substring(0, text.lastIndexOf('\n') + 1).split("\n");
        try {
            UploadJournal journal = new UploadJournal(file, Head.parse(lines[0].split(" ", -1)));
            for (String line : lines) {
                journal.take(line.split(" ", -1));
            }
            return Optional.of(journal);
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    private void take(String[] f) {
        if (f[0].equals("id") && f.length == 2) {
            uploadId = decode(f[1]);
        } else if (f[0].equals("part") && f.length == 4) {
            sent.put(Integer.valueOf(f[1]), new Sent(f[2], decode(f[3])));
        } else if (f[0].equals("completing")) {
            completing = true;
        }
    }

    Head head() {
        return head;
    }

    synchronized @Nullable String uploadId() {
        return uploadId;
    }

    /** Returns whether the store was told to put the parts together. */
    synchronized boolean completing() {
        return completing;
    }

    synchronized @Nullable Sent sent(int number) {
        return sent.get(number);
    }

    synchronized void created(String id) throws IOException {
        append("id " + encode(id), true);
        uploadId = id;
    }

    /** Not noted when it comes after {@link #forget}: the name may be that of the next upload's note by then. */
    synchronized void part(int number, RangeDigest digest, String eTag) throws IOException {
        if (forgotten) {
            return;
        }
        append("part " + number + " " + digest.md5Hex() + " " + encode(eTag), false);
        sent.put(number, new Sent(digest.md5Hex(), eTag));
    }

    synchronized void complete() throws IOException {
        append("completing", true);
        completing = true;
    }

    /** Nothing of it is at the store any more. */
    synchronized void forget() throws IOException {
        forgotten = true;
        Files.deleteIfExists(file);
    }

    private void append(String line, boolean durable) throws IOException {
        // never made here: what another process has forgotten stays forgotten
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.WRITE, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS)) {
            ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            if (durable) {
                channel.force(true);
            }
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
