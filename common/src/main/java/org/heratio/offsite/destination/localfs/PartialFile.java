package org.heratio.offsite.destination.localfs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.heratio.offsite.files.Durable;
import org.heratio.offsite.files.HeldFile;

/** The temporary files of one put: the payload, locked while it is written, and its sidecar. They go away when it is closed. */
final class PartialFile implements AutoCloseable {

    /** Copies may be plain dumps: nobody but the owner's group gets to read them. */
    static final FileAttribute<Set<PosixFilePermission>> MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----"));

    private final Path file;
    private final Path sidecar;
    private final Path tag;
    private final HeldFile held;
    private final Runnable onClose;
    private boolean payloadMoved;

    PartialFile(Path file, Path sidecar, Path tag, HeldFile held, Runnable onClose) {
        this.file = file;
        this.sidecar = sidecar;
        this.tag = tag;
        this.held = held;
        this.onClose = onClose;
    }

    Path file() {
        return file;
    }

    Path sidecar() {
        return sidecar;
    }

    Path tag() {
        return tag;
    }

    void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            held.channel().write(bytes);
        }
    }

    /** Makes what was written durable, and writes the sidecar beside it. */
    void finish(String sidecarContent) throws IOException {
        held.channel().force(true);
        Files.deleteIfExists(sidecar);
        Durable.create(sidecar, sidecarContent, MODE);
    }

    /** Notes whether the payload has its final name alone, and no longer this one. */
    void moved(boolean moved) {
        payloadMoved = moved;
    }

    @Override
    public void close() throws IOException {
        try {
            // before the lock goes with the channel: afterwards the name may belong to another process
            if (!payloadMoved) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(sidecar);
        } finally {
            held.close();
            onClose.run();
        }
    }
}
