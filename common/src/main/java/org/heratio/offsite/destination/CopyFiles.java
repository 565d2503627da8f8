package org.heratio.offsite.destination;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.heratio.offsite.failure.FailureException;

/**
 * The handful of file operations by which copies get their names in a directory. Names are relative to the root; links are not followed.
 * Every operation blocks, and may be repeated. Files are made readable by user and group at most.
 */
public interface CopyFiles {

    /** Returns whether anything at all has the name. */
    boolean exists(String name) throws IOException, FailureException, InterruptedException;

    /** Returns whether a directory has the name. */
    boolean isDirectory(String name) throws IOException, FailureException, InterruptedException;

    /** Returns the beginning of a file as UTF-8; empty when no regular file has the name. */
    Optional<String> read(String name, int maxBytes) throws IOException, FailureException, InterruptedException;

    /**
     * Creates a small file, whole and durable, and the directories above it. Of several that do so at once, one gets true.
     *
     * @param temporary the name that it has until it is whole; what a crash left there is overwritten
     * @return false when something has the name already
     */
    boolean create(String temporary, String name, String content)
            throws IOException, FailureException, InterruptedException;

    /**
     * Replaces a small file by another, atomically and durably.
     *
     * @param temporary as {@link #create} has it
     */
    void overwrite(String temporary, String name, String content)
            throws IOException, FailureException, InterruptedException;

    /**
     * Gives a file a name that is free; its former name may stay beside it.
     *
     * @return false when the name is not free; then nothing has changed
     */
    boolean place(String file, String name) throws IOException, FailureException, InterruptedException;

    /** Moves a file over whatever has the name, atomically. */
    void replace(String file, String name) throws IOException, FailureException, InterruptedException;

    /** Deletes a file; none there is no failure. */
    void delete(String name) throws IOException, FailureException, InterruptedException;

    /** Returns the files in a directory, without a path; none when there is no directory. */
    List<String> list(String directory) throws IOException, FailureException, InterruptedException;

    /** Makes the directory of a name, and those above it, durably. */
    void makeDirectoryOf(String name) throws IOException, FailureException, InterruptedException;

    /** Makes durable which files the directory of a name has, as far as the far side has a way to ask for that. */
    void syncDirectoryOf(String name) throws IOException, FailureException, InterruptedException;
}
