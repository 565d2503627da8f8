package org.heratio.offsite.destination.sftp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClient.OpenMode;
import org.apache.sshd.sftp.client.extensions.openssh.OpenSSHFsyncExtension;
import org.apache.sshd.sftp.client.extensions.openssh.OpenSSHPosixRenameExtension;
import org.heratio.offsite.destination.CopyFiles;
import org.heratio.offsite.destination.DirectoryLayout;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;

/**
 * The file operations of SFTP, on one channel. The protocol gives a name that is free to one of two alone: version 3 renames over nothing.
 * It has no way to sync a directory.
 */
final class SftpFiles implements CopyFiles {
    /** Copies may be plain dumps: nobody but the account's group gets to read them. */
    private static final int MODE = 0640;

    private final Sftp sftp;
    private final DirectoryLayout layout;

    SftpFiles(Sftp sftp, DirectoryLayout layout) {
        this.sftp = sftp;
        this.layout = layout;
    }

    /** Returns the attributes of a name without following links; null when it is certain that nothing has the name. */
    SftpClient.@Nullable Attributes look(String name) throws IOException, InterruptedException {
        try {
            return sftp.call(client -> client.lstat(layout.path(name)));
        } catch (IOException e) {
            if (SftpFailures.isNothing(e)) {
                return null;
            }
            throw e;
        }
    }

    /** Returns the attributes of what a path leads to; null when it is certain that nothing is there. */
    SftpClient.@Nullable Attributes follow(String path) throws IOException, InterruptedException {
        try {
            return sftp.call(client -> client.stat(path));
        } catch (IOException e) {
            if (SftpFailures.isNothing(e)) {
                return null;
            }
            throw e;
        }
    }

    /**
     * Returns the size of the copy that has a name, or empty when it is certain that nothing has it. A link to a file below the root
     * counts as one.
     *
     * @throws FailureException {@code DESTINATION_NAME_TAKEN} when something else has it
     */
    Optional<Long> sizeOfCopy(String name) throws IOException, FailureException, InterruptedException {
        SftpClient.Attributes there = look(name);
        if (there != null && there.isSymbolicLink()) {
            there = leadsOut(name) ? there : follow(layout.path(name));
        }
        if (there == null) {
            return Optional.empty();
        }
        if (!there.isRegularFile()) {
            throw new FailureException(
                    ErrorCode.DESTINATION_NAME_TAKEN,
                    layout.path(name) + " is there, but is no file of this destination",
                    "move it out of the destination");
        }
        return Optional.of(there.getSize());
    }

    private boolean leadsOut(String name) throws IOException, InterruptedException {
        String root = sftp.call(client -> client.canonicalPath(layout.path(".")));
        return !sftp.call(client -> client.canonicalPath(layout.path(name))).startsWith(root + "/");
    }

    /** Makes the directory of the destination; the one above it is there. */
    void makeRoot(String path) throws IOException, InterruptedException {
        try {
            sftp.run(client -> client.mkdir(path));
        } catch (IOException e) {
            SftpClient.Attributes there = SftpFailures.isAnswer(e) ? follow(path) : null;
            if (there == null || !there.isDirectory()) {
                throw e;
            }
        }
    }

    @Override
    public boolean exists(String name) throws IOException, InterruptedException {
        return look(name) != null;
    }

    @Override
    public Optional<String> read(String name, int maxBytes) throws IOException, InterruptedException {
        SftpClient.Attributes there = look(name);
        if (there == null || !there.isRegularFile()) {
            return Optional.empty();
        }
        byte[] bytes = new byte[(int) Math.min(maxBytes, there.getSize())];
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
        int read = 0;
        while (total < bytes.length && read >= 0) {
            total += read;
            read = total < bytes.length ? client.read(handle, total, bytes, total, bytes.length - total) : -1;
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
        // a crash in the middle of a rename may have left the file under both names
        delete(temporary);
        writeSmall(temporary, content);
    }

    /** Writes a whole file under its name, and syncs it. */
    void writeSmall(String name, String content) throws IOException, InterruptedException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        sftp.run(client -> {
            EnumSet<OpenMode> modes = EnumSet.of(OpenMode.Create, OpenMode.Truncate, OpenMode.Write);
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
    public boolean place(String file, String name) throws IOException, InterruptedException {
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
    public void replace(String file, String name) throws IOException, InterruptedException {
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
    public void delete(String name) throws IOException, InterruptedException {
        try {
            sftp.run(client -> client.remove(layout.path(name)));
        } catch (IOException e) {
            if (!SftpFailures.isNothing(e)) {
                throw e;
            }
        }
    }

    @Override
    public List<String> list(String directory) throws IOException, InterruptedException {
        return entries(layout.path(directory)).stream()
                .map(SftpClient.DirEntry::getFilename)
                .toList();
    }

    /** Returns what a directory has, itself and the one above left out; nothing when there is no directory. */
    List<SftpClient.DirEntry> entries(String path) throws IOException, InterruptedException {
        List<SftpClient.DirEntry> found = new ArrayList<>();
        try {
            sftp.run(client -> {
                found.clear();
                try (SftpClient.CloseableHandle handle = client.openDir(path)) {
                    for (SftpClient.DirEntry entry : client.listDir(handle)) {
                        String name = entry.getFilename();
                        if (!name.equals(".") && !name.equals("..")) {
                            found.add(entry);
                        }
                    }
                }
            });
        } catch (IOException e) {
            if (SftpFailures.isNothing(e)) {
                return List.of();
            }
            throw e;
        }
        return found;
    }

    @Override
    public void makeDirectoryOf(String name) throws IOException, FailureException, InterruptedException {
        int slash = name.lastIndexOf('/');
        if (slash > 0) {
            makeDirectory(name.substring(0, slash));
        }
    }

    void makeDirectory(String name) throws IOException, FailureException, InterruptedException {
        SftpClient.Attributes there = look(name);
        if (there == null) {
            makeDirectoryOf(name);
            try {
                sftp.run(client -> client.mkdir(layout.path(name)));
                return;
            } catch (IOException e) {
                there = SftpFailures.isAnswer(e) ? look(name) : null;
                if (there == null) {
                    throw e;
                }
                // another one made it at the same moment
            }
        }
        if (there.isRegularFile()) {
            throw new FailureException(
                    ErrorCode.DESTINATION_NAME_TAKEN,
                    layout.path(name) + " is a file, so that nothing can be below it",
                    "move it out of the destination");
        }
    }

    /** The protocol has no way to ask for it. */
    @Override
    public void syncDirectoryOf(String name) {}
}
