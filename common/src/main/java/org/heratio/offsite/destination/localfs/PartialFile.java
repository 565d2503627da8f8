package org.heratio.offsite.destination.localfs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.heratio.offsite.destination.PartialNames;
import org.heratio.offsite.files.Durable;
import org.heratio.offsite.files.HeldFile;
import org.heratio.offsite.files.HeldParent;

/** The temporary files of one put: the payload, locked while it is written, and its sidecar. They go away when it is closed. */
final class PartialFile implements AutoCloseable {

    /** Copies may be plain dumps: nobody but the owner's group gets to read them. */
    static final FileAttribute<Set<PosixFilePermission>> MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----"));

    private final PartialNames names;
    private final HeldParent parent;
    private final HeldFile held;
    private final Runnable onClose;
    private boolean payloadMoved;

    /** @param parent the directory that they are in, with the name of the payload; closed with this */
    PartialFile(PartialNames names, HeldParent parent, HeldFile held, Runnable onClose) {
        this.names = names;
        this.parent = parent;
        this.held = held;
        this.onClose = onClose;
    }

    /** Returns what they are called, below the root. */
    PartialNames names() {
        return names;
    }

    private Path sidecar() {
        return parent.sibling(names.sidecar().substring(names.sidecar().lastIndexOf('/') + 1));
    }

    void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            held.channel().write(bytes);
        }
    }

    /** Makes what was written durable, and writes the sidecar beside it. */
    void finish(String sidecarContent) throws IOException {
        held.channel().force(true);
        Files.deleteIfExists(sidecar());
        Durable.create(sidecar(), sidecarContent, MODE);
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
                Files.deleteIfExists(parent.path());
            }
            Files.deleteIfExists(sidecar());
        } finally {
            held.close();
            parent.close();
            onClose.run();
        }
    }
}
