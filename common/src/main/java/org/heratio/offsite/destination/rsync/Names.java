package org.heratio.offsite.destination.rsync;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.heratio.offsite.archive.Slashes;
import org.heratio.offsite.destination.OwnerTag;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.Sha256Sidecar;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;

/** Where things lie below the directory at the host. */
final class Names {
    /** Tells the directory from the empty one under a disk that is not mounted. */
    static final String MARKER = ".heratio-offsite";
    /** Holds a directory for each unfinished put. */
    static final String PARTIAL = ".offsite-partial";

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,80}");

    private final String root;

    Names(String root) {
        this.root = root;
    }

    String path(String name) {
        return prefix() + name;
    }

    String name(String remotePath) {
        String path = Slashes.single(remotePath);
        if (!path.startsWith(prefix())) {
            throw new IllegalArgumentException(remotePath + " does not lie in " + root);
        }
        return path.substring(prefix().length());
    }

    private String prefix() {
        return root.equals("/") ? "/" : root + "/";
    }

    /** Throws unless a copy can be called so. */
    void requireUsable(String name) throws FailureException {
        boolean leadsOut = Arrays.stream(name.split("/", -1))
                .anyMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
        boolean ours = name.equals(MARKER)
                || name.equals(PARTIAL)
                || name.startsWith(PARTIAL + "/")
                || OwnerTag.isReserved(name);
        if (leadsOut || ours || name.indexOf('\0') >= 0) {
            throw new FailureException(
                    ErrorCode.ARCHIVE_NAME_UNUSABLE, "'" + name + "' is no name for a copy in " + root);
        }
        if (Sha256Sidecar.isSidecar(name)) {
            throw new FailureException(
                    ErrorCode.ARCHIVE_NAME_UNUSABLE,
                    "a copy in " + root + " cannot be called " + name + ", like the hash file of another one",
                    "leave *.sha256 out of BACKUP_OFFSITE_INCLUDE, or encrypt");
        }
    }

    /** The directory of an unfinished put, below {@link #PARTIAL}: nothing in it that a shell or rsync would understand. */
    static String partial(PutRequest request) {
        return owned(request.owner()) + id(request.transferId());
    }

    /** Where an unfinished put's bytes arrive, below the root. */
    static String partialPayload(PutRequest request) {
        return PARTIAL + "/" + partial(request) + "/payload";
    }

    /** What all unfinished puts of an owner begin with; a dot cannot be in an id, so no owner is the beginning of another. */
    static String owned(String owner) {
        return id(owner) + ".";
    }

    /** What a host says that it has of an owner's unfinished puts; nothing in it that is not called like one. */
    static List<String> partials(String owner, Answer answer) {
        return Stream.concat(
                        Stream.of(answer.word() + " " + answer.rest()),
                        answer.body().lines())
                .filter(line -> line.startsWith("partial " + owned(owner)))
                .map(line -> line.substring("partial ".length()))
                .filter(name -> ID.matcher(transferId(owner, name)).matches())
                .toList();
    }

    /** Whose unfinished put it is, by {@link PutRequest#transferId}. */
    static String transferId(String owner, String partial) {
        return partial.substring(owned(owner).length());
    }

    static String id(String id) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("owner and transfer id consist of letters, digits and -: " + id);
        }
        return id;
    }
}
