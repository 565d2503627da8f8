package org.heratio.offsite.destination.sftp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClient.OpenMode;
import org.apache.sshd.sftp.client.extensions.openssh.OpenSSHFsyncExtension;
import org.apache.sshd.sftp.client.extensions.openssh.OpenSSHPosixRenameExtension;
import org.heratio.offsite.destination.CopyFiles;
import org.heratio.offsite.destination.DirectoryLayout;
import org.heratio.offsite.destination.Expected;
import org.heratio.offsite.destination.Taken;
import org.heratio.offsite.failure.FailureException;

/**
 * The file operations of SFTP, on one channel. The protocol gives a name that is free to one of two alone: version 3 renames over nothing.
 * It has no way to sync a directory.
 */
final class SftpFiles implements CopyFiles {
    /** Copies may be plain dumps: nobody but the account's group gets to read them. */
    private static final int MODE = 0640;

    private final Sftp sftp;
    private final DirectoryLayout layout;
    private final SftpTree tree;

    SftpFiles(Sftp sftp, DirectoryLayout layout) {
        this.sftp = sftp;
        this.layout = layout;
        this.tree = new SftpTree(sftp, layout);
    }

    /** Returns what is there. */
    SftpTree tree() {
        return tree;
    }

    /** Makes the directory of the destination; the one above it is there. */
    void makeRoot(String path) throws IOException, InterruptedException {
        try {
            sftp.run(client -> client.mkdir(path));
        } catch (IOException e) {
            SftpClient.Attributes there = SftpFailures.isAnswer(e) ? tree.follow(path) : null;
            if (there == null || !there.isDirectory()) {
                throw e;
            }
        }
    }

    @Override
    public boolean exists(String name) throws IOException, FailureException, InterruptedException {
        tree.requireInside(name);
        return tree.look(name) != null;
    }

    @Override
    public boolean isDirectory(String name) throws IOException, FailureException, InterruptedException {
        tree.requireInside(name);
        SftpClient.Attributes there = tree.look(name);
        return there != null && there.isDirectory();
    }

    @Override
    public Optional<String> read(String name, int maxBytes) throws IOException, FailureException, InterruptedException {
        tree.requireInside(name);
        SftpClient.Attributes there = tree.look(name);
        if (there == null || !there.isRegularFile()) {
            return Optional.empty();
        }
        long size = Expected.size("reading " + layout.path(name), there.getSize());
        byte[] bytes = new byte[(int) Math.min(maxBytes, size)];
        try {
            int read = sftp.call(client -> {
                try (SftpClient.CloseableHandle handle = client.open(layout.path(name), EnumSet.of(OpenMode.Read))) {
                    return readFully(client, handle, bytes);
                }
            });
            return Optional.of(new String(bytes, 0, read, StandardCharsets.UTF_8));
        } catch (IOException e) {
            if (SftpFailures.isNothing(e)) {
                return Optional.empty(); // deleted or replaced at this moment
            }
            throw e;
        }
    }

    private static int readFully(SftpClient client, SftpClient.Handle handle, byte[] bytes) throws IOException {
        int total = 0;
        while (total < bytes.length) {
            int read = client.read(handle, total, bytes, total, bytes.length - total);
            if (read <= 0) {
                break; // an answer without bytes would be followed by another one
            }
            total += read;
        }
        return total;
    }

    @Override
    public boolean create(String temporary, String name, String content)
            throws IOException, FailureException, InterruptedException {
        write(temporary, name, content);
        boolean placed = false;
        try {
            placed = place(temporary, name);
            return placed;
        } finally {
            if (!placed) {
                delete(temporary);
            }
        }
    }

    @Override
    public void overwrite(String temporary, String name, String content)
            throws IOException, FailureException, InterruptedException {
        write(temporary, name, content);
        replace(temporary, name);
    }

    private void write(String temporary, String name, String content)
            throws IOException, FailureException, InterruptedException {
        makeDirectoryOf(name);
        writeSmall(temporary, content);
    }

    /** Makes the marker, unless something has its name. */
    void writeMarker() throws IOException, FailureException, InterruptedException {
        try {
            writeNew(DirectoryLayout.MARKER, DirectoryLayout.MARKER_TEXT);
        } catch (IOException e) {
            if (!SftpFailures.isAnswer(e) || !exists(DirectoryLayout.MARKER)) {
                throw e;
            }
        }
    }

    /**
     * Writes a whole file under its name, and syncs it. What has the name is deleted first: it may be a link, or a file that a crash in the
     * middle of a rename left under both names.
     */
    void writeSmall(String name, String content) throws IOException, FailureException, InterruptedException {
        delete(name);
        writeNew(name, content);
    }

    private void writeNew(String name, String content) throws IOException, FailureException, InterruptedException {
        tree.requireInside(name);
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        sftp.run(client -> {
            EnumSet<OpenMode> modes = EnumSet.of(OpenMode.Create, OpenMode.Exclusive, OpenMode.Write);
            try (SftpClient.CloseableHandle handle = client.open(layout.path(name), modes)) {
                hide(client, handle);
                client.write(handle, 0, bytes);
                sync(client, handle);
            }
        });
    }

    /** Hides a file that is still empty. A server without modes, or without the right to set them, is no reason to ship nothing. */
    static void hide(SftpClient client, SftpClient.Handle handle) throws IOException {
        try {
            client.setStat(handle, new SftpClient.Attributes().perms(MODE));
        } catch (IOException e) {
            if (!SftpFailures.isAnswer(e)) {
                throw e;
            }
        }
    }

    static void sync(SftpClient client, SftpClient.Handle handle) throws IOException {
        OpenSSHFsyncExtension extension = client.getExtension(OpenSSHFsyncExtension.class);
        if (extension != null && extension.isSupported()) {
            extension.fsync(handle);
        }
    }

    @Override
    public boolean place(String file, String name) throws IOException, FailureException, InterruptedException {
        tree.requireInside(name);
        try {
            sftp.run(client -> client.rename(layout.path(file), layout.path(name)));
            return true;
        } catch (IOException e) {
            if (SftpFailures.isAnswer(e) && exists(name)) {
                return false;
            }
            throw e;
        }
    }

    /** Where the server cannot rename over a file, the one that is there is deleted first: then there is a moment without any. */
    @Override
    public void replace(String file, String name) throws IOException, FailureException, InterruptedException {
        tree.requireInside(name);
        String from = layout.path(file);
        String to = layout.path(name);
        boolean done = sftp.call(client -> {
            OpenSSHPosixRenameExtension extension = client.getExtension(OpenSSHPosixRenameExtension.class);
            boolean supported = extension != null && extension.isSupported();
            if (supported) {
                extension.posixRename(from, to);
            }
            return supported;
        });
        if (!done) {
            delete(name);
            sftp.run(client -> client.rename(from, to));
        }
    }

    @Override
    public void delete(String name) throws IOException, FailureException, InterruptedException {
        tree.requireInside(name);
        try {
            sftp.run(client -> client.remove(layout.path(name)));
        } catch (IOException e) {
            if (!SftpFailures.isNothing(e)) {
                throw e;
            }
        }
    }

    @Override
    public List<String> list(String directory) throws IOException, FailureException, InterruptedException {
        tree.requireInside(directory + "/");
        return tree.entries(layout.path(directory)).stream()
                .map(SftpTree.Entry::name)
                .filter(name -> name.indexOf('/') < 0)
                .toList();
    }

    @Override
    public void makeDirectoryOf(String name) throws IOException, FailureException, InterruptedException {
        int slash = name.lastIndexOf('/');
        if (slash > 0) {
            makeDirectory(name.substring(0, slash));
        }
    }

    void makeDirectory(String name) throws IOException, FailureException, InterruptedException {
        SftpClient.Attributes there = tree.lookInside(name);
        if (there == null) {
            makeDirectoryOf(name);
            try {
                sftp.run(client -> client.mkdir(layout.path(name)));
                return;
            } catch (IOException e) {
                there = SftpFailures.isAnswer(e) ? tree.look(name) : null;
                if (there == null) {
                    throw e;
                }
                // another one made it at the same moment
            }
        }
        if (there.isRegularFile()) {
            throw Taken.byAFileAbove(layout.path(name));
        }
    }

    /** The protocol has no way to ask for it. */
    @Override
    public void syncDirectoryOf(String name) {}
}
