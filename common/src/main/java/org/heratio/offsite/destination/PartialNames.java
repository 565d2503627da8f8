package org.heratio.offsite.destination;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The temporary names of the files of one unfinished put, relative to the root. {@link Destination#removeAbandoned} finds all of them.
 *
 * @param payload the payload's
 * @param sidecar the sidecar's
 * @param tag the owner tag's
 */
public record PartialNames(String payload, String sidecar, String tag) {
    private static final String TAG = ".owner";
    private static final String PROBE_OWNER = "probe";

    /** Returns the names for a put, directly in {@link DirectoryLayout#PARTIAL}. */
    public static PartialNames of(PutRequest request) {
        return of(request.owner(), request.transferId());
    }

    /** Returns names for a trial, which no put has. */
    public static PartialNames ofProbe() {
        return of(PROBE_OWNER, UUID.randomUUID().toString());
    }

    private static PartialNames of(String owner, String transferId) {
        String payload = DirectoryLayout.PARTIAL + "/" + DirectoryLayout.partial(owner, transferId);
        return new PartialNames(payload, payload + Sha256Sidecar.ENDING, payload + TAG);
    }

    /**
     * Returns the transfer id of a file that {@link #of} has named, or empty.
     *
     * @param file in {@link DirectoryLayout#PARTIAL}, without a path
     * @param owner whose puts are looked for
     */
    public static Optional<String> transferId(String file, String owner) {
        String begin = DirectoryLayout.partialsOf(owner);
        if (!file.startsWith(begin)) {
            return Optional.empty();
        }
        String id = file.substring(begin.length());
        for (String ending : List.of(Sha256Sidecar.ENDING, TAG)) {
            if (id.endsWith(ending)) {
                id = id.substring(0, id.length() - ending.length());
                break;
            }
        }
        return Optional.of(id).filter(DirectoryLayout::isId);
    }

    /** Returns whether a file is left from a trial. */
    public static boolean isProbe(String file) {
        return transferId(file, PROBE_OWNER).isPresent();
    }
}
